// The key that a service may ask for; it stays in this tab.

import { saveKey } from "./api.js";
import { h } from "./dom.js";

export function keyForm(again) {
  const input = h("input", { id: "key", type: "password", autocomplete: "off", required: true });
  const submit = (event) => {
    event.preventDefault();
    saveKey(input.value.trim());
    again();
  };
  return h(
    "form",
    { class: "card stack key-form", onsubmit: submit },
    h("h1", {}, "A key, please"),
    h("p", { class: "muted" }, "This service answers to those who have a key. It is kept in this tab alone, until you close it."),
    h("div", { class: "field" }, h("label", { for: "key" }, "Key"), input),
    h("div", { class: "actions" }, h("button", { class: "primary" }, "Open")),
  );
}
