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

const SPELT = { url: "URL", relu: "ReLU", leaky_relu: "Leaky ReLU", rmsprop: "RMSprop", dtype: "Number type", float64: "float64", float32: "float32" };

export const words = (name) => SPELT[name] ?? name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

// A value as it stands in JSON, without its signs.
export function shown(value) {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.map(shown).join(", ") || "none";
  if (typeof value === "object") return Object.entries(value).map(([name, each]) => `${name.replaceAll("_", " ")} ${shown(each)}`).join(", ");
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(5))) : String(value);
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}
