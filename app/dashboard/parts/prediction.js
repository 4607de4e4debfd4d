// One picture: as it came, as the network sees it, and the answer.

import { call, post, withQuery } from "./api.js";
import { bars } from "./bars.js";
import { curlLine, url } from "./curl.js";
import { h } from "./dom.js";
import { explanationOf } from "./explanation.js";
import { decimal, percent } from "./format.js";
import { problemNote } from "./problem.js";

export function predictionCard(file, { model, signal }) {
  const place = h("div", { class: "stack" }, h("p", { class: "loading" }, "Looking…"));
  const card = h("article", { class: "card prediction", "aria-label": file.name }, original(file), place);
  answer(file, { model, signal }).then((content) => place.replaceChildren(...content), (problem) => place.replaceChildren(h("h2", {}, file.name), problemNote(problem)));
  return card;
}

function original(file) {
  const image = h("img", { alt: `The picture ${file.name}` });
  const figure = h("figure", {}, image, h("figcaption", {}, file.name));
  image.addEventListener("error", () => image.replaceWith(h("div", { class: "no-preview" }, "no preview")));
  image.src = URL.createObjectURL(file);
  return figure;
}

async function answer(file, { model, signal }) {
  const [{ predictions }, pixels] = await Promise.all([
    post(withQuery("predict", { model }), { body: formOf(file), signal }),
    call("POST", "pixels", { body: formOf(file), signal }).then((response) => response.blob()),
  ]);
  const [prediction] = predictions;
  const seen = h("img", { class: "pixel", width: 192, height: 192, alt: `${file.name} as the network sees it`, src: URL.createObjectURL(pixels) });
  const reason = h("div", { class: "stack" });
  const button = h("button", { type: "button", onclick: () => explain() }, "What spoke for it?");
  const explain = async () => {
    button.disabled = true;
    try {
      const { explanations } = await post(withQuery("explain", { model }), { body: formOf(file), signal });
      reason.replaceChildren(explanationOf(explanations[0], seen.src));
      button.remove();
    } catch (problem) {
      reason.replaceChildren(problemNote(problem));
    }
  };
  const { node: curl } = curlLine(`curl -F 'file=@${file.name.replaceAll("'", "'\\''")}' '${url(withQuery("predict", { model }))}'`);
  return [
    h("div", { class: "answer" }, h("figure", {}, seen, h("figcaption", {}, "as the network sees it")), said(prediction)),
    h("div", { class: "actions" }, button),
    reason,
    curl,
  ];
}

function said(prediction) {
  const rows = Object.entries(prediction.probabilities)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 10)
    .map(([name, value]) => ({ name, value, text: percent(value), isBest: name === prediction.label }));
  return h(
    "div",
    {},
    h("p", { class: "said" }, h("strong", {}, prediction.label), h("span", { class: "muted" }, ` ${percent(prediction.probability)}`)),
    bars(rows, { most: 1 }),
    uncertainty(prediction.uncertainty),
    prediction.actions?.length > 0 && h("p", { class: "muted small" }, `Done to it beside resizing: ${prediction.actions.join(", ")}`),
  );
}

// A number, or several under names.
function uncertainty(told) {
  if (told === null || told === undefined) return null;
  const parts = typeof told === "object" ? Object.entries(told) : [["", told]];
  const texts = parts.map(([name, value]) => `${name} ${typeof value === "number" ? decimal(value, 3) : value}`.trim());
  return h("p", { class: "muted small" }, `Uncertainty: ${texts.join(", ").replaceAll("_", " ")}`);
}

function formOf(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
}
