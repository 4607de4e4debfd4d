// Datasets: those that are there, and a place to drop a new one.

import { all } from "../parts/api.js";
import { h } from "../parts/dom.js";
import { plural, whole } from "../parts/format.js";
import { head } from "../parts/head.js";
import { importer } from "../parts/importer.js";
import { link } from "../parts/router.js";
import { sheet } from "../parts/sheet.js";

export async function show({ signal }) {
  const datasets = await all("datasets", { signal });
  return h(
    "div",
    {},
    head({ title: "Datasets", text: "Labelled pictures to train on. Every picture becomes 64 × 64 pixels." }),
    h(
      "div",
      { class: "stack" },
      importer({ signal, isFirst: datasets.length === 0 }),
      datasets.length > 0 && h("ul", { class: "cards" }, datasets.map((dataset) => h("li", {}, card(dataset)))),
    ),
  );
}

function card(dataset) {
  const href = link(["datasets", dataset.name]);
  return h(
    "article",
    { class: "card dataset-card" },
    shown(dataset).map((className) => sheet(dataset, { split: "train", className, limit: 6, columns: 6, alt: "" })),
    h("h2", {}, h("a", { href }, dataset.name)),
    h("p", { class: "muted small" }, summary(dataset)),
    dataset.warnings.length > 0 && h("p", { class: "pill paused" }, plural(dataset.warnings.length, "warning")),
  );
}

const shown = ({ classes, counts }) => classes.filter((name) => counts.train[name]).slice(0, 2);

function summary({ classes, images }) {
  const splits = ["train", "test"].filter((split) => split in images).map((split) => `${whole(images[split])} ${split}`);
  return `${classes.length < 5 ? classes.join(", ") : plural(classes.length, "class", "classes")} · ${splits.join(", ")}`;
}
