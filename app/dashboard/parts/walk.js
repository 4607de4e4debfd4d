// A picture's way through a trained network and back: what every layer has, makes and gets, in real numbers.

import { call, mayTrain, path, post, versionPath, withQuery } from "./api.js";
import { h } from "./dom.js";
import { decimal, percent, whole } from "./format.js";
import { problemNote } from "./problem.js";
import { columnsOf, scrollTable } from "./table.js";

export function walk(models, { signal }) {
  const versions = models.map(({ versions: [newest] }) => newest);
  const section = h("section", { class: "card stack" }, h("h2", {}, "Forward and back, layer by layer"));
  if (versions.length === 0) {
    section.append(h("p", { class: "muted" }, "Once there is a model, a picture can be followed through it here. ", h("a", { href: "#/train" }, "Train one"), "."));
    return section;
  }
  const select = h("select", { id: "walk-model" }, versions.map(({ name, version }) => h("option", { value: `${name}:${version}` }, `${name}:${version}`)));
  const input = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "Picture" });
  const place = h("div", { class: "stack", "aria-live": "polite" });
  const chosen = () => versions.find(({ name, version }) => `${name}:${version}` === select.value);

  const go = async (getPicture) => {
    try {
      const picture = await getPicture();
      place.replaceChildren(...shown(await propagate(picture, { version: chosen(), signal }), picture));
    } catch (problem) {
      place.replaceChildren(problemNote(problem));
    }
  };

  input.addEventListener("change", () => input.files.length && go(async () => ({ file: input.files[0], truth: null })));
  section.append(
    h("p", { class: "muted" }, "One picture goes forward through the network; the error of its answer comes back as gradients. With one picture, dZ is the gradient of the biases too."),
    h("div", { class: "walk-form" }, h("div", { class: "field" }, h("label", { for: "walk-model" }, "Model"), select), h("div", { class: "actions" }, mayTrain() && h("button", { type: "button", class: "primary", onclick: () => go(() => fromDataset(chosen(), signal)) }, "Follow an image of its dataset"), h("button", { type: "button", onclick: () => input.click() }, "A picture of yours")), input),
    place,
  );
  return section;
}

// The hardest image that the model was tested on has the most to tell on the way back.
async function fromDataset(version, signal) {
  const split = version.metrics.test ? "test" : "train";
  const response = await call("GET", `${versionPath(version)}/hardest?split=${split}&limit=1`, { signal });
  const { dataset, items: [{ index, label }] } = await response.json();
  const image = await call("GET", `datasets/${path(dataset)}/images/${split}/${index}.png`, { signal });
  return { file: new File([await image.blob()], `${split}-${index}.png`, { type: "image/png" }), truth: label };
}

function propagate({ file, truth }, { version: { name, version }, signal }) {
  const form = new FormData();
  form.append("file", file, file.name);
  return post(withQuery("forward", { model: `${name}:${version}`, truth }), { body: form, signal });
}

function shown(answer, { file, truth }) {
  const image = h("img", { class: "pixel", width: 128, height: 128, alt: file.name, src: URL.createObjectURL(file) });
  const told = truth ? `It is ${truth}.` : `Nobody has said what it is, so ${answer.truth} is taken for the truth.`;
  const best = answer.probabilities[answer.label];
  return [
    h("div", { class: "walk-head" }, image, h("div", {}, h("p", {}, `${told} The network says ${answer.label}, with ${percent(best)}; the cost is ${decimal(answer.cost)}.`), h("p", { class: "muted small" }, `X holds its ${whole(answer.inputs.shape[1])} numbers, from ${decimal(answer.inputs.smallest, 2)} to ${decimal(answer.inputs.largest, 2)}.`))),
    table("Forward", answer.layers, "forward", "W A + b, then the activation function"),
    table("Back", [...answer.layers].reverse(), "backward", "what the error of the answer asks of every layer"),
  ];
}

function table(title, layers, way, text) {
  return h(
    "div",
    {},
    h("h3", {}, title, h("span", { class: "muted" }, ` · ${text}`)),
    scrollTable({
      label: title,
      columns: columnsOf(["Layer", "Array", "Shape", "From", "To", "First numbers"]),
      rows: layers.flatMap((layer) => layer[way].map((array, index) => row(layer, array, index, layer[way].length))),
      kind: "walk",
    }),
  );
}

function row({ layer }, { name, shape, smallest, largest, values }, index, count) {
  return h(
    "tr",
    {},
    index === 0 && h("th", { scope: "rowgroup", rowspan: count }, layer),
    h("td", { class: "mono" }, name),
    h("td", { class: "mono" }, shape.map(whole).join(" × ")),
    h("td", { class: "mono" }, decimal(smallest)),
    h("td", { class: "mono" }, decimal(largest)),
    h("td", { class: "mono values" }, values.slice(0, 6).map((value) => decimal(value)).join("  ")),
  );
}
