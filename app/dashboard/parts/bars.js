// Horizontal bars: [{ name, value, text, isBest }], the longest as long as `most`.

import { h } from "./dom.js";

export function bars(rows, { most = Math.max(...rows.map((row) => row.value), 1e-12) } = {}) {
  return h("div", { class: "bars" }, rows.map((row) => bar(row, most)));
}

function bar({ name, value, text, isBest = true }, most) {
  const fill = h("div", { class: isBest ? "fill best" : "fill" });
  fill.style.width = `${(100 * value) / most}%`;
  return [h("span", { class: "name" }, name), h("div", { class: "track" }, fill), h("span", { class: "value" }, text)];
}
