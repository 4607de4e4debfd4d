// A picture of the service; with a key it is fetched, since an <img> sends none.

import { call, hasKey } from "./api.js";
import { h } from "./dom.js";

export function picture(address, alt, options = {}) {
  const image = h("img", { alt, loading: "lazy", decoding: "async", ...options });
  image.addEventListener("error", () => image.replaceWith(h("p", { class: "muted small" }, `No picture: ${alt}`)));
  if (hasKey()) load(image, address);
  else image.src = address;
  return image;
}

async function load(image, address) {
  try {
    image.src = URL.createObjectURL(await (await call("GET", address)).blob());
  } catch {
    image.dispatchEvent(new Event("error"));
  }
}
