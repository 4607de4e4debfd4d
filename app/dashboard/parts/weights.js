// The first layer's weights of a version, as pictures.

import { path, withQuery } from "./api.js";
import { picture } from "./picture.js";

export function weights({ name, version }, { limit, columns, alt }) {
  const address = withQuery(`models/${path(name)}/versions/${version}/weights.png`, { limit, columns });
  return picture(address, alt, { class: "pixel sheet filled" });
}
