// One dataset: counts, warnings, duplicates and the pictures themselves.

import { get, path } from "../parts/api.js";
import { bars } from "../parts/bars.js";
import { card } from "../parts/card.js";
import { classSheet } from "../parts/class_sheet.js";
import { h } from "../parts/dom.js";
import { plural, time, whole } from "../parts/format.js";
import { head } from "../parts/head.js";
import { removalButton } from "../parts/removal.js";
import { link } from "../parts/router.js";
import { thumbnail } from "../parts/sheet.js";
import { choice } from "../parts/switch.js";

export async function show({ parts, signal }) {
  const dataset = await get(`datasets/${path(parts[1])}`, { signal });
  const notes = h("div", {});
  return h(
    "div",
    {},
    head({
      title: dataset.name,
      text: `${plural(dataset.classes.length, "class", "classes")} · imported ${time(dataset.created_at)}`,
      back: { href: "#/datasets", text: "Datasets" },
      actions: [
        h("a", { class: "button primary", href: link(["train"], { dataset: dataset.name }) }, "Train on it"),
        removalButton({
          title: `Delete ${dataset.name}?`,
          text: "The pictures are gone then. Models that were trained on them stay.",
          address: `datasets/${path(dataset.name)}`,
          back: "datasets",
          notes,
        }),
      ],
    }),
    h("div", { class: "stack" }, notes, h("div", { class: "columns equal" }, counts(dataset), remarks(dataset)), pictures(dataset)),
  );
}

function counts(dataset) {
  const most = Math.max(...Object.values(dataset.counts).flatMap((split) => Object.values(split)));
  return card(
    "Pictures per class",
    h("div", { class: "stack" }, splitsOf(dataset).map((split) => splitCounts(dataset, split, most))),
  );
}

function splitCounts(dataset, split, most) {
  const total = dataset.images[split];
  const rows = dataset.classes.map((name) => {
    const count = dataset.counts[split][name];
    return { name, value: count, text: `${whole(count)} · ${Math.round((100 * count) / total)} %` };
  });
  return h("div", {}, h("h3", {}, `${words[split]} · ${whole(total)}`), bars(rows, { most }));
}

const words = { train: "Training", test: "Test" };
const splitsOf = (dataset) => ["train", "test"].filter((split) => split in dataset.images);

function remarks(dataset) {
  const isClean = dataset.warnings.length === 0 && dataset.skipped_count === 0;
  return card(
    "To know before training",
    isClean && h("p", { class: "note good" }, "Nothing to warn of: the splits share no picture, and no file was skipped."),
    h("div", { class: "stack" }, dataset.warnings.map((warning) => remark(dataset, warning)), skipped(dataset)),
  );
}

function remark(dataset, warning) {
  const shown = warning.images.slice(0, 12);
  return h(
    "div",
    { class: "note warn" },
    h("p", {}, warning.detail),
    shown.length > 0 && h("ul", { class: "pairs" }, shown.map((image) => h("li", {}, pairOf(dataset, image)))),
  );
}

// An image of both splits stands as { train, test }, one of several classes as { split, index, class }.
function pairOf(dataset, image) {
  const places = "split" in image
    ? [{ split: image.split, index: image.index, text: `${image.split} ${image.index}: ${image.class}` }]
    : ["train", "test"].map((split) => ({ split, index: image[split], text: `${split} ${image[split]}` }));
  return places.map(({ split, index, text }) => h("figure", {}, thumbnail(dataset, { split, index, alt: `Image ${text}` }), h("figcaption", {}, text)));
}

function skipped({ skipped, skipped_count: count }) {
  if (count === 0) return null;
  return h(
    "details",
    {},
    h("summary", {}, `${plural(count, "file")} skipped`),
    h("ul", { class: "small" }, skipped.slice(0, 100).map((file) => h("li", {}, h("code", {}, file.filename), ` ${file.detail}`))),
  );
}

function pictures(dataset) {
  const place = h("div", { class: "stack" });
  const fill = (split) => place.replaceChildren(...dataset.classes.map((className) => classSheet(dataset, { split, className })));
  fill("train");
  const options = splitsOf(dataset).map((split) => ({ value: split, text: words[split] }));
  return h(
    "section",
    { class: "card" },
    h("div", { class: "chart-bar" }, h("h2", {}, "The pictures"), choice({ label: "Split", options, chosen: "train", onChoose: fill })),
    place,
  );
}
