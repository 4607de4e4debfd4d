// The frame: shows the view that the address names, and what went wrong where there is none.

import { learnScope, mayTrain } from "./parts/api.js";
import { h } from "./parts/dom.js";
import { keepFocus } from "./parts/focus.js";
import { keyForm, takeKey } from "./parts/key.js";
import { problemNote } from "./parts/problem.js";
import { go, parse } from "./parts/router.js";

const VIEWS = {
  datasets: ["./views/datasets.js", "./views/dataset.js"],
  train: ["./views/train.js"],
  jobs: ["./views/jobs.js", "./views/job.js"],
  models: ["./views/models.js", "./views/model.js"],
  predict: ["./views/predict.js"],
  learn: ["./views/learn.js"],
};

const main = document.getElementById("main");
let leaving = new AbortController();
let isFirst = true;

async function navigate() {
  if (takeKey(location.hash)) location.replace("#/"); // so that it stands in no history
  const { parts, query } = parse(location.hash);
  if (!(parts[0] in VIEWS)) {
    await learnScope();
    location.replace(mayTrain() ? "#/datasets" : "#/predict");
    return;
  }
  leaving.abort();
  leaving = new AbortController();
  mark(parts[0]);
  main.replaceChildren(h("p", { class: "loading", role: "status" }, "Loading…"));
  await show(parts, query, leaving.signal);
}

async function show(parts, query, signal) {
  const [list, one = list] = VIEWS[parts[0]];
  try {
    const module = await import(parts.length > 1 ? one : list);
    const content = await module.show({ parts, query, signal });
    if (!signal.aborted) place(content);
  } catch (error) {
    if (!signal.aborted) place(error.status === 401 ? keyForm(() => (location.hash === "#/datasets" ? go([]) : navigate())) : failed(error, parts[0]));
  }
}

function place(content) {
  main.replaceChildren(content);
  document.title = `${main.querySelector("h1").textContent} · nncore`;
  if (!isFirst) begin();
  isFirst = false;
}

function begin() {
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function failed(error, view) {
  const isMissing = error.status === 404;
  return h(
    "div",
    { class: "stack" },
    h("h1", {}, isMissing ? "Not there" : "That did not work"),
    problemNote(error),
    h("div", { class: "actions" }, isMissing ? h("a", { class: "button", href: `#/${view}` }, `To the ${view}`) : h("button", { type: "button", onclick: navigate }, "Try again")),
  );
}

function mark(name) {
  for (const anchor of document.querySelectorAll(".top nav a")) {
    if (anchor.hash === `#/${name}`) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
}

function skip(event) {
  event.preventDefault(); // what stands after # is a view
  begin();
}

document.querySelector(".skip").addEventListener("click", skip);
addEventListener("hashchange", navigate);
keepFocus(main);
navigate();
