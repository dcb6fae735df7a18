import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createImageCache } from "../media/image";
import { createMediaContext } from "../media/context";
import type { Journal } from "./journal";
import { createSession, openSession } from "./session";
import type { EditorModel, Mode } from "./types";

interface Params {
  max: number;
}
interface Doc {
  value: number;
}

const model: EditorModel<Params, Doc, number> = {
  type: "test",
  docVersion: 3,
  toDoc: (_params, response) => ({ value: response ?? 0 }),
  toResponse: (doc) => doc.value,
  validate: ({ value }, { max }) =>
    value > max ? [{ path: "value", severity: "error", code: "too_large", message: "too large" }] : [],
  initialUi: () => ({ label: "first" }),
};

const media = createMediaContext([], createImageCache({ decode: () => Promise.reject(new Error("unused")) }));

function fakeJournal(entry: { doc: Doc; savedAt: number; docVersion: number } | null = null) {
  const append = vi.fn<Journal["append"]>();
  const journal = { persistent: true, append, read: async () => entry } as unknown as Journal;
  return { journal, append };
}

const open = (mode: Mode = "edit", journal: Journal | null = null) =>
  createSession({ id: "a1", model, params: { max: 5 }, media, mode, response: 2, journal });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("starts from the response and hands the answer back", () => {
  const session = open();
  expect(session.toResponse()).toBe(2);
  expect(session.ui.getState()).toMatchObject({ label: "first", tool: "select", selection: [] });
  session.edit("set", (doc) => void (doc.value = 4));
  expect(session.toResponse()).toBe(4);
  session.undo();
  expect(session.toResponse()).toBe(2);
});

test("checks the answer soon after an edit and at once when asked", () => {
  const session = open();
  expect(session.issues.getState()).toEqual([]);
  session.edit("set", (doc) => void (doc.value = 9));
  expect(session.issues.getState()).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(session.issues.getState()).toHaveLength(1);
  session.undo();
  expect(session.validate()).toEqual([]);
});

test("every change goes to the journal in the edit's own turn", () => {
  const { journal, append } = fakeJournal();
  const session = open("edit", journal);
  session.edit("set", (doc) => void (doc.value = 3));
  expect(append).toHaveBeenCalledWith("a1", expect.objectContaining({ doc: { value: 3 }, docVersion: 3 }));
  session.undo();
  expect(append).toHaveBeenCalledTimes(2);
  session.dispose();
  session.edit("set", (doc) => void (doc.value = 4));
  expect(append).toHaveBeenCalledTimes(2);
});

test("review and view never change the answer", () => {
  const session = open("review");
  session.edit("set", (doc) => void (doc.value = 3));
  expect(session.toResponse()).toBe(2);
  expect(() => session.gesture("drag")).toThrow(/review/u);
});

test("opening restores unsent edits of the same document version only", async () => {
  const options = { id: "a1", model, params: { max: 5 }, media, response: 2 };
  const same = fakeJournal({ doc: { value: 4 }, savedAt: 77, docVersion: 3 });
  const restored = await openSession({ ...options, journal: same.journal });
  expect([restored.session.toResponse(), restored.restoredAt]).toEqual([4, 77]);
  const older = fakeJournal({ doc: { value: 4 }, savedAt: 77, docVersion: 2 });
  const fresh = await openSession({ ...options, journal: older.journal });
  expect([fresh.session.toResponse(), fresh.restoredAt]).toEqual([2, null]);
});

test("disposing cancels a running gesture", () => {
  const session = open();
  const cancelled = vi.fn<() => void>();
  session.gesture("drag", cancelled).preview((doc) => void (doc.value = 5));
  session.dispose();
  expect(cancelled).toHaveBeenCalledOnce();
  expect(session.toResponse()).toBe(2);
});
