// A job as it goes on: the service's events say when to look again; where there are none, we look now and then.

import { call, get, path } from "./api.js";

const MILLISECONDS = 500; // between two looks
const FINAL = ["succeeded", "failed", "cancelled"];

export const hasEnded = (job) => FINAL.includes(job.status);

export async function look(id, signal) {
  const [job, history] = await Promise.all([get(`jobs/${path(id)}`, { signal }), get(`jobs/${path(id)}/history`, { signal })]);
  return { job, history };
}

export async function follow(id, { paths, signal, onLook, onWarning }) {
  const hasEvents = "/jobs/{job_id}/events" in paths;
  try {
    if (hasEvents) await withEvents(id, { signal, onLook, onWarning });
  } catch {
    // they broke off, or the view was left
  }
  try {
    await withoutEvents(id, { signal, onLook }); // of a job that has ended it is one look
  } catch (problem) {
    if (!signal.aborted) throw problem;
  }
}

async function withEvents(id, { signal, onLook, onWarning }) {
  let last = -Infinity;
  for await (const { event, data } of eventsOf(id, signal)) {
    if (event === "warning") onWarning?.(data);
    if (event === "metrics" && performance.now() - last < MILLISECONDS) continue; // more of them come; of others none may
    onLook(await look(id, signal));
    last = performance.now();
    if (event === "done") break;
  }
}

async function withoutEvents(id, { signal, onLook }) {
  while (!signal.aborted) {
    const found = await look(id, signal);
    onLook(found);
    if (hasEnded(found.job)) return;
    await pause(MILLISECONDS, signal);
  }
}

// Hears of jobs: `next` resolves when something has happened to one that runs, and after some time at the latest. One is
// heard at a time, and tells when to look at all: a browser opens six connections to a host, for all its tabs together.
export function ear(signal, { soon, late }) {
  let heard = null;
  let hasHappened = false;
  let wake = () => {};

  const hear = async ({ id, last_event: after }) => {
    heard = id;
    try {
      for await (const { event } of eventsOf(id, signal, after)) {
        hasHappened = true;
        wake();
        if (event === "done") break;
      }
    } catch {
      // the jobs are looked at all the same, only later
    }
    heard = null;
  };

  return async function next(jobs) {
    const running = jobs.find(({ status }) => status === "running");
    if (running && heard === null) hear(running);
    const latest = heard === null && jobs.some(({ status }) => status === "queued") ? soon : late;
    if (!hasHappened) await Promise.race([new Promise((resolve) => (wake = resolve)), pause(latest, signal)]);
    hasHappened = false;
  };
}

async function* eventsOf(id, signal, after = 0) {
  const { body } = await call("GET", `jobs/${path(id)}/events?after=${after}`, { accept: "text/event-stream", signal });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = "", chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const blocks = (text + chunk.value).replaceAll("\r\n", "\n").split("\n\n");
    text = blocks.pop();
    for (const block of blocks) if (block.includes("event:")) yield parsed(block);
  }
}

function parsed(block) {
  const lines = block.split("\n").map((line) => line.match(/^(\w+): ?(.*)$/) ?? []);
  const of = (name) => lines.filter(([, field]) => field === name).map(([, , value]) => value).join("\n");
  return { event: of("event"), data: JSON.parse(of("data") || "null") };
}

export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
