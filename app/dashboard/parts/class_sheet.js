// The pictures of one class: a sheet of the first, and more sheets as long as somebody wants them.

import { h } from "./dom.js";
import { plural, whole } from "./format.js";
import { sheet } from "./sheet.js";

const TILE = 68; // pixels that a thumbnail takes on the page
const ROWS = 4;
const MORE_ROWS = 8; // of each further sheet

export function classSheet(dataset, { split, className }) {
  const count = dataset.counts[split][className];
  const columns = Math.max(4, Math.floor((document.getElementById("main").clientWidth - 90) / TILE));
  const sheets = h("div", { class: "sheets" });
  const told = h("span", { class: "muted" });
  const more = h("button", { type: "button", onclick: () => add(MORE_ROWS) }, `More of ${className}`);
  let shown = 0;

  const add = (rows) => {
    const limit = Math.min(rows * columns, 400, count - shown);
    const alt = `${plural(limit, "picture")} of the class ${className}, from the ${whole(shown + 1)}. on`;
    sheets.append(sheet(dataset, { split, className, start: shown, limit, columns, alt, isFilled: count >= columns }));
    shown += limit;
    more.hidden = shown >= count;
    told.textContent = ` · ${shown < count ? `the first ${whole(shown)} of ${whole(count)}` : whole(count)}`;
  };

  if (count > 0) add(ROWS);
  const nothing = count === 0 && h("p", { class: "muted" }, "None in this split.");
  return h("div", {}, h("h3", {}, className, told), nothing, sheets, h("div", { class: "actions" }, more));
}
