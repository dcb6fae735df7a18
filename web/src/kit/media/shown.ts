import { addMessages, t } from "../i18n";
import { makeStore } from "../doc/store";
import type { ReadonlyStore } from "../doc/types";
import messages from "./messages.en.json";

addMessages(messages);

/**
 * `unseen` until an editor shows it, `waiting` while it loads, `ready` once it was on the screen, `failed` when it
 * cannot be shown, `closed` when somebody has to open it by hand because nobody can tell whether it is shown.
 */
export type ShownState = "unseen" | "waiting" | "ready" | "failed" | "closed";

/** Something that nobody may judge unseen. */
export interface Part {
  /** The reference of an attachment, or the path of a part of the answer. */
  key: string;
  kind: "attachment" | "answer";
  /** What people call it. */
  title: string;
  state: ShownState;
  /** Why it cannot be shown, to go into a sentence. */
  reason: string | null;
}

/** What of a task was on the screen. Editors report it; without everything `ready` nothing is handed in. */
export interface Shown {
  readonly parts: ReadonlyStore<ReadonlyMap<string, Part>>;
  /** Reports how far the showing of something is; what nobody needs is noted as well. */
  report(key: string, state: ShownState, reason?: string): void;
  /** Everything that was not on the screen, in order. */
  missing(): Part[];
  /** Keys of everything that was. */
  seen(): string[];
}

export type NeededPart = Pick<Part, "key" | "kind" | "title"> & { state?: ShownState };

/** Attachments as parts, with titles that tell them apart. */
export function attachmentParts(refs: readonly string[]): NeededPart[] {
  const count = refs.length;
  return refs.map((key, index) => ({
    key,
    kind: "attachment",
    title: t("kit.shown.attachment", { number: index + 1, count }),
  }));
}

/**
 * Keeps what was shown of a task.
 *
 * @param needed what has to be seen, in order.
 * @param before keys of what was seen earlier, e.g. before a reload.
 */
export function createShown(needed: readonly NeededPart[], before: readonly string[] = []): Shown {
  const seen = new Set(before);
  const first = needed.map(({ key, kind, title, state = "unseen" }): [string, Part] => [
    key,
    { key, kind, title, state: seen.has(key) ? "ready" : state, reason: null },
  ]);
  const parts = makeStore<ReadonlyMap<string, Part>>(new Map(first));
  const all = (): Part[] => [...parts.getState().values()];
  return {
    parts,
    report(key, state, reason) {
      const known = parts.getState().get(key);
      const [{ title }] = attachmentParts([key]) as [NeededPart];
      const part: Part = { kind: "attachment", key, title, ...known, state, reason: reason ?? null };
      if (known?.state === part.state && known.reason === part.reason) return;
      parts.setState(new Map(parts.getState()).set(key, part), true);
    },
    missing: () => all().filter(({ state }) => state !== "ready"),
    seen: () => all().flatMap(({ key, state }) => (state === "ready" ? [key] : [])),
  };
}

/** Says why a part that was not shown holds up the answer. */
export function whyMissing({ kind, state, title, reason }: Part): string {
  return t(`kit.shown.${kind}.${state}`, { title, reason });
}
