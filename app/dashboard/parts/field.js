// One field of a form, from what the schema says of it: { node, read }, where read gives undefined for the default.

import { h, newId } from "./dom.js";
import { words } from "./format.js";

export function fieldFor(field, value = field.default) {
  return (field.kind === "object" ? group : single)(field, value);
}

function single(field, value) {
  const id = newId("field");
  const input = INPUTS[field.kind](field, value);
  Object.assign(input, { id, name: field.pointer });
  input.setAttribute("aria-describedby", `${id}-help ${id}-fault`);
  const node = h(
    "div",
    { class: "field", "data-pointer": field.pointer },
    h("label", { for: id }, words(field.name)),
    input,
    h("span", { class: "help", id: `${id}-help` }, help(field)),
    h("span", { class: "fault", id: `${id}-fault` }),
  );
  return { node, read: () => unlessDefault(field, READERS[field.kind](input, field)) };
}

// Fields within a field. Where it may be left out, a box says whether it is given at all.
function group(field, value) {
  const inner = field.fields.map((each) => ({ name: each.name, ...fieldFor(each, value?.[each.name] ?? each.default) }));
  const isGiven = !field.isNullable || (value !== null && value !== undefined);
  const fields = h("div", { class: "fields", hidden: !isGiven }, inner.map(({ node }) => node));
  const box = h("input", { type: "checkbox", checked: isGiven, onchange: () => (fields.hidden = !box.checked) });
  const title = words(field.name);
  const node = h(
    "fieldset",
    { class: "nested" },
    h("legend", { class: "label" }, field.isNullable ? h("label", { class: "check" }, box, title) : title),
    h("p", { class: "muted small" }, field.help),
    fields,
  );
  const read = () => (field.isNullable && !box.checked ? unlessDefault(field, null) : collect(inner));
  return { node, read };
}

export function collect(fields) {
  const given = fields.map(({ name, read }) => [name, read()]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

const INPUTS = {
  choice: ({ options, isNullable, areNames }, value) =>
    h("select", {}, isNullable && option("", "none", value === null), options.map((each) => option(each, areNames ? each : words(String(each)), each === value))),
  boolean: (_, value) => h("input", { type: "checkbox", checked: value === true }),
  number: ({ isNullable }, value) => text(value, { inputmode: "decimal", placeholder: isNullable ? "none" : null }),
  numbers: ({ isNullable }, value) => text(value?.join(", "), { placeholder: isNullable ? "none" : null }),
  text: ({ isNullable }, value) => text(value, { placeholder: isNullable ? "none" : null }),
  json: ({ isNullable }, value) => text(value === null || value === undefined ? "" : JSON.stringify(value), { placeholder: isNullable ? "none" : null, class: "mono" }),
};

const READERS = {
  choice: (input, field) => (input.value === "" ? null : field.options.find((each) => String(each) === input.value)),
  boolean: (input) => input.checked,
  number: (input, field) => orNone(input, field, number),
  numbers: (input, { isNullable }) => (isNullable && input.value.trim() === "" ? null : input.value.split(/[\s,;]+/).filter(Boolean).map(number)),
  text: (input, field) => orNone(input, field, (typed) => typed),
  json: (input, field) => orNone(input, field, parsed),
};

const text = (value, attributes = {}) => h("input", { type: "text", autocomplete: "off", spellcheck: "false", value: value ?? "", ...attributes });
const option = (value, label, isChosen) => h("option", { value, selected: isChosen }, label);

function orNone(input, { isNullable }, read) {
  const typed = input.value.trim();
  return typed === "" ? (isNullable ? null : undefined) : read(typed);
}

// What is no number goes to the service as it stands: it answers with what is wrong, and that is shown at the field.
function number(typed) {
  return Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

function parsed(typed) {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

function unlessDefault(field, value) {
  const isDefault = !field.isRequired && JSON.stringify(value) === JSON.stringify(field.default);
  return isDefault ? undefined : value;
}

function help({ help: described, range, default: usual, isRequired }) {
  const facts = [range, isRequired || usual === undefined ? "" : `default ${usual === null ? "none" : shown(usual)}`].filter(Boolean).join(" · ");
  return [described, facts && h("span", { class: "range" }, facts)];
}

const shown = (value) => (Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value).replaceAll("_", " "));
