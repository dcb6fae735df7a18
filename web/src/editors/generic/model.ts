import type { Change, Issue } from "../../kit/doc/types";
import { t } from "../../kit/i18n";

/** Parameters of any task type: only the attachments are looked at. */
export type GenericParams = Readonly<Record<string, unknown>>;
export type GenericAnswer = Record<string, unknown>;

export interface GenericDoc {
  /** The answer on the wire. */
  answer: GenericAnswer;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function toDoc(params: GenericParams, response?: unknown): GenericDoc {
  const start = response ?? params.hypothesis;
  return { answer: isObject(start) ? start : {} };
}

export const toResponse = ({ answer }: GenericDoc): GenericAnswer => answer;

/** What the server said about a task's answers, by their text: an undo brings an answer back, not the same object. */
const checked = new WeakMap<GenericParams, Map<string, readonly Issue[]>>();

/** Remembers what the server's checker said about an answer. */
export function noteCheck(params: GenericParams, answer: GenericAnswer, issues: readonly Issue[]): void {
  const known = checked.get(params) ?? new Map<string, readonly Issue[]>();
  checked.set(params, known.set(JSON.stringify(answer), issues));
}

const said = (params: GenericParams, answer: GenericAnswer): readonly Issue[] | undefined =>
  checked.get(params)?.get(JSON.stringify(answer));

/** Whether the server has looked at this very answer. */
export const isChecked = (params: GenericParams, answer: GenericAnswer): boolean =>
  said(params, answer) !== undefined;

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
