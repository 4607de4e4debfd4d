// Numbers and times as a person reads them.

export const percent = (fraction) => (isNumber(fraction) ? `${(100 * fraction).toFixed(1)}\u00a0%` : "–");

export const whole = (number) => new Intl.NumberFormat("en").format(number);

export function decimal(number, digits = 4) {
  if (!isNumber(number)) return "–";
  const size = Math.abs(number);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? number.toExponential(2) : number.toFixed(digits);
}

export function duration(seconds) {
  if (!isNumber(seconds)) return "";
  if (seconds < 1) return "less than a second";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export function time(text) {
  return text ? new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(new Date(text)) : "–";
}

export function bytes(size) {
  const unit = size < 1e6 ? ["kB", 1e3] : ["MB", 1e6];
  return `${(size / unit[1]).toFixed(size < 1e4 ? 1 : 0)} ${unit[0]}`;
}

export const plural = (count, word, words = `${word}s`) => `${whole(count)} ${count === 1 ? word : words}`;

export const words = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}
