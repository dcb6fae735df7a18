import type { QueueEntry } from "../../api";

export const hasWork = (entry: QueueEntry): boolean => entry.open + entry.mine > 0;

/** What has work comes first, then what was sent back, then what is begun, then by name; attempts before reviews. */
export function orderEntries(entries: readonly QueueEntry[]): QueueEntry[] {
  return entries.toSorted(
    (a, b) =>
      Number(hasWork(b)) - Number(hasWork(a)) ||
      Number(b.sent_back > 0) - Number(a.sent_back > 0) ||
      Number(b.mine > 0) - Number(a.mine > 0) ||
      a.project.localeCompare(b.project) ||
      a.stage.localeCompare(b.stage),
  );
}
