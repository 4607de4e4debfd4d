// The gradient checks of a training: how far the gradients were from numerical ones, and where most.

import { card } from "./card.js";
import { h } from "./dom.js";
import { decimal, whole } from "./format.js";
import { columnsOf, scrollTable } from "./table.js";

export const RIGHT_BELOW = 1e-6; // a difference of the order of the rounding of the numerical gradients

export function gradientChecks({ gradient_checks: checks, check_gradients_every: every }) {
  if (!every) return null;
  const content = checks.length
    ? scrollTable({ label: "Gradient checks", columns: columnsOf(["After epoch", "Difference", "Verdict", "Furthest apart", "Analytical", "Numerical"]), rows: checks.map(row).reverse(), kind: "numbers" })
    : h("p", { class: "muted" }, `The first is made after epoch ${whole(every)}.`);
  return card("Gradient checks", content);
}

function row({ epoch, difference, worst }) {
  const isRight = difference !== null && difference < RIGHT_BELOW;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, whole(epoch)),
    h("td", {}, decimal(difference)),
    h("td", {}, h("span", { class: isRight ? "pill succeeded" : "pill paused" }, isRight ? "right" : "may be wrong")),
    h("td", { class: "mono" }, worst.parameter),
    h("td", { class: "mono" }, decimal(worst.analytical)),
    h("td", { class: "mono" }, decimal(worst.numerical)),
  );
}
