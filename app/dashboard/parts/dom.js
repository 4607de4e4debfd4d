// Elements from calls: h("p", { class: "muted" }, "text", child).

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name in PROPERTIES) element[name] = value;
  else element.setAttribute(name, value === true ? "" : value);
}

const PROPERTIES = { value: true, checked: true, disabled: true, hidden: true, srcObject: true };

let count = 0;

export function newId(word) {
  count += 1;
  return `${word}-${count}`;
}
