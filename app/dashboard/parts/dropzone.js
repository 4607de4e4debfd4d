// A place to drop files on, or to choose them with a button.

import { h } from "./dom.js";

export function dropzone({ title, text, button, accept, multiple = false, onFiles, more = [] }) {
  const input = h("input", { type: "file", accept, multiple, hidden: true, "aria-label": button });
  input.addEventListener("change", () => {
    if (input.files.length) onFiles([...input.files]);
    input.value = "";
  });
  const zone = h(
    "div",
    { class: "drop" },
    h("strong", {}, title),
    text,
    h("div", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: () => input.click() }, button), more),
    input,
  );
  takeDrops(zone, onFiles);
  return zone;
}

function takeDrops(zone, onFiles) {
  const over = (isOver) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", isOver);
  };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) onFiles([...event.dataTransfer.files]);
  });
}
