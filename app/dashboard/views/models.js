// Models: each name with its versions.

import { all } from "../parts/api.js";
import { h } from "../parts/dom.js";
import { empty } from "../parts/empty.js";
import { percent, plural, time } from "../parts/format.js";
import { head } from "../parts/head.js";
import { link } from "../parts/router.js";
import { weights } from "../parts/weights.js";

export async function show({ signal }) {
  const models = await all("models", { signal });
  const title = head({ title: "Models", text: "What trainings have made, each version one parameter file." });
  if (models.length === 0) {
    const text = "A training ends in a model, with a version for each time.";
    return h("div", {}, title, empty({ title: "No models yet", text, href: "#/train", action: "Start a training" }));
  }
  return h("div", {}, title, h("ul", { class: "cards" }, models.map((model) => h("li", {}, card(model)))));
}

function card({ name, versions }) {
  const [newest] = versions;
  return h(
    "article",
    { class: "card dataset-card" },
    weights(newest, { limit: 3, columns: 3, alt: "" }),
    h("h2", {}, h("a", { href: link(["models", name, String(newest.version)]) }, name)),
    h("p", { class: "muted small" }, `${plural(versions.length, "version")} · ${newest.classes.slice(0, 4).join(", ")}${newest.classes.length > 4 ? " …" : ""}`),
    h("p", { class: "small" }, accuracies(newest)),
    h("p", { class: "muted small" }, time(newest.created_at)),
  );
}

function accuracies({ metrics }) {
  const told = ["test", "validation", "train"].filter((split) => metrics[split]).map((split) => `${percent(metrics[split].accuracy)} ${{ train: "training" }[split] ?? split}`);
  return told.join(" · ") || "no metrics";
}
