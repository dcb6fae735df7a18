import type { Assignment, Draft } from "../api";

/** Where the open answer comes from. */
export type StartSource = "journal" | "kept" | "draft" | "base";

interface JournalMark {
  /** Milliseconds since 1970. */
  savedAt: number;
  docVersion: number;
}

/**
 * Chooses between the browser's journal, an answer the server once refused (`hasKept`) and the server's draft.
 *
 * The journal holds every edit made here, so it wins, except against a draft that another machine saved later and
 * against a document format this build cannot read. What was set aside (`asked`) is shown to who asks for it.
 */
export function chooseStart(
  mark: JournalMark | null,
  draft: Draft | null,
  knownRev: number,
  docVersion: number,
  hasKept = false,
  asked = false,
): StartSource {
  if (hasKept && asked) return "kept";
  const newerElsewhere =
    draft !== null && mark !== null && draft.rev > knownRev && Date.parse(draft.saved_at) > mark.savedAt;
  if (mark !== null && mark.docVersion === docVersion && !newerElsewhere) return "journal";
  if (hasKept && !newerElsewhere) return "kept";
  return draft !== null ? "draft" : "base";
}

/** The wire answer that the editor starts from when the journal has nothing to say. */
export function startAnswer(assignment: Assignment, source: StartSource): unknown {
  return source === "draft" && assignment.draft ? assignment.draft.answer : assignment.base;
}
