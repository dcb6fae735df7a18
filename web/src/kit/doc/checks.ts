import type { Issue } from "./types";

/** What the server said about a task's answers, by their text: an undo brings an answer back, not the same object. */
const checked = new WeakMap<object, Map<string, readonly Issue[]>>();

/** Remembers what the server's checker said about an answer. */
export function noteCheck(params: object, answer: object, issues: readonly Issue[]): void {
  const known = checked.get(params) ?? new Map<string, readonly Issue[]>();
  checked.set(params, known.set(JSON.stringify(answer), issues));
}

/** What the server said about this very answer; undefined while it has not looked. */
export const said = (params: object, answer: object): readonly Issue[] | undefined =>
  checked.get(params)?.get(JSON.stringify(answer));

/** Whether the server has looked at this very answer. */
export const isChecked = (params: object, answer: object): boolean =>
  said(params, answer) !== undefined;
