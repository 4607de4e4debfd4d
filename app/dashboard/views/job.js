// One job: where it stands, its curves as they grow, and what came of it.

import { call, get, path } from "../parts/api.js";
import { changing } from "../parts/changing.js";
import { h } from "../parts/dom.js";
import { facts } from "../parts/facts.js";
import { duration, time, words } from "../parts/format.js";
import { head } from "../parts/head.js";
import { jobCharts } from "../parts/job_chart.js";
import { jobButtons, nameOf, pill, progressOf, shown, warningsOf } from "../parts/job_facts.js";
import { leaderboard } from "../parts/leaderboard.js";
import { follow, hasEnded, look } from "../parts/live.js";
import { metricsTable } from "../parts/metrics.js";
import { problemNote } from "../parts/problem.js";
import { removalButton } from "../parts/removal.js";
import { link } from "../parts/router.js";

export async function show({ parts, signal }) {
  const id = parts[1];
  const [first, { paths }] = await Promise.all([look(id, signal), get("openapi.json", { signal })]);
  const charts = jobCharts();
  const [notes, warnings] = [h("div", { class: "stack" }), h("div", { class: "stack" })];
  const onProblem = (problem) => notes.replaceChildren(problemNote(problem));
  const status = changing(h("div", {}), { of: ({ status, attempt }) => [status, attempt], content: statusOf });
  const progress = changing(h("div", {}), { of: ({ status, progress }) => [status, progress], content: progressOf });
  const buttons = changing(h("div", { class: "actions" }), {
    of: ({ status, model }) => [status, model],
    content: (job) => [...jobButtons(job, paths, { onDone: (changed) => tell(changed), onProblem }), ...afterwards(job, notes)],
  });
  const results = changing(h("div", { class: "stack" }), { of: ({ progress, last_event: event, ...others }) => others, content: resultsOf });

  const tell = (job) => [status, progress, buttons, results].forEach(({ update }) => update(job));
  const onLook = ({ job, history }) => {
    charts.update([{ name: nameOf(job), history }]);
    tell(job);
  };
  const onWarning = (data) => warnings.append(h("p", { class: "note warn" }, data?.detail ?? String(data)));

  onLook(first);
  if (!hasEnded(first.job)) follow(id, { paths, signal, onLook, onWarning });
  const state = h("section", { class: "card job-state", "aria-label": "State" }, status.node, progress.node, buttons.node);
  return h("div", {}, titleOf(first.job), h("div", { class: "stack" }, notes, state, warnings, charts.node, results.node));
}

function titleOf(job) {
  const what = job.kind === "tune" ? "Search" : "Training";
  return head({ title: job.model.name, text: `${what} on ${job.dataset}, asked for ${time(job.created_at)}`, back: { href: "#/jobs", text: "Jobs" } });
}

function statusOf(job) {
  return [pill(job), job.attempt > 1 && h("span", { class: "muted small" }, ` attempt ${job.attempt}`)];
}

function afterwards(job, notes) {
  if (!hasEnded(job)) return [];
  const isDone = job.status === "succeeded" && job.model.version;
  return [
    isDone && h("a", { class: "button primary", href: link(["models", job.model.name, String(job.model.version)]) }, "See the model"),
    h("a", { class: "button", href: link(["train"], { job: job.id }) }, "Again, with changes"),
    h("button", { type: "button", onclick: () => saveHistory(job) }, "CSV"),
    removalButton({
      title: "Delete this job?",
      text: "Its curves are gone then. The model that it made stays.",
      address: `jobs/${path(job.id)}`,
      back: "jobs",
      notes,
    }),
  ];
}

async function saveHistory(job) {
  const response = await call("GET", `jobs/${path(job.id)}/history`, { accept: "text/csv" });
  const address = URL.createObjectURL(await response.blob());
  h("a", { href: address, download: `${job.model.name}-history.csv` }).click();
  URL.revokeObjectURL(address);
}

function resultsOf(job) {
  return [
    job.error && problemNote(job.error),
    ...warningsOf(job),
    job.leaderboard && leaderboard(job),
    h(
      "div",
      { class: "columns equal" },
      h("section", { class: "card" }, h("h2", {}, "What came of it"), job.metrics ? metricsTable(job.metrics) : h("p", { class: "muted" }, "The metrics come with the end of the training.")),
      h("section", { class: "card" }, h("h2", {}, job.best ? "The best hyperparameters" : "Hyperparameters"), hyperparameters(job)),
    ),
  ].filter(Boolean);
}

function hyperparameters(job) {
  const took = job.started_at && job.finished_at ? duration((new Date(job.finished_at) - new Date(job.started_at)) / 1000) : null;
  const rows = [job.members > 1 && ["Members", job.members], ...Object.entries(job.best ?? job.hyperparameters).map(([name, value]) => [words(name), shown(value)]), job.first_layer && ["First layer in", words(job.first_layer)], took && ["Took", took]];
  return facts(rows.filter(Boolean));
}
