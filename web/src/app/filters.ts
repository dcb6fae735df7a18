import type { CallbackState, TaskFilters, TaskStatus } from "../api";

export const TASK_STATUSES: readonly TaskStatus[] = ["pending", "completed", "canceled", "error"];

/** Reads one search parameter as text: names such as `42` or `true` are names, never numbers. */
function text(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  return String(value).trim() || undefined;
}

/** The task browser's filters as they stand in the address; unknown and empty ones are dropped. */
export function parseTaskFilters(search: Record<string, unknown>): TaskFilters {
  const filters: TaskFilters = {};
  const project = text(search.project);
  const batch = text(search.batch);
  const status = text(search.status);
  if (project) filters.project = project;
  if (batch) filters.batch = batch;
  const known = TASK_STATUSES.find((name) => name === status);
  if (known) filters.status = known;
  return filters;
}

/** The one project a page is about, from the address. */
export function parseProjectSearch(search: Record<string, unknown>): { project?: string } {
  const project = text(search.project);
  return project ? { project } : {};
}

/** Sets or clears one filter; choosing another project forgets the batch, which belonged to the old one. */
export function withFilter(filters: TaskFilters, name: keyof TaskFilters, value: string | null): TaskFilters {
  const rest: TaskFilters = { ...filters };
  delete rest[name];
  if (name === "project") delete rest.batch;
  return value ? parseTaskFilters({ ...rest, [name]: value }) : rest;
}

export const CALLBACK_STATES: readonly CallbackState[] = ["dead", "owed", "delivered"];

/** Which callbacks are listed, from the address; none named means those that were given up. */
export function parseCallbackSearch(search: Record<string, unknown>): { state?: CallbackState } {
  const known = CALLBACK_STATES.find((name) => name === search.state);
  return known ? { state: known } : {};
}

export interface WorkSearch {
  project?: string;
  /** An assignment to show first, from "open again". */
  assignment?: string;
}

export function parseWorkSearch(search: Record<string, unknown>): WorkSearch {
  // An empty name asks for tasks without a project, and no name for any task.
  const project = search.project === "" ? "" : text(search.project);
  const assignment = text(search.assignment);
  return { ...(project === undefined ? {} : { project }), ...(assignment ? { assignment } : {}) };
}

/** Only a path of this app may be returned to after log-in, never another site (`//evil.example`). */
export function safeReturnPath(next: unknown): string | undefined {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) && !next.startsWith("/login")
    ? next
    : undefined;
}
