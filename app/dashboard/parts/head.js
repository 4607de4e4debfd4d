// The heading of a view.

import { h } from "./dom.js";

export function head({ title, text, back, actions = [] }) {
  return h(
    "div",
    { class: "head" },
    h(
      "div",
      {},
      back && h("a", { class: "back", href: back.href }, `← ${back.text}`),
      h("h1", {}, title),
      text && h("p", {}, text),
    ),
    actions.length > 0 && h("div", { class: "actions" }, actions),
  );
}
