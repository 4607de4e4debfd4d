// Names and what they are, row by row.

import { h } from "./dom.js";

export function facts(rows, { isMono = false } = {}) {
  const kind = isMono ? "mono" : null;
  return h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", { class: kind }, value)]));
}
