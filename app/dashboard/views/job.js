// One job: where it stands, its curves as they grow, and what came of it.

import { call, get, path } from "../parts/api.js";
import { card } from "../parts/card.js";
import { changing } from "../parts/changing.js";
import { h } from "../parts/dom.js";
import { duration, time, words } from "../parts/format.js";
import { gradientChecks } from "../parts/gradient_checks.js";
import { head } from "../parts/head.js";
import { hyperparameters } from "../parts/hyperparameters.js";
import { jobCharts } from "../parts/job_chart.js";
import { jobButtons, nameOf, pill, progressOf, warningsOf } from "../parts/job_facts.js";
import { leaderboard } from "../parts/leaderboard.js";
import { follow, hasEnded, look } from "../parts/live.js";
import { metricsTable } from "../parts/metrics.js";
import { problemNote } from "../parts/problem.js";
import { removalButton } from "../parts/removal.js";
import { link } from "../parts/router.js";

export async function show({ parts, signal }) {
  const id = parts[1];
  const [first, openapi] = await Promise.all([look(id, signal), get("openapi.json", { signal })]);
  const { paths } = openapi;
  const charts = jobCharts();
  const [notes, warnings] = [h("div", { class: "stack" }), h("div", { class: "stack" })];
  const onProblem = (problem) => notes.replaceChildren(problemNote(problem));
  const status = changing(h("div", {}), { of: ({ status, attempt }) => [status, attempt], content: statusOf });
  const progress = changing(h("div", {}), { of: ({ status, progress }) => [status, progress], content: progressOf });
  const buttons = changing(h("div", { class: "actions" }), {
    of: ({ status, model }) => [status, model],
    content: (job) => [...jobButtons(job, paths, { onDone: (changed) => tell(changed), onProblem }), ...meanwhile(job), ...afterwards(job, notes)],
  });
  const results = changing(h("div", { class: "stack" }), { of: ({ progress, last_event: event, ...others }) => others, content: (job) => resultsOf(job, openapi) });

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
  return head({ title: nameOf(job), text: `${what} on ${job.dataset}, asked for ${time(job.created_at)}`, back: { href: "#/jobs", text: "Jobs" } });
}

function statusOf(job) {
  return [pill(job), job.attempt > 1 && h("span", { class: "muted small" }, ` attempt ${job.attempt}`)];
}

// What a job has learned so far can already be asked.
function meanwhile(job) {
  const isUnderWay = ["running", "paused"].includes(job.status) && job.kind === "train";
  return isUnderWay ? [h("a", { class: "button", href: link(["predict"], { model: `job:${job.id}` }) }, "Predict with it now")] : [];
}

function afterwards(job, notes) {
  if (!hasEnded(job)) return [];
  const isDone = job.status === "succeeded" && job.model.version;
  return [
    isDone && h("a", { class: "button primary", href: link(["models", job.model.name, String(job.model.version)]) }, "See the model"),
    h("a", { class: "button", href: link(["train"], { job: job.id }) }, "Again, with changes"),
    h("button", { type: "button", onclick: () => saveHistory(job) }, "Curves as CSV"),
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

function resultsOf(job, openapi) {
  return [
    job.error && problemNote({ ...job.error, title: "The job failed" }),
    warningsOf(job),
    job.leaderboard && leaderboard(job),
    gradientChecks(job),
    h(
      "div",
      { class: "columns equal" },
      card("What came of it", job.metrics ? metricsTable(job.metrics) : h("p", { class: "muted" }, nothing(job))),
      card(job.best ? "The best hyperparameters" : "Hyperparameters", hyperparametersOf(job, openapi)),
    ),
  ].filter(Boolean);
}

const nothing = (job) => (hasEnded(job) ? "Nothing: it ended before there was a model." : "The metrics come with the end of the training.");

function hyperparametersOf(job, openapi) {
  const took = job.started_at && job.finished_at ? duration((new Date(job.finished_at) - new Date(job.started_at)) / 1000) : null;
  const before = [job.members > 1 && ["Members", job.members]];
  const after = [job.init_from && ["Started from", job.init_from], job.stopped_by && ["Stopped by", words(job.stopped_by)], job.first_layer && ["Trained in", words(job.first_layer)], took && ["Took", took]];
  return hyperparameters(job.best ?? job.hyperparameters, openapi, { before, after });
}
