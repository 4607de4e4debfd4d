// Curves that grow: an SVG with axes, a value under the pointer or the arrow keys, and the same as a table.
// A series is { name, index (of its colour), dash ("", "dashed" or "dotted"), points: [[x, y], ...] }, points in order of x.

import { h, svg } from "./dom.js";
import { decimal, whole } from "./format.js";
import { linear, logarithmic } from "./scale.js";
import { columnsOf, scrollTable } from "./table.js";

const MARGIN = { left: 62, right: 14, top: 12, bottom: 34 };
const HEIGHT = 280; // as in parts.css, so that nothing moves once it is drawn
const ROWS = 100; // of the table

export function chart({ label, x = "epoch", format = decimal, from = null }) {
  const figure = h("div", { class: "chart", tabindex: "0", role: "group", "aria-label": `${label}: the arrow keys read the values` });
  const legend = h("ul", { class: "legend" });
  const table = h("details", { ontoggle: () => fillTable() }, h("summary", { class: "small" }, "The numbers as a table"));
  const node = h("div", {}, figure, legend, table);
  const state = { series: [], isLogarithmic: false, at: null, width: 0 };
  let drawn = null;

  const draw = () => {
    if (!state.width) return;
    drawn = drawing(state, { label, x, format, from });
    figure.replaceChildren(drawn.node);
    point(state.at);
  };

  const point = (at) => {
    state.at = at;
    drawn?.mark(at);
    legend.replaceChildren(...legendItems(state, { at, x, format }));
  };

  const fillTable = () => {
    const made = table.open && asTable(state.series, { x, format, label });
    const shown = table.querySelector(".scroll"); // it stays, and with it how far somebody has scrolled
    if (made && shown) shown.replaceChildren(...made.children);
    else if (made) table.append(made);
  };

  figure.addEventListener("pointermove", (event) => drawn && point(drawn.nearest(event.clientX - figure.getBoundingClientRect().left)));
  figure.addEventListener("pointerleave", () => point(null));
  figure.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!step || !drawn) return;
    event.preventDefault();
    legend.setAttribute("aria-live", "polite");
    point(drawn.step(state.at, step));
  });
  new ResizeObserver(([entry]) => {
    if (Math.round(entry.contentRect.width) === state.width) return;
    state.width = Math.round(entry.contentRect.width);
    draw();
  }).observe(figure);

  return {
    node,
    update: (series) => {
      state.series = series.filter(({ points }) => points.length > 0);
      draw();
      point(state.at);
      fillTable();
    },
    setLogarithmic: (isLogarithmic) => {
      state.isLogarithmic = isLogarithmic;
      draw();
    },
  };
}

