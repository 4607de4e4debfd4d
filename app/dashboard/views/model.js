// One version of a model: how good it is, where it errs, and what its first layer looks for.

import { aliases } from "../parts/aliases.js";
import { call, get, hasKey, mayTrain, path, versionPath } from "../parts/api.js";
import { card } from "../parts/card.js";
import { confusionTable } from "../parts/confusion.js";
import { h } from "../parts/dom.js";
import { bytes, percent, time } from "../parts/format.js";
import { head } from "../parts/head.js";
import { hyperparameters } from "../parts/hyperparameters.js";
import { warningsOf } from "../parts/job_facts.js";
import { metricsTable } from "../parts/metrics.js";
import { removalButton } from "../parts/removal.js";
import { go, link } from "../parts/router.js";
import { thumbnail } from "../parts/sheet.js";
import { weights } from "../parts/weights.js";

const HARDEST = 24;
const ROWS = 6; // of units

export async function show({ parts, signal }) {
  const [model, openapi] = await Promise.all([get(`models/${path(parts[1])}`, { signal }), get("openapi.json", { signal })]);
  const version = model.versions.find((each) => String(each.version) === parts[2]) ?? model.versions[0];
  const notes = h("div", {});
  return h(
    "div",
    {},
    head({
      title: `${version.name}:${version.version}`,
      text: `${version.dataset.name ? `Trained on ${version.dataset.name}` : "Brought from elsewhere"}, ${time(version.created_at)}`,
      back: { href: "#/models", text: "Models" },
      actions: [versionChoice(model, version), ...buttons(version, notes)],
    }),
    h("div", { class: "stack" }, notes, warningsOf(version), h("div", { class: "columns equal" }, quality(version), confusion(version)), mayTrain() && hardest(version, signal), h("div", { class: "columns equal" }, h("div", { class: "stack" }, firstLayer(version), aliases(model, { signal })), about(version, openapi))),
  );
}

function versionChoice({ name, versions }, { version: chosen }) {
  if (versions.length < 2) return null;
  const options = versions.map(({ version }) => h("option", { value: version, selected: version === chosen }, `Version ${version}`));
  const select = h("select", { "aria-label": "Version" }, options);
  select.addEventListener("change", () => go(["models", name, select.value]));
  return h("div", { class: "version" }, select);
}

function buttons(version, notes) {
  return [
    h("a", { class: "button primary", href: link(["predict"], { model: `${version.name}:${version.version}` }) }, "Predict"),
    h("button", { type: "button", onclick: () => download(version) }, "Download"),
    removalButton({
      title: `Delete ${version.name}:${version.version}?`,
      text: "Its parameter file is gone then, and its number is not used again.",
      address: versionPath(version),
      back: "models",
      notes,
    }),
  ];
}

async function download(version) {
  const anchor = h("a", { href: `${versionPath(version)}/parameters`, download: `${version.name}-${version.version}.h5` });
  if (hasKey()) anchor.href = URL.createObjectURL(await (await call("GET", `${versionPath(version)}/parameters`)).blob());
  anchor.click();
}

function quality({ metrics }) {
  return card("How good it is", metricsTable(metrics));
}

function confusion({ metrics, classes }) {
  const split = ["test", "validation", "train"].find((each) => metrics[each]?.confusion);
  const content = split ? confusionTable(metrics[split].confusion, classes) : h("p", { class: "muted" }, "There is none in its parameter file.");
  return card(split ? `Confusion, ${{ train: "training" }[split] ?? split} images` : "Confusion", content);
}

function hardest(version, signal) {
  const place = h("div", {}, h("ul", { class: "hardest" }, Array.from({ length: HARDEST }, () => h("li", {})))); // their room, until they come
  const split = version.metrics.test ? "test" : "train";
  get(`${versionPath(version)}/hardest?split=${split}&limit=${HARDEST}`, { signal }).then(
    (answer) => place.replaceChildren(hardList(answer)),
    (problem) => signal.aborted || place.replaceChildren(h("p", { class: "muted" }, problem.code === "dataset-not-found" ? "Its dataset is no longer here, so its images cannot be shown." : problem.message)),
  );
  return card(`The hardest ${{ train: "training" }[split] ?? split} images`, place);
}

function hardList({ dataset, split, items }) {
  return h("ul", { class: "hardest" }, items.map(({ index, label, predicted, probability }) => {
    const isRight = label === predicted;
    const alt = `${split} ${index}: ${label}`;
    return h(
      "li",
      { class: isRight ? "" : "wrong" },
      thumbnail({ name: dataset }, { split, index, alt }),
      h("span", { class: "small" }, isRight ? `${predicted}, ` : h("strong", {}, predicted), isRight ? "right" : h("span", {}, ` not ${label}`)),
      h("span", { class: "muted small" }, percent(probability)),
    );
  }));
}

function firstLayer(version) {
  const columns = document.getElementById("main").clientWidth < 700 ? 4 : 8;
  const limit = Math.min(ROWS * columns, version.hyperparameters.hidden_layers?.[0] ?? 1);
  return card(
    "What its first layer looks for",
    h("p", { class: "muted small" }, "A picture a unit: where it is red, light excites the unit; where it is blue, light calms it."),
    weights(version, { limit, columns, alt: "The weights of the first layer's units as pictures" }),
  );
}

function about(version, openapi) {
  const before = [version.members > 1 && ["Members", version.members], ["Classes", version.classes.join(", ")]];
  const after = [["Parameter file", bytes(version.size)], ["SHA-256", h("span", { class: "mono" }, version.sha256)]];
  return card("About it", hyperparameters(version.hyperparameters, openapi, { before, after }));
}
