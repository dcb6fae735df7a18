import type { Session } from "../editors";

const KEY = "labelwright.seen";
/** Assignments that are remembered; the oldest go first. */
const MOST = 50;

type Seen = Record<string, string[]>;

function stored(): Seen {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Seen;
  } catch {
    // Storage is blocked or was tampered with: everything is looked at again.
    return {};
  }
}

/** Keys of what was on the screen of an assignment in this browser. */
export function seenBefore(assignmentId: string): readonly string[] {
  return stored()[assignmentId] ?? [];
}

/** Remembers what was on the screen, so that a reload does not ask for it again; null forgets it. */
export function noteSeen(assignmentId: string, keys: readonly string[] | null): void {
  const { [assignmentId]: _old, ...rest } = stored();
  const entries = Object.entries(rest).slice(-(MOST - 1));
  if (keys !== null && keys.length > 0) entries.push([assignmentId, [...keys]]);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // Blocked storage costs only the looking again.
  }
}

/** Paths of the parts of an answer that somebody opened, to be kept with the verdict. */
// oxlint-disable-next-line typescript/no-explicit-any -- of any editor
export function openedParts({ shown }: Session<any, any>): string[] {
  return [...shown.parts.getState().values()].flatMap(({ key, kind, state }) =>
    kind === "answer" && state === "ready" ? [key.slice(key.indexOf(":") + 1)] : [],
  );
}
