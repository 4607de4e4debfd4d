// What a search tries, a row a hyperparameter: choices, or a range of numbers. { node, read } as of a field.

import { h, newId } from "./dom.js";
import { words } from "./format.js";

const SUGGESTED = { learning_rate: [0.01, 0.03, 0.1] };
const WAYS = { choices: "one of", uniform: "between", log_uniform: "between, by magnitude" };

export function searchField(field, hyperparameters, value) {
  const fields = hyperparameters.filter(({ kind }) => kind !== "object");
  const rows = h("div", { class: "trials" });
  const more = h("button", { type: "button", onclick: () => add(unused()[0].name).focus() }, "Try another hyperparameter");
  const taken = () => [...rows.children].map((each) => each.chosen());
  const unused = () => fields.filter(({ name }) => !taken().includes(name));

  const add = (name, tried) => {
    const made = row(fields, { name, tried, onName: settle, onRemove: settle });
    rows.append(made);
    settle();
    return made.querySelector("select");
  };

  // A hyperparameter is tried in one row alone.
  const settle = () => {
    for (const each of rows.children) each.close(taken().filter((name) => name !== each.chosen()));
    more.disabled = unused().length === 0;
  };

  for (const [name, tried] of Object.entries(value && Object.keys(value).length ? value : SUGGESTED)) add(name, tried);
  const node = h(
    "div",
    { class: "field nested-wide", "data-pointer": field.pointer },
    h("span", { class: "label" }, "What to try"),
    h("span", { class: "help" }, field.help),
    rows,
    h("div", { class: "actions" }, more),
    h("span", { class: "fault" }),
  );
  return { node, read: () => Object.fromEntries([...rows.children].map((each) => [each.chosen(), each.read()])) };
}

function row(fields, { name, tried, onName, onRemove }) {
  const names = h("select", { "aria-label": "Hyperparameter" }, fields.map((each) => h("option", { value: each.name, selected: each.name === name }, words(each.name))));
  const place = h("div", { class: "tried" });
  const remove = h("button", { type: "button", class: "quiet", onclick: () => leave() }, "Remove");
  const element = h("div", { class: "trial field" }, names, place, remove, h("span", { class: "fault" }));
  let values;

  const fill = (from) => {
    const field = fields.find((each) => each.name === names.value);
    values = valuesOf(field, from);
    element.dataset.pointer = `/search/${field.name}`;
    remove.setAttribute("aria-label", `Remove ${words(field.name)}`);
    place.replaceChildren(...values.nodes);
  };

  const leave = () => {
    const form = element.closest("form");
    element.remove();
    onRemove();
    form?.dispatchEvent(new Event("input"));
  };

  names.addEventListener("change", () => {
    fill();
    onName();
  });
  fill(tried);
  return Object.assign(element, {
    chosen: () => names.value,
    read: () => values.read(),
    close: (others) => [...names.options].forEach((each) => (each.disabled = others.includes(each.value))),
  });
}

const valuesOf = (field, tried) => (({ choice: boxes, number: numbers, numbers: lists }[field.kind] ?? texts)(field, tried));

function boxes({ name, options }, tried = options) {
  const made = options.map((option) => ({ option, box: h("input", { type: "checkbox", checked: tried.includes(option) }) }));
  const nodes = made.map(({ option, box }) => h("label", { class: "check" }, box, words(String(option))));
  return { nodes: [h("div", { class: "boxes", role: "group", "aria-label": `${words(name)}: what to try` }, nodes)], read: () => made.filter(({ box }) => box.checked).map(({ option }) => option) };
}

function numbers(field, tried = [field.default].filter((value) => value !== null)) {
  const given = Array.isArray(tried) ? "choices" : Object.keys(tried)[0];
  const way = h("select", { "aria-label": `${words(field.name)}: how` }, Object.entries(WAYS).map(([value, text]) => h("option", { value, selected: value === given }, text)));
  const input = values(field, (Array.isArray(tried) ? tried : tried[given]).map(String).join(", "));
  const help = h("span", { class: "help" });
  const tell = () => (help.textContent = way.value === "choices" ? "numbers, with commas between" : "the smallest and the largest");
  way.addEventListener("change", tell);
  tell();
  const read = () => (way.value === "choices" ? parsed(input.value, ",") : { [way.value]: parsed(input.value, ",") });
  return { nodes: [way, input, help], read };
}

function lists(field, tried = [field.default]) {
  const input = values(field, tried.map((list) => list.join(", ")).join(" | "));
  return { nodes: [input, h("span", { class: "help" }, "numbers with commas, and | between candidates")], read: () => input.value.split("|").map((list) => parsed(list, ",")) };
}

function texts(field, tried = [field.default]) {
  const input = values(field, tried.map((value) => JSON.stringify(value)).join(" | "));
  return { nodes: [input, h("span", { class: "help" }, "JSON, with | between candidates")], read: () => parsed(input.value, "|") };
}

const values = ({ name }, value) => h("input", { type: "text", id: newId("trial"), autocomplete: "off", spellcheck: "false", value, "aria-label": `${words(name)}: what to try` });

// What is no JSON goes to the service as it stands: it says what is wrong.
function parsed(text, separator) {
  return text.split(separator).map((part) => part.trim()).filter(Boolean).map((part) => {
    try {
      return JSON.parse(part);
    } catch {
      return part === "none" ? null : part;
    }
  });
}
