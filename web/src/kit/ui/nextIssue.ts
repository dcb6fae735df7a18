import type { Issue } from "../doc/types";

/**
 * The issue to go to next: the first after the current one, starting over at the end.
 *
 * @param current object selected now, or null.
 */
export function nextIssue(issues: readonly Issue[], current: string | null): Issue | null {
  const at = issues.findLastIndex((issue) => issue.objectId !== undefined && issue.objectId === current);
  return issues[(at + 1) % Math.max(1, issues.length)] ?? null;
}
