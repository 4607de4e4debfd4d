// An element whose content is made anew only where what it shows has changed: a button stays while somebody presses it.

export function changing(node, { of, content }) {
  let last;
  const update = (value) => {
    const now = JSON.stringify(of(value));
    if (now !== last) node.replaceChildren(...[content(value)].flat().filter(Boolean));
    last = now;
  };
  return { node, update };
}