function drawing({ series, isLogarithmic, width }, { label, x, format, from }) {
  const points = series.flatMap((each) => each.points).filter(([, y]) => !isLogarithmic || y > 0);
  const xs = placesOf(points);
  const across = linear([xs[0] ?? 0, Math.max(xs.at(-1) ?? 1, (xs[0] ?? 0) + 1)], [MARGIN.left, width - MARGIN.right], { isWhole: true });
  const up = (isLogarithmic ? logarithmic : linear)(extent(points, { isLogarithmic, from }), [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const marks = svg("g");
  const node = svg(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, height: HEIGHT, role: "img", "aria-label": `${label} by ${x}` },
    axes({ across, up, width, format, x }),
    series.map((each) => line(each, { across, up, isLogarithmic })),
    marks,
  );
  return { node, mark: (at) => marks.replaceChildren(...markers(at, series, { across, up, isLogarithmic })), nearest: (place) => closest(xs, across.invert(place)), step: (at, step) => stepFrom(xs, at, step) };
}

const placesOf = (points) => [...new Set(points.map(([at]) => at))].sort((one, other) => one - other);

function extent(points, { isLogarithmic, from }) {
  const ys = points.map(([, y]) => y);
  if (ys.length === 0) return isLogarithmic ? [0.1, 1] : [0, 1];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  if (isLogarithmic) return [low / 1.1, high * 1.1];
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [from ?? low - room, high + room];
}

function axes({ across, up, width, format, x }) {
  const bottom = HEIGHT - MARGIN.bottom;
  return [
    up.ticks.map((tick) => [
      svg("line", { class: "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: up(tick), y2: up(tick) }),
      svg("text", { x: MARGIN.left - 8, y: up(tick) + 4, "text-anchor": "end" }, short(tick, format)),
    ]),
    across.ticks.filter((_, index) => width > 520 || index % 2 === 0).map((tick) => svg("text", { x: across(tick), y: bottom + 18, "text-anchor": "middle" }, short(tick))),
    svg("text", { x: width - MARGIN.right, y: HEIGHT - 2, "text-anchor": "end" }, x),
  ];
}

const short = (tick, format) => (format && format !== decimal ? format(tick).replace(".0", "") : Math.abs(tick) >= 1000 ? whole(tick) : String(tick));

function line({ points, index, dash }, { across, up, isLogarithmic }) {
  const places = points.filter(([, y]) => !isLogarithmic || y > 0).map(([x, y]) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`);
  const [only] = places.length === 1 ? places[0].split(",") : [];
  const mark = only && svg("circle", { class: "dot", cx: only, cy: places[0].split(",")[1], r: 4 }); // a line of one point is none
  return svg("g", { class: `series-${index}` }, svg("polyline", { class: `line ${dash}`, points: places.join(" ") }), mark);
}

function markers(at, series, { across, up, isLogarithmic }) {
  if (at === null) return [];
  const dots = series.map(({ points, index }) => ({ index, value: valueAt(points, at) })).filter(({ value }) => value !== null && (!isLogarithmic || value > 0));
  return [
    svg("line", { class: "cross", x1: across(at), x2: across(at), y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }),
    ...dots.map(({ index, value }) => svg("g", { class: `series-${index}` }, svg("circle", { class: "dot", cx: across(at), cy: up(value), r: 4 }))),
  ];
}

function legendItems({ series }, { at, x, format }) {
  const items = series.map(({ name, index, dash, points }) => {
    const value = at === null ? points.at(-1)[1] : valueAt(points, at);
    const key = h("span", { class: `key series-${index} ${dash}`, "aria-hidden": "true" });
    return h("li", {}, key, h("span", { class: "name" }, name), h("span", { class: "muted" }, value === null ? "–" : format(value)));
  });
  const where = at ?? Math.max(...series.map(({ points }) => points.at(-1)[0]));
  return series.length ? [h("li", { class: "muted" }, `${x} ${whole(where)}`), ...items] : [];
}

function valueAt(points, at) {
  const found = closest(points.map(([x]) => x), at);
  const isThere = found !== null && at >= points[0][0] && at <= points.at(-1)[0];
  return isThere ? points.find(([x]) => x === found)[1] : null;
}

function closest(sorted, wanted) {
  return sorted.reduce((best, each) => (best === null || Math.abs(each - wanted) < Math.abs(best - wanted) ? each : best), null);
}

function stepFrom(xs, at, step) {
  const index = at === null ? (step > 0 ? -1 : xs.length) : xs.indexOf(at);
  return xs[Math.min(Math.max(index + step, 0), xs.length - 1)] ?? null;
}

function asTable(series, { x, format, label }) {
  const xs = placesOf(series.flatMap(({ points }) => points));
  const every = Math.ceil(xs.length / ROWS) || 1;
  const shown = xs.filter((_, index) => index % every === 0 || index === xs.length - 1);
  const row = (at) => h("tr", {}, h("th", { scope: "row" }, whole(at)), series.map(({ points }) => h("td", {}, cell(valueAt(points, at), format))));
  return scrollTable({ label: `${label} as a table`, columns: columnsOf([x, ...series.map(({ name }) => name)]), rows: shown.map(row), kind: "numbers" });
}

const cell = (value, format) => (value === null ? "–" : format(value));
