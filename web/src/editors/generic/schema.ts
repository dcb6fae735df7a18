/** A JSON Schema as the server writes it: types, `anyOf`, `$ref` and the limits of numbers, texts and arrays. */
export interface JsonSchema {
  [keyword: string]: unknown;
  anyOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  title?: string;
}

const NAMED = new Set(["properties", "$defs"]);

const isNull = (schema: JsonSchema): boolean => schema.type === "null";

function map(schema: unknown, named = false): unknown {
  if (Array.isArray(schema)) return schema.map((one) => map(one));
  if (typeof schema !== "object" || schema === null) return schema;
  // The keys of these are names of fields and models, which may be called "title" as well.
  const mapped = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, map(value, !named && NAMED.has(key))]),
  );
  if (named) return mapped;
  // The server's titles and descriptions name its models: they are for programmers.
  const { title: _, description: __, ...rest } = mapped as JsonSchema;
  return choices(rest);
}

/** An optional value needs no choice between itself and nothing; other choices get names to choose by. */
function choices({ anyOf, ...rest }: JsonSchema): JsonSchema {
  if (!anyOf) return rest;
  const options = anyOf.filter((option) => !isNull(option));
  // `int | float` is one kind of field to whoever types a number.
  const numbers = options.every(({ type }) => type === "integer" || type === "number");
  const only = numbers ? options.find(({ type }) => type === "number") : options[0];
  if (only && (numbers || options.length === 1)) return { ...only, ...rest };
  return {
    ...rest,
    anyOf: options.map((option) => ({
      ...option,
      title: option.$ref?.split("/").at(-1) ?? String(option.type ?? ""),
    })),
  };
}

/** The schema as a form can show it. */
export function formSchema(schema: JsonSchema): JsonSchema {
  return map(schema) as JsonSchema;
}
