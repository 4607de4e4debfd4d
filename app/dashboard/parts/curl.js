// The line for a terminal that gets the same answer.

import { hasKey } from "./api.js";
import { h } from "./dom.js";

export function curlLine(text) {
  const code = h("pre", {}, text);
  const copy = h("button", { type: "button", onclick: () => take(copy, code) }, "Copy");
  const node = h("div", { class: "curl" }, h("p", { class: "muted small" }, "The same with curl"), code, copy);
  return { node, set: (changed) => (code.textContent = changed) };
}

async function take(button, code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code); // no clipboard here: the text is marked, to be copied by hand
  }
}

export function curlJson(address, body) {
  return `${curl()} -H 'Content-Type: application/json' ${url(address)} -d '${readable(body).replaceAll("'", "'\\''")}'`;
}

// Names the variable that has the key, never the key.
export const curl = () => (hasKey() ? 'curl -H "Authorization: Bearer $NNCORE_KEY"' : "curl");

// JSON with a field a line, but lists on one.
function readable(body) {
  return JSON.stringify(body, null, 2).replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, " ").replace("[ ", "[").replace(" ]", "]"));
}

export const url = (address) => new URL(address, document.baseURI).href.replace(/#.*$/, "");
