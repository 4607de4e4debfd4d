// The key that a service may ask for; it stays in this tab.

import { hasKey, saveKey } from "./api.js";
import { h } from "./dom.js";

// The address that the service shows at its first start carries a key: #key=...
export function takeKey(hash) {
  const [, key] = hash.match(/^#key=(.+)$/) ?? [];
  if (key) saveKey(decodeURIComponent(key));
  return key !== undefined;
}

export function keyForm(again) {
  const input = h("input", { id: "key", type: "password", autocomplete: "off", required: true, "aria-describedby": "key-fault" });
  const fault = hasKey() ? "The key that was sent opens nothing here." : "";
  const submit = (event) => {
    event.preventDefault();
    saveKey(input.value.trim());
    again();
  };
  return h(
    "form",
    { class: "card stack key-form", onsubmit: submit },
    h("h1", {}, "A key, please"),
    h("p", { class: "muted" }, "This service answers to those who have a key. It is kept in this tab alone."),
    h("div", { class: "field" }, h("label", { for: "key" }, "Key"), input, h("span", { class: "fault", id: "key-fault" }, fault)),
    h("div", { class: "actions" }, h("button", { class: "primary" }, "Open")),
  );
}
