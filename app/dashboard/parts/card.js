// A part of a view, under its own heading.

import { h } from "./dom.js";

export const card = (title, ...children) => h("section", { class: "card" }, h("h2", {}, title), children);
