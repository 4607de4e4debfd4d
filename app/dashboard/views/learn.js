// Learn: the activation functions, a picture's way through a network and back, and the gradient check.

import { activationCards } from "../parts/activations.js";
import { all, get, mayTrain } from "../parts/api.js";
import { h } from "../parts/dom.js";
import { gradientCheck } from "../parts/gradient_check.js";
import { head } from "../parts/head.js";
import { walk } from "../parts/walk.js";

export async function show({ signal }) {
  const [models, openapi] = await Promise.all([all("models", { signal }), get("openapi.json", { signal })]);
  return h(
    "div",
    {},
    head({ title: "Learn", text: "The network from the inside, in the notation of the series “Coding Neural Network”." }),
    h("div", { class: "stack" }, activationCards(), walk(models, { signal }), mayTrain() && "/gradient-check" in openapi.paths && gradientCheck(openapi, { signal })),
  );
}
