// The contact sheet of a dataset, or of one class in it.

import { path, withQuery } from "./api.js";
import { picture } from "./picture.js";

export function sheet(dataset, { split, className, start = null, limit, columns, alt, isFilled = true }) {
  const address = withQuery(`datasets/${path(dataset.name)}/sheet.png`, { split, class: className, start, limit, columns });
  const size = isFilled && { class: "pixel sheet filled", width: columns, height: Math.ceil(limit / columns) };
  return picture(address, alt, { class: "pixel sheet", loading: "eager", ...size });
}

export function thumbnail(dataset, { split, index, alt }) {
  const address = `datasets/${path(dataset.name)}/images/${split}/${index}.png`;
  return picture(address, alt, { class: "pixel", width: 64, height: 64 });
}
