// The hyperparameters of a job or a version: the chief ones and those that were changed; the others fold away.

import { h } from "./dom.js";
import { facts } from "./facts.js";
import { shown, words } from "./format.js";
import { requestFields } from "./schema.js";

const CHIEF = 6; // the first of the form, which always stand in the open

export function hyperparameters(values, openapi, { before = [], after = [] } = {}) {
  const { fields } = requestFields(openapi, "/train").find(({ name }) => name === "hyperparameters");
  const usual = new Map(fields.map(({ name, default: value }) => [name, value]));
  const chief = new Set(fields.slice(0, CHIEF).map(({ name }) => name));
  const rows = Object.entries(values);
  const isPlain = ([name, value]) => !chief.has(name) && same(value, usual.get(name));
  const plain = rows.filter(isPlain);
  return [
    facts([...before, ...rows.filter((row) => !isPlain(row)).map(told), ...after].filter(Boolean)),
    plain.length > 0 && h("details", {}, h("summary", {}, `${plain.length} more at their defaults`), facts(plain.map(told))),
  ];
}

const told = ([name, value]) => [words(name), shown(value)];

// Where the default is none, a job may show what that came to: 0.
const same = (value, usual) => JSON.stringify(value) === JSON.stringify(usual) || (usual === null && !value);
