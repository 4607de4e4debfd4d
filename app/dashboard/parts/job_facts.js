// What several views say of a job.

import { call, path } from "./api.js";
import { h } from "./dom.js";
import { duration, percent, shown, whole, words } from "./format.js";

export const nameOf = ({ model }) => (model.version ? `${model.name}:${model.version}` : model.name);

export const pill = ({ status }) => h("span", { class: `pill ${status}` }, status);

export function progressOf({ progress, status, model }) {
  const { epoch, epochs, seconds_left: left } = progress;
  const isOpen = status === "running" && left !== null && left !== undefined;
  return h(
    "div",
    { class: "progress" },
    h("progress", { max: epochs, value: epoch, "aria-label": `Progress of ${model.name}` }),
    h("span", { class: "muted small" }, `${whole(epoch)} of ${whole(epochs)} epochs`, isOpen && `, ${duration(left)} left`),
  );
}

export function bestAccuracy({ metrics }) {
  const split = ["test", "validation", "train"].find((name) => typeof metrics?.[name]?.accuracy === "number");
  return split ? `${percent(metrics[split].accuracy)} on ${{ train: "training" }[split] ?? split}` : "";
}

const ACTIONS = [
  { verb: "pause", text: "Pause", states: ["queued", "running"] },
  { verb: "resume", text: "Resume", states: ["paused"] },
  { verb: "cancel", query: "?keep=true", text: "Stop and keep", states: ["running", "paused"] },
  { verb: "cancel", text: "Cancel", states: ["queued", "running", "paused"] },
];

// The buttons that a job's state allows; those whose path the service does not have are left out.
export function jobButtons(job, paths, { onDone, onProblem }) {
  const act = async (verb, query = "") => {
    try {
      onDone(await (await call("POST", `jobs/${path(job.id)}/${verb}${query}`)).json());
    } catch (problem) {
      onProblem(problem);
    }
  };
  return ACTIONS.filter(({ verb, states }) => states.includes(job.status) && `/jobs/{job_id}/${verb}` in paths).map(({ verb, query, text }) =>
    h("button", { type: "button", onclick: () => act(verb, query) }, text),
  );
}

// The hyperparameters in which some jobs differ: [{ name, values }].
export function differences(jobs) {
  const names = [...new Set(jobs.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  const rows = names.map((name) => ({ name, values: jobs.map(({ hyperparameters }) => shown(hyperparameters[name])) }));
  return rows.filter(({ values }) => new Set(values).size > 1);
}

// A name for each job that tells it from the others: its model, and what is other than in theirs.
export function labels(jobs) {
  const different = differences(jobs).filter(({ name }) => name !== "seed" || jobs.length < 4).slice(0, 2);
  const told = ({ name, values }, index) => (/^[a-z]/.test(values[index]) ? values[index] : `${words(name)} ${values[index]}`);
  return jobs.map((job, index) => [nameOf(job), ...different.map((each) => told(each, index))].join(" · "));
}

// What a job or a version suffers from, each with its remedy.
export function warningsOf({ warnings }) {
  if (!warnings?.length) return null;
  const details = warnings.length > 1 ? h("ul", {}, warnings.map(({ detail }) => h("li", {}, detail))) : h("p", {}, warnings[0].detail);
  return h("div", { class: "note warn" }, details);
}
