// The confusion matrix: rows are what images are, columns what was predicted.

import { h } from "./dom.js";
import { whole } from "./format.js";
import { columnsOf, scrollTable } from "./table.js";

export function confusionTable(matrix, classes) {
  return scrollTable({
    label: "Confusion matrix",
    columns: [h("td", { class: "muted small" }, "is ↓ predicted →"), ...columnsOf(classes)],
    rows: matrix.map((row, label) => h("tr", {}, h("th", { scope: "row" }, classes[label]), row.map((count, answer) => cell(count, row, label === answer)))),
    kind: "confusion",
  });
}

function cell(count, row, isRight) {
  const share = count / (row.reduce((total, each) => total + each, 0) || 1);
  const element = h("td", { class: isRight ? "right" : "wrong" }, h("span", {}, whole(count)), h("span", { class: "share" }, `${Math.round(100 * share)} %`));
  element.style.setProperty("--share", `${Math.round(60 * share)}%`);
  return element;
}
