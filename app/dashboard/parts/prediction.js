// One picture: as it came, as the network sees it, and the answer.

import { call, post, withQuery } from "./api.js";
import { bars } from "./bars.js";
import { curl, curlLine, url } from "./curl.js";
import { h } from "./dom.js";
import { explanationOf } from "./explanation.js";
import { percent, whole } from "./format.js";
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
  const [{ model: answered, predictions }, pixels] = await Promise.all([
    post(withQuery("predict", { model }), { body: formOf(file), signal }),
    call("POST", "pixels", { body: formOf(file), signal }).then((response) => response.blob()),
  ]);
  const [prediction] = predictions;
  const seen = h("img", { class: "pixel", width: 192, height: 192, alt: `${file.name} as the network sees it`, src: URL.createObjectURL(pixels) });
  const reason = h("div", { class: "stack" });
  const button = h("button", { type: "button", onclick: () => explain() }, "What spoke for it?");
  const explain = async () => {
    try {
      const { explanations } = await post(withQuery("explain", { model }), { body: formOf(file), signal });
      reason.replaceChildren(explanationOf(explanations[0], seen.src));
      button.remove();
    } catch (problem) {
      reason.replaceChildren(problemNote(problem));
    }
  };
  const { node: line } = curlLine(`${curl()} -F 'file=@${file.name.replaceAll("'", "'\\''")}' '${url(withQuery("predict", { model }))}'`);
  return [
    h("div", { class: "answer" }, h("figure", {}, seen, h("figcaption", {}, "as the network sees it")), said(prediction, answered)),
    h("div", { class: "actions" }, button),
    reason,
    line,
  ];
}

function said(prediction, { epoch }) {
  const rows = Object.entries(prediction.probabilities)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 10)
    .map(([name, value]) => ({ name, value, text: percent(value), isBest: name === prediction.label }));
  return h(
    "div",
    {},
    h("p", { class: "said" }, h("strong", {}, prediction.label), h("span", { class: "muted" }, ` ${percent(prediction.probability)}`)),
    bars(rows, { most: 1 }),
    h("ul", { class: "remarks muted small" }, remarks(prediction, epoch).map((text) => h("li", {}, text))),
  );
}

function remarks({ uncertainty, actions }, epoch) {
  return [
    typeof uncertainty === "number" && `The members of the model lie ± ${percent(uncertainty)} apart.`,
    epoch !== null && epoch !== undefined && `Said by the checkpoint of epoch ${whole(epoch)}; the training goes on.`,
    actions?.length > 0 && `Before it was made 64 × 64: ${actions.map(deed).join(", ")}.`,
  ].filter(Boolean);
}

const DEEDS = {
  frame: "the first frame taken",
  draft: "decoded smaller",
  colour: "its colours made red, green and blue",
  depth: "scaled to 8 bits",
  matte: "put on white",
  exif: "turned upright",
};

const deed = (action) => `${DEEDS[action.split(":")[0]] ?? "changed"} (${action})`;

function formOf(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return form;
}
