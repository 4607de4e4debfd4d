// Jobs: a list that is alive, and the curves of those that are ticked, in one picture.

import { get } from "../parts/api.js";
import { card } from "../parts/card.js";
import { changing } from "../parts/changing.js";
import { h } from "../parts/dom.js";
import { empty } from "../parts/empty.js";
import { time, words } from "../parts/format.js";
import { head } from "../parts/head.js";
import { jobCharts } from "../parts/job_chart.js";
import { bestAccuracy, differences, labels, nameOf, pill, progressOf } from "../parts/job_facts.js";
import { ear, hasEnded, look, pause } from "../parts/live.js";
import { link, replaceQuery } from "../parts/router.js";
import { columnsOf, scrollTable } from "../parts/table.js";

const LISTED = 50;
const MOST = 6; // jobs in one picture, as many as there are colours
const COLUMNS = ["Show", "Model", "Dataset", "Status", "Progress", "Accuracy", "Asked for"];
const BUSY = 700; // milliseconds between two looks at least
const IDLE = 4000; // and at most

export async function show({ query, signal }) {
  const first = await list(signal);
  const title = head({
    title: "Jobs",
    text: "Trainings, the newest first. Tick some to see them side by side.",
    actions: [h("a", { class: "button primary", href: "#/train" }, "New training")],
  });
  if (first.length === 0) {
    const text = "A job is one request to train. It appears here with its curves as they grow.";
    return h("div", {}, title, empty({ title: "No jobs yet", text, href: "#/train", action: "Start a training" }));
  }
  const board = makeBoard(chosenAtFirst(query, first), signal);
  live(first, board, signal);
  return h("div", {}, title, board.node);
}

const list = async (signal) => (await get(`jobs?limit=${LISTED}`, { signal })).items;

function chosenAtFirst(query, jobs) {
  const named = query.get("compare")?.split(",").filter(Boolean);
  const running = jobs.filter((job) => !hasEnded(job)).slice(0, MOST);
  return named ?? (running.length ? running : jobs.slice(0, 1)).map(({ id }) => id);
}

async function live(jobs, board, signal) {
  const next = ear(signal, { soon: BUSY, late: IDLE });
  for (let found = jobs; !signal.aborted; ) {
    await board.update(found);
    await Promise.all([next(found), pause(BUSY, signal)]);
    found = await list(signal).catch(() => found);
  }
}

function makeBoard(chosen, signal) {
  const charts = jobCharts();
  const compared = changing(h("div", {}), { of: (jobs) => jobs.map(({ id, status, metrics }) => [id, status, metrics]), content: comparison });
  const rows = new Map(); // job id → its row, which stays the same element, so that the focus stays too
  const body = h("tbody", {});
  const histories = new Map();
  let jobs = [];

  const choose = (id, isChosen) => {
    chosen = isChosen ? [...chosen, id].slice(-MOST) : chosen.filter((each) => each !== id);
    replaceQuery(["jobs"], { compare: chosen.join(",") });
    update(jobs);
  };

  const update = async (found) => {
    jobs = found;
    for (const job of found) if (!rows.has(job.id)) rows.set(job.id, row(job, choose));
    arrange(body, found.map((job) => rows.get(job.id).fill(job, chosen)));
    await Promise.all(chosen.map((id) => fetchHistory(id)));
    draw();
  };

  // A history is asked for again until the job has ended and it was read after that.
  const fetchHistory = async (id) => {
    if (histories.get(id)?.isComplete) return;
    const found = await look(id, signal).catch(() => null);
    if (found) histories.set(id, { ...found, isComplete: hasEnded(found.job) });
  };

  const draw = () => {
    const shown = chosen.map((id) => histories.get(id)).filter(Boolean);
    const names = labels(shown.map(({ job }) => job));
    charts.update(shown.map(({ history }, index) => ({ name: names[index], history })));
    compared.update(shown.map(({ job }) => job));
  };

  const table = scrollTable({ label: "List of jobs", columns: columnsOf(COLUMNS), rows: [], kind: "card jobs" });
  table.querySelector("tbody").replaceWith(body);
  return { node: h("div", { class: "stack" }, charts.node, compared.node, table), update };
}

// What is there already is not moved: moving an element takes the focus from it.
function arrange(body, wanted) {
  for (const each of [...body.children]) if (!wanted.includes(each)) each.remove();
  wanted.forEach((each, index) => each === body.children[index] || body.insertBefore(each, body.children[index] ?? null));
}

function row({ id, kind }, choose) {
  const box = h("input", { type: "checkbox", onchange: () => choose(id, box.checked) });
  const name = h("a", { href: link(["jobs", id]) });
  const cells = COLUMNS.slice(2).map(() => h("td", {}));
  const element = h("tr", {}, h("td", {}, box), h("th", { scope: "row" }, name, kind === "tune" && h("span", { class: "pill" }, "search")), cells);
  let last = "";
  const fill = (job, chosen) => {
    box.checked = chosen.includes(id);
    box.setAttribute("aria-label", `Show the curves of ${nameOf(job)}, asked for ${time(job.created_at)}`);
    const now = JSON.stringify([job.status, job.progress, job.model, job.metrics]);
    if (now !== last) {
      name.textContent = nameOf(job);
      contentOf(job).forEach((content, index) => cells[index].replaceChildren(content));
    }
    last = now;
    return element;
  };
  return { fill };
}

const contentOf = (job) => [job.dataset, pill(job), progressOf(job), bestAccuracy(job), h("span", { class: "muted small" }, time(job.created_at))];

function comparison(jobs) {
  if (jobs.length < 2) return [];
  const rows = differences(jobs);
  const names = jobs.map((job, index) => h("th", { scope: "col" }, h("span", { class: `series-${index}` }, "● "), nameOf(job)));
  const row = (name, values) => h("tr", {}, h("th", { scope: "row" }, name), values.map((value) => h("td", {}, value)));
  return card(
    "What differs",
    scrollTable({
      label: "What differs",
      columns: [h("td", {}), ...names],
      rows: [...rows.map(({ name, values }) => row(words(name), values)), row("Accuracy", jobs.map((job) => bestAccuracy(job) || job.status))],
    }),
  );
}
