// Which pixels spoke for an answer and which against: a map over the picture, and the sum that it is.

import { h } from "./dom.js";
import { facts } from "./facts.js";
import { decimal } from "./format.js";

const SIDE = 64;

export function explanationOf(explanation, picture) {
  const shares = explanation.map.flat();
  const [speaksFor, against] = [shares.filter((share) => share > 0), shares.filter((share) => share < 0)].map(sum);
  return h(
    "section",
    { class: "explanation", "aria-label": "Explanation" },
    h("figure", {}, heatmap(explanation, picture), h("figcaption", {}, h("span", { class: "for" }, "■ for"), " ", h("span", { class: "against" }, "■ against"), ` ${explanation.label}`)),
    h(
      "div",
      {},
      h("p", {}, "Around this picture the network is linear: its answer is exactly the sum of what every pixel adds, and of what the biases add."),
      facts([
        ["Pixels for", signed(speaksFor)],
        ["Pixels against", signed(against)],
        ["Biases", signed(explanation.bias)],
        ["Sum, the logit", signed(explanation.logit)],
        ["Off by rounding", explanation.residual ? explanation.residual.toExponential(1) : "0"],
      ], { isMono: true }),
    ),
  );
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
const signed = (number) => `${number < 0 ? "−" : "+"}${decimal(Math.abs(number))}`;

// The picture in grey, and over it a colour as strong as the pixel's share.
function heatmap({ map, label }, picture) {
  const canvas = h("canvas", { class: "pixel", width: SIDE, height: SIDE, role: "img", "aria-label": `Which pixels spoke for ${label} and which against` });
  const image = new Image();
  image.addEventListener("load", () => paint(canvas, image, map.flat()));
  image.src = picture;
  return canvas;
}

function paint(canvas, image, shares) {
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, SIDE, SIDE);
  const pixels = context.getImageData(0, 0, SIDE, SIDE);
  const strongest = quantile(shares.map(Math.abs), 0.99) || 1;
  shares.forEach((share, index) => tint(pixels.data, 4 * index, share / strongest));
  context.putImageData(pixels, 0, 0);
}

const FOR = [214, 66, 38];
const AGAINST = [38, 98, 196];

function tint(data, at, share) {
  const grey = 0.35 * (0.3 * data[at] + 0.59 * data[at + 1] + 0.11 * data[at + 2]) + 150;
  const strength = Math.min(Math.abs(share), 1) ** 0.7;
  const colour = share > 0 ? FOR : AGAINST;
  for (let channel = 0; channel < 3; channel += 1) data[at + channel] = grey + strength * (colour[channel] - grey);
}

function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(share * (sorted.length - 1))];
}
