// The four activation functions with their derivatives.

import { h } from "./dom.js";
import { plot } from "./plot.js";

const LEAK = 0.01;
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

const FUNCTIONS = [
  { name: "Sigmoid", formula: "g(z) = 1 / (1 + e⁻ᶻ)", slope: "g′ = g (1 − g)", of: sigmoid, derivative: (z) => sigmoid(z) * (1 - sigmoid(z)), text: "Between 0 and 1: a probability. Flat at both ends, where learning is slow." },
  { name: "Tanh", formula: "g(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)", slope: "g′ = 1 − g²", of: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2, text: "Between −1 and 1, with 0 in the middle, and steeper than the sigmoid." },
  { name: "ReLU", formula: "g(z) = max(0, z)", slope: "g′ = 1 if z > 0, else 0", of: (z) => Math.max(0, z), derivative: (z) => Number(z > 0), text: "Never flat above 0, so that learning is fast. Below 0 a unit is silent." },
  { name: "Leaky ReLU", formula: "g(z) = max(0.01 z, z)", slope: "g′ = 1 if z > 0, else 0.01", of: (z) => Math.max(LEAK * z, z), derivative: (z) => (z > 0 ? 1 : LEAK), text: "As ReLU, but a little of what is below 0 passes, so that no unit dies." },
];

export function activationCards() {
  return h("section", {}, h("h2", {}, "Activation functions"), h("ul", { class: "cards" }, FUNCTIONS.map((each) => h("li", {}, card(each)))));
}

function card({ name, formula, slope, of, derivative, text }) {
  return h(
    "article",
    { class: "card" },
    h("h3", {}, name),
    plot({ label: `${name} and its derivative`, from: -4, to: 4, functions: [of, derivative] }),
    h("p", { class: "mono small" }, h("span", { class: "series-0" }, formula), h("br"), h("span", { class: "series-1" }, slope)),
    h("p", { class: "muted small" }, text),
  );
}
