// A button that deletes, after a question.

import { call } from "./api.js";
import { confirm } from "./dialog.js";
import { h } from "./dom.js";
import { problemNote } from "./problem.js";
import { go } from "./router.js";

export function removalButton({ title, text, address, back, notes }) {
  const remove = async () => {
    if (!(await confirm({ title, text, action: "Delete" }))) return;
    try {
      await call("DELETE", address);
      go([back]);
    } catch (problem) {
      notes.replaceChildren(problemNote(problem));
    }
  };
  return h("button", { type: "button", class: "danger", onclick: remove }, "Delete");
}
