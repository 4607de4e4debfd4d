// The address after # chooses the view: #/jobs/ID?compare=A,B.

export function parse(hash) {
  const [place, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const parts = place.split("/").filter(Boolean).map(decodeURIComponent);
  return { parts, query: new URLSearchParams(query) };
}

export function link(parts, query = {}) {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  const place = `#/${parts.map(encodeURIComponent).join("/")}`;
  return given.size ? `${place}?${given}` : place;
}

export function go(parts, query) {
  location.hash = link(parts, query);
}

export function replaceQuery(parts, query) {
  history.replaceState(null, "", link(parts, query));
}
