// Functions of one number, drawn once.

import { svg } from "./dom.js";
import { linear } from "./scale.js";

const [WIDTH, HEIGHT, STEPS] = [300, 170, 161];
const RANGE = [-1.3, 2.3];

export function plot({ label, from, to, functions }) {
  const across = linear([from, to], [8, WIDTH - 8]);
  const up = linear(RANGE, [HEIGHT - 8, 8]);
  return svg(
    "svg",
    { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    svg("line", { class: "axis", x1: 8, x2: WIDTH - 8, y1: up(0), y2: up(0) }),
    svg("line", { class: "axis", x1: across(0), x2: across(0), y1: 8, y2: HEIGHT - 8 }),
    [-1, 1, 2].map((y) => svg("text", { x: across(0) - 6, y: up(y) + 4, "text-anchor": "end" }, y)),
    [-3, 3].map((x) => svg("text", { x: across(x), y: up(0) + 14, "text-anchor": "middle" }, x)),
    functions.map((of, index) => svg("g", { class: `series-${index}` }, svg("polyline", { class: index ? "line dashed" : "line", points: pointsOf(of, { from, to, across, up }) }))),
  );
}

function pointsOf(of, { from, to, across, up }) {
  const xs = Array.from({ length: STEPS }, (_, step) => from + ((to - from) * step) / (STEPS - 1));
  return xs.map((x) => [x, of(x)]).filter(([, y]) => y >= RANGE[0] && y <= RANGE[1]).map(([x, y]) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`).join(" ");
}
