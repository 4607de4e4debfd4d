// The first layer's weights of a version, as pictures.

import { versionPath, withQuery } from "./api.js";
import { picture } from "./picture.js";

export function weights(version, { limit, columns, alt }) {
  const address = withQuery(`${versionPath(version)}/weights.png`, { limit, columns });
  return picture(address, alt, { class: "pixel sheet filled", width: Math.min(columns, limit), height: Math.ceil(limit / columns) });
}
