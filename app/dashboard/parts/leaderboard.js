// The candidates of a search, the best first: what was tried, and what came of it on the images that were held out.

import { get, path } from "./api.js";
import { h } from "./dom.js";
import { decimal, percent, shown, whole, words } from "./format.js";
import { problemNote } from "./problem.js";
import { columnsOf, scrollTable } from "./table.js";

const RESULTS = [
  ["balanced_accuracy", "Balanced accuracy", percent],
  ["accuracy", "Accuracy", percent],
  ["cost", "Cost", decimal],
];

export function leaderboard({ id, leaderboard: first, search }) {
  const place = h("div", {}, table(first));
  const all = h("button", { type: "button", onclick: () => showAll() }, `All ${whole(search.candidates)} candidates`);
  const showAll = async () => {
    try {
      place.replaceChildren(table((await get(`jobs/${path(id)}/leaderboard`)).candidates));
      all.remove();
    } catch (problem) {
      place.append(problemNote(problem));
    }
  };
  return h(
    "section",
    { class: "card stack" },
    h("h2", {}, "Leaderboard"),
    h("p", { class: "muted small" }, "Every candidate on the images that were held out from it: the mean over the folds, and how far they lie apart."),
    place,
    search.candidates > first.length && h("div", { class: "actions" }, all),
  );
}

function table(rows) {
  const names = Object.keys(rows[0]?.hyperparameters ?? {});
  return scrollTable({
    label: "Leaderboard",
    columns: columnsOf(["Rank", ...names.map(words), ...RESULTS.map(([, title]) => title), "Epochs", "Status"]),
    rows: rows.map((row) => candidate(row, names)),
    kind: "leaderboard",
  });
}

function candidate(row, names) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, row.rank),
    names.map((name) => h("td", {}, shown(row.hyperparameters[name]))),
    RESULTS.map(([name, , format]) => h("td", {}, withDeviation(row[name], row[`${name}_deviation`], format))),
    h("td", {}, whole(row.epoch)),
    h("td", {}, h("span", { class: `pill ${row.status === "finished" ? "succeeded" : "paused"}` }, row.status.replaceAll("_", " "))),
  );
}

const withDeviation = (value, deviation, format) => [format(value), typeof deviation === "number" && h("span", { class: "muted" }, ` ± ${format(deviation)}`)];
