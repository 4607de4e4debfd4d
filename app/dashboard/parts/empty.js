// What a list says while it has nothing.

import { h } from "./dom.js";

export function empty({ title, text, href, action }) {
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, title),
    h("p", {}, text),
    href && h("a", { class: "button primary", href }, action),
  );
}
