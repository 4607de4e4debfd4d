// Cost and accuracy of one job or of several in one picture.

import { chart } from "./chart.js";
import { h } from "./dom.js";
import { percent } from "./format.js";
import { choice } from "./switch.js";

const SPLITS = { "": "training", validation_: "validation", test_: "test" };
const DASHES = { "": "", validation_: "dotted", test_: "dashed" };

export function jobCharts() {
  const cost = chart({ label: "Cost" });
  const accuracy = chart({ label: "Accuracy", format: percent });
  const options = [
    { value: "linear", text: "Linear" },
    { value: "log", text: "Log" },
  ];
  const scale = choice({ label: "Scale of the cost", options, chosen: "linear", onChoose: (value) => cost.setLogarithmic(value === "log") });
  const node = h(
    "div",
    { class: "columns equal" },
    h("section", { class: "card" }, h("div", { class: "chart-bar" }, h("h2", {}, "Cost"), scale), cost.node),
    h("section", { class: "card" }, h("div", { class: "chart-bar" }, h("h2", {}, "Accuracy")), accuracy.node),
  );
  const update = (jobs) => {
    cost.update(jobs.flatMap((job, index) => seriesOf(job, index, { column: "cost", isAlone: jobs.length === 1 })));
    accuracy.update(jobs.flatMap((job, index) => seriesOf(job, index, { column: "accuracy", isAlone: jobs.length === 1 })));
  };
  return { node, update };
}

// One series a split; of a job alone each split has a colour, of several each job has one.
function seriesOf({ name, history }, place, { column, isAlone }) {
  const splits = Object.entries(SPLITS).filter(([prefix]) => history[prefix + column]?.some((value) => value !== null));
  return splits.map(([prefix, split], number) => ({
    name: isAlone ? split : `${name}, ${split}`,
    index: (isAlone ? number : place) % 6,
    dash: DASHES[prefix],
    points: pointsOf(history.epoch, history[prefix + column]),
  }));
}

function pointsOf(epochs, values) {
  return epochs.map((epoch, index) => [epoch, values[index]]).filter(([, value]) => value !== null);
}
