import { said } from "../../kit/doc/checks";
import type { Change, Issue } from "../../kit/doc/types";
import { t } from "../../kit/i18n";

/** Parameters of any task type: only the attachments are looked at. */
export type GenericParams = Readonly<Record<string, unknown>>;
export type GenericAnswer = Record<string, unknown>;

export interface GenericDoc {
  /** The answer on the wire. */
  answer: GenericAnswer;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function toDoc(params: GenericParams, response?: unknown): GenericDoc {
  const start = response ?? params.hypothesis;
  return { answer: isObject(start) ? start : {} };
}

export const toResponse = ({ answer }: GenericDoc): GenericAnswer => answer;

/** The server's words about the answer; nothing while it has not looked yet: it looks again at the submit. */
export const validate = ({ answer }: GenericDoc, params: GenericParams): Issue[] => [
  ...(said(params, answer) ?? []),
];

/** One line for a value of any kind. */
export function inShort(value: unknown): string {
  if (value === undefined) return "–";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Which leaves differ, by their path in the response. */
export function diff(before: GenericDoc, after: GenericDoc): Change[] {
  return [...differences(before.answer, after.answer, "")];
}

function* differences(before: unknown, after: unknown, path: string): Generator<Change> {
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* differences(before[key], after[key], path ? `${path}.${key}` : key);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
      yield* differences(before[index], after[index], `${path}[${index}]`);
    }
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    const kind = before === undefined ? "added" : after === undefined ? "removed" : "attributes";
    const message = t("generic.diff", { path, before: inShort(before), after: inShort(after) });
    yield { kind, path, message };
  }
}
