import type { TaskEvent } from "../../api";

/** One verdict or recall, from the task's events. */
export interface Audit {
  key: string;
  at: string;
  /** A name; null for a program with a key. */
  by: string | null;
  result: "accepted" | "rejected" | "fixed" | "commented" | "recalled";
  comments: string | null;
}

const RESULTS = ["accepted", "rejected", "fixed", "commented"] as const;

/** The verdicts and recalls among a task's events, newest first. */
export function auditsOf(events: readonly TaskEvent[]): Audit[] {
  const audits: Audit[] = [];
  for (const [index, { at, by, kind, data }] of events.entries()) {
    const result = kind === "recalled" ? "recalled" : RESULTS.find((one) => one === data.result);
    if ((kind !== "audited" && kind !== "recalled") || !result) continue;
    const comments = typeof data.comments === "string" ? data.comments : null;
    audits.push({ key: String(index), at, by, result, comments });
  }
  return audits.toReversed();
}

/** One attachment that could not be fetched, or does not hold what it should. */
export interface AttachmentError {
  url: string;
  statusCode: number | null;
  /** Its place among the attachments, from 0, where the error is about what is inside. */
  frame?: number;
  /** What is wrong inside. */
  reason?: string;
}

export interface TaskError {
  message: string;
  attachments: AttachmentError[];
}

/** The error that a task ended with, from its response (wire/errors §4); null when it says none. */
export function taskErrorOf(response: unknown): TaskError | null {
  if (typeof response !== "object" || response === null || !("error" in response)) return null;
  const attachments = "attachments" in response ? list(response.attachments).flatMap(attachmentError) : [];
  const frames = "frames" in response ? list(response.frames).flatMap(frameError) : [];
  return { message: String(response.error), attachments: [...attachments, ...frames] };
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function attachmentError(one: unknown): AttachmentError[] {
  if (typeof one !== "object" || one === null || !("url" in one)) return [];
  const statusCode = "statusCode" in one && typeof one.statusCode === "number" ? one.statusCode : null;
  return [{ url: String(one.url), statusCode }];
}

function frameError(one: unknown): AttachmentError[] {
  if (typeof one !== "object" || one === null || !("attachment" in one)) return [];
  const frame = "frame" in one && typeof one.frame === "number" ? { frame: one.frame } : {};
  const reason = "message" in one ? { reason: String(one.message) } : {};
  return attachmentError(one.attachment).map((error) => ({ ...error, ...frame, ...reason }));
}

/** Why each attachment failed in the fetcher's words, by its URL. */
export function reasonsOf(events: readonly TaskEvent[]): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const { kind, data } of events) {
    if (kind !== "failed" || !Array.isArray(data.attachments)) continue;
    for (const one of data.attachments as { url?: unknown; error?: unknown }[]) {
      if (typeof one.error === "string") reasons.set(String(one.url), one.error);
    }
  }
  return reasons;
}
