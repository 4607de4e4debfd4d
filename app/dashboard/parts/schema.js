// What a form has to ask for, out of the JSON schema that the service describes its requests with.

const ROUNDED = 1e6; // bounds above it say nothing to a person

export function requestFields(openapi, address) {
  const components = openapi.components.schemas;
  const body = openapi.paths[address].post.requestBody.content["application/json"].schema;
  return fieldsOf(resolve(body, components), components, "");
}

export function fieldsOf(schema, components, pointer) {
  return Object.entries(schema.properties ?? {}).map(([name, property]) =>
    fieldOf(name, property, { components, pointer: `${pointer}/${name}`, isRequired: schema.required?.includes(name) ?? false }),
  );
}

function fieldOf(name, property, { components, pointer, isRequired }) {
  const whole = resolve(property, components);
  const choices = (whole.anyOf ?? whole.oneOf ?? [whole]).map((choice) => resolve(choice, components));
  const real = choices.filter((choice) => choice.type !== "null");
  const isNullable = real.length < choices.length;
  const schema = real.length === 1 ? { ...real[0], ...whole } : whole;
  return {
    name,
    pointer,
    isRequired,
    isNullable,
    default: whole.default ?? (isNullable && !isRequired ? null : undefined), // a null is left out of the schema
    help: schema.description ?? "",
    range: rangeOf(schema),
    ...kindOf(real.length === 1 ? schema : {}, components, pointer),
  };
}

function kindOf(schema, components, pointer) {
  if (schema.enum) return { kind: "choice", options: schema.enum };
  if ("const" in schema) return { kind: "choice", options: [schema.const] };
  if (schema.type === "array" && ["integer", "number"].includes(itemType(schema, components))) return { kind: "numbers" };
  if (schema.properties) return { kind: "object", fields: fieldsOf(schema, components, pointer) };
  return { kind: { boolean: "boolean", integer: "number", number: "number", string: "text" }[schema.type] ?? "json" };
}

function itemType(schema, components) {
  return resolve(schema.items ?? {}, components).type;
}

function resolve(schema, components) {
  const { $ref: reference, ...own } = schema;
  return reference ? { ...components[reference.split("/").at(-1)], ...own } : schema;
}

function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }) {
  const parts = [
    minimum !== undefined && `at least ${minimum}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    maximum < ROUNDED && `at most ${maximum}`,
    exclusiveMaximum < ROUNDED && `below ${exclusiveMaximum}`,
  ];
  return parts.filter(Boolean).join(", ");
}
