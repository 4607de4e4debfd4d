// Train: a form made of the schema of the request, so that what the service learns to take appears here by itself.

import { all, get, path, post } from "../parts/api.js";
import { curlJson, curlLine } from "../parts/curl.js";
import { h } from "../parts/dom.js";
import { empty } from "../parts/empty.js";
import { collect, fieldFor } from "../parts/field.js";
import { head } from "../parts/head.js";
import { clearFaults, problemNote, showFaults } from "../parts/problem.js";
import { go } from "../parts/router.js";
import { requestFields } from "../parts/schema.js";
import { searchField } from "../parts/search.js";
import { choice } from "../parts/switch.js";

const SHOWN = 6; // hyperparameters that stand in the open; the others are folded away
const CHIEF = ["dataset", "model", "hyperparameters"];

export async function show({ query, signal }) {
  const [datasets, openapi] = await Promise.all([all("datasets", { signal }), get("openapi.json", { signal })]);
  const title = head({ title: "Train", text: "A network learns from a dataset, and becomes a version of a model." });
  if (datasets.length === 0) {
    const text = "Training needs labelled pictures. Bring some first.";
    return h("div", {}, title, empty({ title: "No dataset yet", text, href: "#/datasets", action: "Import a dataset" }));
  }
  const given = await start({ query, datasets, signal });
  return h("div", {}, title, ...kinds(openapi, { datasets, given, signal }));
}

// What the form begins with: the body of an earlier job, or a dataset that the address names.
async function start({ query, datasets, signal }) {
  const job = query.get("job") && (await get(`jobs/${path(query.get("job"))}`, { signal }));
  if (job) return { ...job, ...job.search, candidates: job.search?.count, model: job.model.name, hyperparameters: job.search?.fixed ?? job.hyperparameters, record_every: null, webhook: null };
  const dataset = query.get("dataset") ?? datasets[0].name;
  return { dataset, model: dataset, kind: query.get("kind") };
}

function kinds(openapi, context) {
  const options = [
    { value: "train", text: "One training" },
    { value: "tune", text: "A search" },
  ].filter(({ value }) => `/${value}` in openapi.paths);
  const place = h("div", {});
  const fill = (kind) => place.replaceChildren(form(kind, requestFields(openapi, `/${kind}`), context));
  const chosen = options.some(({ value }) => value === context.given.kind) ? context.given.kind : "train";
  fill(chosen);
  return [options.length > 1 && h("p", {}, choice({ label: "Kind of job", options, chosen, onChoose: fill })), place];
}

function form(kind, fields, { datasets, given, signal }) {
  const make = (field, value) => (field.name === "search" ? searchField(field, fields.find(({ name }) => name === "hyperparameters").fields, value) : fieldFor(asked(field, datasets), value));
  const made = fields.map((field) => ({ name: field.name, ...make(field, given[field.name] ?? field.default) }));
  const named = Object.fromEntries(made.map((each) => [each.name, each]));
  const notes = h("div", {});
  const button = h("button", { class: "primary" }, kind === "train" ? "Start training" : "Start the search");
  const curl = curlLine("");
  const element = h(
    "form",
    { novalidate: true, onsubmit: (event) => submit(event), oninput: () => tell(), onchange: () => tell() },
    h("div", { class: "card stack" }, h("div", { class: "fields" }, named.dataset.node, named.model.node), searched(made), folded(named.hyperparameters.node), more(made), notes, h("div", { class: "actions" }, button)),
  );

  const tell = () => curl.set(curlJson(kind, bodyOf(made)));

  const submit = async (event) => {
    event.preventDefault();
    clearFaults(element);
    notes.replaceChildren();
    button.disabled = true;
    try {
      const job = await post(kind, { json: bodyOf(made), signal });
      go(["jobs", job.id]);
    } catch (problem) {
      refuse(problem);
    }
    button.disabled = false;
  };

  const refuse = (problem) => {
    const rest = showFaults(element, problem.errors ?? []);
    if (rest.length || !problem.errors?.length) notes.replaceChildren(problemNote(problem, rest));
  };

  tell();
  return h("div", { class: "columns wide-left" }, element, h("aside", { class: "stack beside" }, curl.node, hint()));
}

// What is searched has no value beside.
function bodyOf(made) {
  const body = collect(made);
  for (const name of Object.keys(body.search ?? {})) delete body.hyperparameters[name];
  return body;
}

// The dataset is chosen among those that are there.
function asked(field, datasets) {
  return field.name === "dataset" ? { ...field, kind: "choice", areNames: true, options: datasets.map(({ name }) => name) } : field;
}

// Moves all but the first hyperparameters into a part that opens.
function folded(fieldset) {
  const fields = fieldset.querySelector(".fields");
  const rest = [...fields.children].slice(SHOWN).sort((one, other) => one.matches(".nested") - other.matches(".nested"));
  fieldset.classList.remove("nested");
  fieldset.append(h("details", {}, h("summary", {}, `${rest.length} more hyperparameters`), h("div", { class: "fields" }, rest)));
  return fieldset;
}

const OF_A_SEARCH = ["search", "candidates", "folds", "repeats", "objective"];

// What a person who searches came for.
function searched(made) {
  const own = OF_A_SEARCH.map((name) => made.find((each) => each.name === name)).filter(Boolean);
  return own.length > 0 && h("fieldset", {}, h("legend", { class: "label" }, "The search"), h("div", { class: "fields" }, own.map(({ node }) => node)));
}

// What there is beside, which few ever need.
function more(made) {
  const others = made.filter(({ name }) => ![...CHIEF, ...OF_A_SEARCH].includes(name)).map(({ node }) => node);
  others.sort((one, other) => one.matches(".nested") - other.matches(".nested"));
  return h("details", {}, h("summary", {}, "About the job"), h("div", { class: "fields" }, others));
}

function hint() {
  return h(
    "div",
    { class: "note small" },
    h("p", {}, "The form begins with a recipe that a search on photos found best. Only what differs from its default, the value of the series, is sent. To compare two activation functions, start both and tick both in the list of jobs."),
  );
}
