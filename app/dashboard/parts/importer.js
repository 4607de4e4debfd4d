// Brings a zip, or the two HDF5 files, as a new dataset.

import { h } from "./dom.js";
import { dropzone } from "./dropzone.js";
import { bytes, duration } from "./format.js";
import { clearFaults, problemNote, showFaults } from "./problem.js";
import { go } from "./router.js";
import { upload } from "./upload.js";

export function importer({ signal, isFirst }) {
  const place = h("div", { class: "stack" });
  const again = () => place.replaceChildren(zone);
  const zone = dropzone({
    title: isFirst ? "Drop your first dataset here" : "Drop a zip, or HDF5 files",
    text: explanation(isFirst),
    button: "Choose files",
    accept: ".zip,.h5,.hdf5",
    multiple: true,
    onFiles: (files) => place.replaceChildren(form(files, { signal, again })),
  });
  again();
  return place;
}

function explanation(isFirst) {
  const line = h("p", {}, "A zip with one folder per class, perhaps within ", h("code", {}, "train/"), " and ", h("code", {}, "test/"),
    "; or the training and the test file of the cat images.");
  return isFirst ? [line, h("pre", { class: "tree" }, "pets.zip\n├── train/cat/1.jpg …\n├── train/dog/1.jpg …\n├── test/cat/8.jpg …\n└── test/dog/8.jpg …")] : line;
}

// Which field each file is: a zip is the archive; of two HDF5 files the one with "test" in its name is the test file.
export function assign(files) {
  const zip = files.find((file) => /\.zip$/i.test(file.name));
  if (zip) return [["archive", zip]];
  const test = files.length > 1 ? files.find((file) => /test/i.test(file.name)) ?? files[1] : null;
  const train = files.find((file) => file !== test);
  return test ? [["train", train], ["test", test]] : [["train", train]];
}

export function nameFrom(file) {
  const stem = file.name.replace(/\.[^.]*$/, "").replace(/^(train|test)[_-]/i, "");
  return stem.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 64) || "pictures";
}

function form(files, { signal, again }) {
  const parts = assign(files);
  const name = h("input", { id: "dataset-name", value: nameFrom(parts[0][1]), autocomplete: "off", "aria-describedby": "dataset-name-fault" });
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Upload" });
  const state = h("p", { class: "muted small", role: "status" });
  const progress = h("div", { hidden: true }, bar, state);
  const notes = h("div", {});
  const button = h("button", { class: "primary" }, "Import");
  const element = h(
    "form",
    { class: "card stack importer", onsubmit: (event) => submit(event) },
    h("h2", {}, "Import"),
    h("ul", { class: "files" }, parts.map(([field, file]) => h("li", {}, h("span", { class: "pill" }, field), ` ${file.name} `, h("span", { class: "muted" }, bytes(file.size))))),
    h("div", { class: "field", "data-pointer": "/name" }, h("label", { for: "dataset-name" }, "Name"), name, h("span", { class: "fault", id: "dataset-name-fault" })),
    progress,
    notes,
    h("div", { class: "actions" }, button, h("button", { type: "button", class: "quiet", onclick: again }, "Cancel")),
  );

  let began = 0;
  const tell = ({ sent, size }) => {
    const isThere = sent >= size;
    const left = ((performance.now() - began) / 1000 / (sent || 1)) * (size - sent);
    state.textContent = isThere ? "Reading the pictures…" : `${bytes(sent)} of ${bytes(size)}${sent ? `, ${duration(left)} left` : ""}`;
    if (isThere) bar.removeAttribute("value");
    else bar.value = sent / size;
  };

  const submit = async (event) => {
    event.preventDefault();
    clearFaults(element);
    notes.replaceChildren();
    [progress.hidden, button.disabled] = [false, true];
    began = performance.now();
    tell({ sent: 0, size: parts.reduce((total, [, file]) => total + file.size, 0) });
    try {
      const dataset = await upload("datasets", body(name.value, parts), { onProgress: tell, signal });
      go(["datasets", dataset.name]);
    } catch (problem) {
      [progress.hidden, button.disabled] = [true, false];
      refuse(problem);
    }
  };

  const refuse = (problem) => {
    const errors = problem.code === "name-taken" ? [{ pointer: "/name", detail: problem.detail }] : problem.errors;
    const rest = showFaults(element, errors);
    if (rest.length || !errors.length) notes.replaceChildren(problemNote(problem, rest));
  };

  return element;
}

function body(name, parts) {
  const data = new FormData();
  data.append("name", name);
  for (const [field, file] of parts) data.append(field, file);
  return data;
}
