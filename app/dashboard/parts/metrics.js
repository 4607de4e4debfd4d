// The metrics of each split, side by side.

import { h } from "./dom.js";
import { decimal, percent, words } from "./format.js";
import { scrollTable } from "./table.js";

const ROWS = [
  ["accuracy", percent],
  ["balanced_accuracy", percent],
  ["roc_auc", decimal],
  ["cost", decimal],
  ["calibration_error", percent],
  ["largest_class_share", percent],
];

const NAMES = { roc_auc: "ROC AUC", largest_class_share: "Share of the largest class" };

export function metricsTable(metrics) {
  const splits = ["train", "validation", "test"].filter((split) => metrics[split]);
  const known = ROWS.filter(([name]) => splits.some((split) => name in metrics[split]));
  return scrollTable({
    label: "Metrics",
    columns: [h("td", {}), ...splits.map((split) => h("th", { scope: "col", class: "number" }, words(split === "train" ? "training" : split)))],
    rows: known.map(([name, format]) => h("tr", {}, h("th", { scope: "row" }, NAMES[name] ?? words(name)), splits.map((split) => h("td", { class: "number" }, format(metrics[split][name]))))),
  });
}
