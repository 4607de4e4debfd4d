// Predict: photos, dropped or taken, each as the network sees it, with the answer and what spoke for it.

import { all, get, mayTrain } from "../parts/api.js";
import { cameraButton } from "../parts/camera.js";
import { h } from "../parts/dom.js";
import { dropzone } from "../parts/dropzone.js";
import { empty } from "../parts/empty.js";
import { head } from "../parts/head.js";
import { predictionCard } from "../parts/prediction.js";
import { problemNote } from "../parts/problem.js";
import { replaceQuery } from "../parts/router.js";

const SHOWN = 24;

export async function show({ query, signal }) {
  const models = await all("models", { signal });
  const running = mayTrain() ? await underWay(signal) : [];
  const title = head({ title: "Predict", text: "What does a model see in your pictures?" });
  if (models.length + running.length === 0) {
    const text = "A training ends in a model. Then pictures can be asked about here.";
    return h("div", {}, title, empty({ title: "No model yet", text, href: "#/train", action: "Start a training" }));
  }
  const select = chooser(models, running, query.get("model"));
  const results = h("div", { class: "stack", "aria-live": "polite" });
  const notes = h("div", {});
  const files = [];

  const answer = (file) => results.prepend(predictionCard(file, { model: select.value, signal }));

  const add = (found) => {
    notes.replaceChildren();
    for (const file of found.slice(0, SHOWN)) {
      files.push(file);
      answer(file);
    }
    while (results.children.length > SHOWN) results.lastChild.remove();
  };

  select.addEventListener("change", () => {
    replaceQuery(["predict"], { model: select.value });
    results.replaceChildren();
    files.slice(-SHOWN).forEach(answer);
  });

  const camera = cameraButton({ signal, onPicture: (file) => add([file]), onProblem: (problem) => notes.replaceChildren(problemNote(problem)) });
  const zone = dropzone({
    title: "Drop photos here",
    text: h("p", {}, "Any usual format, any size."),
    button: "Choose photos",
    accept: "image/*",
    multiple: true,
    onFiles: add,
    more: camera ? [camera] : [],
  });
  const field = h("div", { class: "field model-choice" }, h("label", { for: "model" }, "Model"), select);
  return h("div", {}, title, h("div", { class: "stack" }, field, zone, notes, results));
}

async function underWay(signal) {
  const found = await Promise.all(["running", "paused"].map((status) => get(`jobs?status=${status}&limit=50`, { signal })));
  return found.flatMap(({ items }) => items).filter(({ kind }) => kind === "train");
}

function chooser(models, running, chosen) {
  const versions = models.flatMap(({ versions }) => versions).sort((one, other) => other.created_at.localeCompare(one.created_at));
  const names = versions.map(({ name, version }) => `${name}:${version}`);
  const jobs = running.map(({ id, model, status }) => ({ value: `job:${id}`, text: `${model.name}, ${status === "paused" ? "paused" : "in training"}` }));
  const wanted = [...names, ...jobs.map(({ value }) => value)].find((name) => name === chosen || name.startsWith(`${chosen}:`)) ?? chosen;
  const others = wanted?.match(/[@:]/) && ![...names, ...jobs.map(({ value }) => value)].includes(wanted) ? [wanted] : []; // an alias
  const option = (value, text = value) => h("option", { value, selected: value === wanted }, text);
  return h(
    "select",
    { id: "model" },
    others.map((name) => option(name)),
    names.map((name) => option(name)),
    jobs.length > 0 && h("optgroup", { label: "What jobs have learned so far" }, jobs.map(({ value, text }) => option(value, text))),
  );
}
