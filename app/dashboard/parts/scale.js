// From numbers to places on an axis, linear or logarithmic, and the round numbers to label it with.

const TICKS = 5;

export function linear([from, to], [start, end], { isWhole = false } = {}) {
  const span = to - from || 1;
  const place = (value) => start + ((value - from) / span) * (end - start);
  return Object.assign(place, { ticks: roundNumbers(from, to, isWhole ? 1 : 0), invert: (at) => from + ((at - start) / (end - start)) * span });
}

export function logarithmic([from, to], range) {
  const place = linear([Math.log10(from), Math.log10(to)], range);
  const ticks = [];
  for (let exponent = Math.floor(Math.log10(from)); exponent <= Math.log10(to); exponent += 1) {
    for (const step of Math.log10(to / from) > 3 ? [1] : [1, 2, 5]) ticks.push(step * 10 ** exponent);
  }
  return Object.assign((value) => place(Math.log10(value)), { ticks: ticks.filter((tick) => tick >= from && tick <= to) });
}

function roundNumbers(from, to, least) {
  const step = Math.max(roundStep((to - from || 1) / TICKS), least);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function roundStep(step) {
  const size = 10 ** Math.floor(Math.log10(step));
  return size * [1, 2, 5, 10].find((factor) => factor * size >= step * 0.8);
}
