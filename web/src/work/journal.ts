import { type Journal, openJournal } from "../kit/doc/journal";
import { noteSeen } from "./seen";

const KEEP_MS = 30 * 24 * 3600 * 1000;
const REVISIONS_KEY = "labelwright.draft-revs";

let opening: Promise<Journal> | null = null;

/** The browser's journal of unfinished answers, opened on first use. */
export function journal(): Promise<Journal> {
  opening ??= openJournal().then((opened) => {
    void opened.prune(Date.now() - KEEP_MS);
    return opened;
  });
  return opening;
}

/** Forgets an assignment whose answer the server has, or which was given back. */
export async function forget(assignmentId: string): Promise<void> {
  noteRevision(assignmentId, null);
  noteSeen(assignmentId, null);
  await (await journal()).remove(assignmentId);
}

function revisions(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(REVISIONS_KEY) ?? "{}") as Record<string, number>;
  } catch {
    // Storage is blocked or was tampered with: treated as "never saved from here".
    return {};
  }
}

/** Remembers the last draft revision that this browser saved; null forgets it. */
export function noteRevision(assignmentId: string, rev: number | null): void {
  const { [assignmentId]: _old, ...rest } = revisions();
  try {
    localStorage.setItem(
      REVISIONS_KEY,
      JSON.stringify(rev === null ? rest : { ...rest, [assignmentId]: rev }),
    );
  } catch {
    // Blocked storage costs only the comparison with other machines.
  }
}

export function lastRevision(assignmentId: string): number {
  return revisions()[assignmentId] ?? 0;
}
