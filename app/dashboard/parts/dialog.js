// A question before what cannot be undone.

import { h } from "./dom.js";

export function confirm({ title, text, action }) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": "dialog-title", onclose: () => finish() },
      h("h2", { id: "dialog-title" }, title),
      h("p", { class: "muted" }, text),
      h(
        "form",
        { method: "dialog", class: "actions" },
        h("button", { value: "no", autofocus: true }, "Keep"),
        h("button", { value: "yes", class: "danger" }, action),
      ),
    );
    const finish = () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}
