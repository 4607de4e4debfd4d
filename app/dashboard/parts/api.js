// The service over HTTP; what goes wrong is a Problem, as the service tells it.

const KEY = "nncore-key";

export class Problem extends Error {
  constructor({ status = 0, code = "unreachable", title = "", detail = "", errors = [] }) {
    super(detail || title);
    Object.assign(this, { status, code, title, detail, errors: errors ?? [] });
  }
}

export const saveKey = (key) => sessionStorage.setItem(KEY, key);
export const hasKey = () => sessionStorage.getItem(KEY) !== null;

export function authorization() {
  return hasKey() ? { Authorization: `Bearer ${sessionStorage.getItem(KEY)}` } : {};
}

export const path = (...parts) => parts.map((part) => encodeURIComponent(part)).join("/");
export const versionPath = ({ name, version }) => `models/${path(name)}/versions/${version}`;

export async function call(method, address, { json, body, accept, signal } = {}) {
  const headers = { ...authorization() };
  if (json !== undefined) headers["Content-Type"] = "application/json";
  if (accept) headers.Accept = accept;
  const response = await answer(address, { method, headers, body: json === undefined ? body : JSON.stringify(json), signal });
  const scope = response.headers.get("Key-Scope");
  if (scope) document.documentElement.dataset.scope = scope;
  if (!response.ok) throw await problemOf(response);
  return response;
}

export const mayTrain = () => document.documentElement.dataset.scope !== "predict";
export const learnScope = () => hasKey() && get("models?limit=1").catch(() => {});

export const get = async (address, options) => (await call("GET", address, options)).json();

export const post = async (address, options) => (await call("POST", address, options)).json();

export async function all(address, options) {
  const items = [];
  for (let cursor = null; ; ) {
    const page = await get(withQuery(address, { limit: 1000, cursor }), options);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) return items;
  }
}

export function withQuery(address, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `${address}?${String(new URLSearchParams(given)).replaceAll("%3A", ":")}` : address;
}

export async function problemOf(response) {
  return toProblem(response.status, await response.text());
}

export function toProblem(status, text) {
  try {
    return new Problem({ ...JSON.parse(text), status });
  } catch {
    return new Problem({ status, code: "no-problem", detail: `The service answered with status ${status}.` });
  }
}

async function answer(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "The service does not answer", detail: "It may have stopped, or the network is down." });
  }
}
