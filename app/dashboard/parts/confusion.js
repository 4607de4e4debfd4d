// The confusion matrix: rows are what images are, columns what was predicted.

import { h } from "./dom.js";
import { whole } from "./format.js";

export function confusionTable(matrix, classes) {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Confusion matrix" },
    h(
      "table",
      { class: "confusion" },
      h("thead", {}, h("tr", {}, h("td", { class: "muted small" }, "is ↓ predicted →"), classes.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, matrix.map((row, label) => h("tr", {}, h("th", { scope: "row" }, classes[label]), row.map((count, answer) => cell(count, row, label === answer))))),
    ),
  );
}

function cell(count, row, isRight) {
  const share = count / (row.reduce((total, each) => total + each, 0) || 1);
  const element = h("td", { class: isRight ? "right" : "wrong" }, h("span", {}, whole(count)), h("span", { class: "share" }, `${Math.round(100 * share)} %`));
  element.style.setProperty("--share", `${Math.round(60 * share)}%`);
  return element;
}
