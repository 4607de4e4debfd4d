// Problems: a note for the whole, and a line at each field that its JSON pointer names.

import { h } from "./dom.js";

export function problemNote(problem, elsewhere = problem.errors ?? []) {
  return h(
    "div",
    { class: "note bad", role: "alert" },
    h("p", {}, h("strong", {}, problem.title || "Something went wrong")),
    elsewhere.length
      ? h("ul", {}, elsewhere.map(({ pointer, detail }) => h("li", {}, pointer ? `${pointer}: ${detail}` : detail)))
      : h("p", {}, problem.detail || problem.message),
  );
}

export function clearFaults(form) {
  for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

// Writes each error at its field, opens what hides it, and returns those that have no field here.
export function showFaults(form, errors) {
  const rest = errors.filter(({ pointer, detail }) => !showFault(form, pointer, detail));
  form.querySelector("[aria-invalid]")?.focus();
  return rest;
}

function showFault(form, pointer, detail) {
  const field = nearest(form, pointer);
  if (!field) return false;
  field.querySelector(".fault").textContent = detail;
  field.querySelector("input, select, textarea").setAttribute("aria-invalid", "true");
  field.closest("details")?.setAttribute("open", "");
  return true;
}

function nearest(form, pointer) {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const field = form.querySelector(`[data-pointer="${CSS.escape(at)}"]`);
    if (field) return field;
  }
  return null;
}
