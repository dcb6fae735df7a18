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

function map(schema: unknown, named = false): unknown {
  if (Array.isArray(schema)) return schema.map((one) => map(one));
  if (typeof schema !== "object" || schema === null) return schema;
  const mapped = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, map(value, !named && NAMED.has(key))]),
  );
  return named ? mapped : choices(mapped);
}

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

/** The schema as a form can show it. */
export function formSchema(schema: JsonSchema): JsonSchema {
  return map(schema) as JsonSchema;
}
