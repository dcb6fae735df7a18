import { newUuid } from "../../kit/labels/uuid";
import { type GenericAnswer, isObject } from "./model";
import type { JsonSchema } from "./schema";

/** Marks in the server's schemas: the name of a part, and a text that is the name of another part. */
const OWN_NAME = "x-name";
export const REFERENCE = "x-reference";
/** An object whose keys are names. */
export const NAMED_BY_KEY = "x-named-by-key";

function* nodes(value: unknown): Generator<JsonSchema> {
  if (Array.isArray(value)) for (const one of value) yield* nodes(one);
  else if (isObject(value)) {
    yield value;
    for (const one of Object.values(value)) yield* nodes(one);
  }
}

/** Members that hold the names of parts, where parts refer to one another; none where nothing does. */
export function nameMembers(schema: JsonSchema): ReadonlySet<string> {
  const all = [...nodes(schema)];
  if (!all.some((one) => one[REFERENCE] === true)) return new Set();
  const owners = all.flatMap(({ properties }) => (isObject(properties) ? Object.entries(properties) : []));
  return new Set(owners.flatMap(([name, member]) => (isObject(member) && member[OWN_NAME] === true ? [name] : [])));
}

/**
 * Gives every part of a list a name, so that others can refer to it before the server has seen it.
 *
 * @param members names of the members that hold names, from `nameMembers`.
 */
export function withNames(answer: GenericAnswer, members: ReadonlySet<string>): GenericAnswer {
  const [member] = members;
  if (member === undefined) return answer;
  const walk = (value: unknown, listed: boolean): unknown => {
    if (Array.isArray(value)) return value.map((one) => walk(one, true));
    if (!isObject(value)) return value;
    const inside = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, false)]));
    const nameless = listed && ("label" in value || Object.keys(value).length === 0);
    return nameless && !(member in value) ? { [member]: newUuid(), ...inside } : inside;
  };
  return walk(answer, false) as GenericAnswer;
}

export interface Named {
  name: string;
  /** What people know the part by. */
  title: string;
}

/** The named parts of an answer. */
export function namedParts(answer: unknown, members: ReadonlySet<string>): Named[] {
  const found: Named[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(one);
    else if (isObject(value)) {
      for (const member of members) {
        const name = value[member];
        if (typeof name !== "string" && typeof name !== "number") continue;
        const words = [value.label, value.text, value.name].filter((one) => typeof one === "string" && one !== "");
        found.push({ name: String(name), title: `${found.length + 1}. ${words.join(" · ") || name}` });
      }
      for (const one of Object.values(value)) walk(one);
    }
  };
  walk(answer);
  return found;
}
