/** The schema of an answer to one task, as the server writes it: titles and descriptions in it are for labelers. */
export interface JsonSchema {
  [keyword: string]: unknown;
  anyOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  title?: string;
}

/** The keys of these are names of fields, which may be those of keywords. */
const NAMED = new Set(["properties", "$defs"]);

const isNull = (schema: JsonSchema): boolean => schema.type === "null";

const isNumber = ({ type }: JsonSchema): boolean => type === "integer" || type === "number";

/** A text in which a number is written. */
const isWrittenNumber = ({ type, pattern }: JsonSchema): boolean => type === "string" && pattern !== undefined;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Definitions that the form needs besides the server's. */
type Extra = Record<string, JsonSchema>;

function map(schema: unknown, extra: Extra, named = false): unknown {
  if (Array.isArray(schema)) return schema.map((one) => map(one, extra));
  if (!isSchema(schema)) return schema;
  const mapped = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, map(value, extra, !named && NAMED.has(key))]),
  );
  return named ? asked(mapped) : keyed(choices(mapped), extra);
}

/** The members that people are asked for: the server fills in the others. */
const asked = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members).filter(([, member]) => !(isSchema(member) && member.readOnly === true)),
  );

/** An optional value needs no choice between itself and nothing; other choices get names to choose by. */
function choices({ anyOf, ...rest }: JsonSchema): JsonSchema {
  if (!anyOf) return rest;
  const options = anyOf.filter((option) => !isNull(option));
  // These are one kind of field to whoever types a number.
  const numbers = options.some(isNumber) && options.every((one) => isNumber(one) || isWrittenNumber(one));
  const only = numbers ? options.find(({ type }) => type === "number") : options[0];
  if (only && (numbers || options.length === 1)) return { ...only, ...rest };
  return {
    ...rest,
    anyOf: options.map((option) => ({
      ...option,
      title: option.title ?? option.$ref?.split("/").at(-1) ?? String(option.type ?? ""),
    })),
  };
}

/** Objects with any keys: the form asks for a key and a value. */
function keyed(schema: JsonSchema, extra: Extra): JsonSchema {
  const { additionalProperties: values } = schema;
  if (schema.type === "object" && !schema.properties && values === undefined)
    return { ...schema, additionalProperties: true };
  // A choice of values directly below would be taken for an object by the form's library.
  if (!isSchema(values) || !(values.anyOf || values.oneOf)) return schema;
  const name = `+${Object.keys(extra).length}`;
  extra[name] = values;
  return { ...schema, additionalProperties: { $ref: `#/$defs/${name}` } };
}

/** The schema as a form can show it. */
export function formSchema(schema: JsonSchema): JsonSchema {
  const extra: Extra = {};
  const shown = map(schema, extra) as JsonSchema;
  return Object.keys(extra).length > 0 ? { ...shown, $defs: { ...shown.$defs, ...extra } } : shown;
}

/** A schema without its reference. */
export function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = schema.$ref?.split("/").at(-1);
  const found = name === undefined ? undefined : root.$defs?.[name];
  if (!found) return schema;
  const { $ref: _ref, ...rest } = schema;
  return { ...resolved(found, root), ...rest };
}

/** What a new value begins as; it has to be a value of the schema's type, for a form cannot show any other. */
export function firstValue(schema: unknown, root: JsonSchema): unknown {
  if (!isSchema(schema)) return "";
  const { type, anyOf, oneOf, enum: words, const: constant, default: given } = resolved(schema, root);
  if (constant !== undefined) return constant;
  if (given !== undefined) return given;
  if (Array.isArray(words) && words.length > 0) return words[0];
  const options = (anyOf ?? oneOf) as JsonSchema[] | undefined;
  if (options?.[0] && type === undefined) return firstValue(options[0], root);
  switch (Array.isArray(type) ? type[0] : type) {
    case "array":
      return [];
    case "object":
      return {};
    case "boolean":
      return false;
    case "number":
    case "integer":
      return 0;
    default:
      return "";
  }
}
