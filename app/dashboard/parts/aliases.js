// The aliases of a model: names that mean a version, and can be moved to another.

import { all, call, path } from "./api.js";
import { card } from "./card.js";
import { h, newId } from "./dom.js";
import { clearFaults, problemNote, showFaults } from "./problem.js";
import { link } from "./router.js";

export function aliases(model, { signal }) {
  const list = h("ul", { class: "aliases" });
  const place = h("div", { class: "stack" });
  const address = `models/${path(model.name)}/aliases`;

  const change = async (ask) => {
    clearFaults(place);
    place.querySelector(".note")?.remove();
    try {
      await ask();
      await fill();
      place.querySelector("form").reset();
    } catch (problem) {
      refuse(problem);
    }
  };

  const refuse = (problem) => {
    const rest = showFaults(place, problem.errors.map((error) => ({ ...error, pointer: "/alias" })));
    if (rest.length || !problem.errors.length) place.append(problemNote(problem, rest));
  };

  const put = (alias, version) => change(() => call("PUT", `${address}/${path(alias)}`, { json: { version } }));
  const remove = (alias) => change(() => call("DELETE", `${address}/${path(alias)}`));

  const fill = async () => {
    const found = await all(address, { signal });
    list.replaceChildren(...found.map((each) => row(each, model, { put, remove })));
  };

  place.append(list, addition(model, put));
  fill().catch((problem) => signal.aborted || place.replaceChildren(problemNote(problem)));
  return card(
    "Aliases",
    h("p", { class: "muted small" }, "A name for a version: who asks ", h("code", {}, `${model.name}@live`), " gets the version that live means now. It moves at once."),
    place,
  );
}

function row({ alias, version }, model, { put, remove }) {
  const select = versions(model, version, `Version that ${alias} means`);
  select.addEventListener("change", () => put(alias, Number(select.value)));
  return h("li", {}, h("a", { class: "mono", href: link(["predict"], { model: `${model.name}@${alias}` }) }, `${model.name}@${alias}`), select, h("button", { type: "button", class: "quiet", "aria-label": `Remove ${alias}`, onclick: () => remove(alias) }, "Remove"));
}

function addition(model, put) {
  const id = newId("alias");
  const name = h("input", { id, placeholder: "live", autocomplete: "off", required: true, "aria-describedby": `${id}-fault` });
  const select = versions(model, model.versions[0].version, "Version that the new alias means");
  const submit = (event) => {
    event.preventDefault();
    put(name.value.trim(), Number(select.value));
  };
  return h(
    "form",
    { class: "field", "data-pointer": "/alias", onsubmit: submit },
    h("label", { for: id }, "New alias"),
    h("div", { class: "alias-form" }, name, select, h("button", {}, "Add")),
    h("span", { class: "fault", id: `${id}-fault` }),
  );
}

function versions({ versions }, chosen, label) {
  return h("select", { "aria-label": label }, versions.map(({ version }) => h("option", { value: version, selected: version === chosen }, `Version ${version}`)));
}
