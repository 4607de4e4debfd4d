// A table that scrolls where it is too wide: a keyboard reaches it, so it has a label.

import { h } from "./dom.js";

export function scrollTable({ label, columns, rows, kind = null }) {
  return h(
    "div",
    { class: kind ? `scroll ${kind}` : "scroll", tabindex: "0", role: "region", "aria-label": label },
    h("table", {}, h("thead", {}, h("tr", {}, columns)), h("tbody", {}, rows)),
  );
}

export const columnsOf = (names) => names.map((name) => h("th", { scope: "col" }, name));
