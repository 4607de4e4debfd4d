// The candidates of a search, the best first; it shows whatever columns the service tells.

import { h } from "./dom.js";
import { decimal, words } from "./format.js";
import { shown } from "./job_facts.js";
import { columnsOf, scrollTable } from "./table.js";

const ROWS = 50;

export function leaderboard({ leaderboard: board }) {
  const rows = (Array.isArray(board) ? board : board.items ?? board.candidates ?? []).slice(0, ROWS).map(flat);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return h(
    "section",
    { class: "card" },
    h("h2", {}, "Leaderboard"),
    scrollTable({
      label: "Leaderboard",
      columns: columnsOf(columns.map(words)),
      rows: rows.map((row) => h("tr", {}, columns.map((name) => h("td", {}, cell(row[name]))))),
    }),
  );
}

// What is nested one level deep becomes columns of its own, but for lists.
function flat(row) {
  return Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (isObject(value) ? Object.entries(value) : [[name, value]])));
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const cell = (value) => (value === undefined ? "" : typeof value === "number" && !Number.isInteger(value) ? decimal(value) : shown(value));
