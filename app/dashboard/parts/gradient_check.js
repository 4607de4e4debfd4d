// The gradient check: the analytical gradients against what small steps do to the cost.

import { post } from "./api.js";
import { curlJson, curlLine } from "./curl.js";
import { h } from "./dom.js";
import { collect, fieldFor } from "./field.js";
import { decimal, words } from "./format.js";
import { clearFaults, problemNote, showFaults } from "./problem.js";
import { requestFields } from "./schema.js";

const ADDRESS = "gradient-check";

export function gradientCheck(openapi, { signal }) {
  const fields = requestFields(openapi, `/${ADDRESS}`).map((field) => ({ name: field.name, ...fieldFor(field) }));
  const place = h("div", { class: "stack", "aria-live": "polite" });
  const curl = curlLine("");
  const button = h("button", { class: "primary" }, "Check the gradients");
  const form = h(
    "form",
    { class: "stack", novalidate: true, onsubmit: (event) => submit(event) },
    h("div", { class: "actions" }, button),
    place,
    h("details", {}, h("summary", {}, "Of which network"), h("div", { class: "fields" }, fields.map(({ node }) => node))),
  );

  const submit = async (event) => {
    event.preventDefault();
    clearFaults(form);
    button.disabled = true;
    const body = collect(fields);
    try {
      const answer = await post(ADDRESS, { json: body, signal });
      curl.set(curlJson(ADDRESS, body));
      place.replaceChildren(result(answer), curl.node);
    } catch (problem) {
      const rest = showFaults(form, problem.errors ?? []);
      place.replaceChildren(...(rest.length || !problem.errors?.length ? [problemNote(problem, rest)] : []));
    }
    button.disabled = false;
  };

  return h(
    "section",
    { class: "card stack" },
    h("h2", {}, "Gradient check"),
    h("p", { class: "muted" }, "Is back-propagation right? Every parameter is moved a little up and down, and what that does to the cost is held against the gradient."),
    form,
  );
}

// Whatever the service tells of it: numbers as facts, lists of objects as tables.
function result(answer) {
  const entries = Object.entries(answer);
  const facts = entries.filter(([, value]) => value === null || typeof value !== "object");
  const lists = entries.filter(([, value]) => Array.isArray(value) && typeof value[0] === "object");
  return h(
    "div",
    { class: "stack" },
    h("dl", { class: "facts" }, facts.map(([name, value]) => [h("dt", {}, words(name)), h("dd", {}, text(value))])),
    lists.map(([name, rows]) => listTable(name, rows)),
  );
}

function listTable(name, rows) {
  const columns = Object.keys(rows[0]);
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": words(name) },
    h("table", {}, h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, words(column))))), h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((column) => h("td", {}, text(row[column]))))))),
  );
}

const text = (value) => (typeof value === "number" ? decimal(value) : typeof value === "object" ? JSON.stringify(value) : String(value));
