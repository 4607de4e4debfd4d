// The gradient check: the analytical gradients against what small steps do to the cost.

import { post } from "./api.js";
import { curlJson, curlLine } from "./curl.js";
import { h } from "./dom.js";
import { facts } from "./facts.js";
import { collect, fieldFor } from "./field.js";
import { decimal, whole, words } from "./format.js";
import { RIGHT_BELOW } from "./gradient_checks.js";
import { clearFaults, problemNote, showFaults } from "./problem.js";
import { requestFields } from "./schema.js";

const ADDRESS = "gradient-check";
const BEGINNING = { layer_sizes: [20, 5, 5, 1] }; // small enough to be done at once; the rest is at its default

export function gradientCheck(openapi, { signal }) {
  const fields = requestFields(openapi, `/${ADDRESS}`).map((field) => ({ name: field.name, ...fieldFor(field, BEGINNING[field.name] ?? field.default) }));
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
      place.replaceChildren(verdict(answer), result(answer), curl.node);
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

function verdict({ difference }) {
  const isRight = difference < RIGHT_BELOW;
  const text = `The gradients differ by ${decimal(difference)}: ${isRight ? "back-propagation is right." : `more than ${RIGHT_BELOW}, so something may be wrong.`}`;
  return h("p", { class: isRight ? "note good" : "note warn" }, text);
}

// Whatever the service tells of it, as facts; what is nested one level deep stands under the name of the whole.
function result(answer) {
  const rows = Object.entries(answer).flatMap(([name, value]) => (isObject(value) ? Object.entries(value).map(([part, inner]) => [`${name} ${part}`, inner]) : [[name, value]]));
  return facts(rows.map(([name, value]) => [words(name), text(value)]), { isMono: true });
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value) => (Number.isInteger(value) ? whole(value) : typeof value === "number" ? decimal(value) : Array.isArray(value) ? value.join(", ") : String(value));
