// One of a few choices, as buttons side by side.

import { h } from "./dom.js";

export function choice({ label, options, chosen, onChoose }) {
  const buttons = options.map(({ value, text }) =>
    h("button", { type: "button", "data-value": value, "aria-pressed": String(value === chosen), onclick: () => choose(value) }, text),
  );
  const choose = (value) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.value === value));
    onChoose(value);
  };
  return h("div", { class: "switch", role: "group", "aria-label": label }, buttons);
}
