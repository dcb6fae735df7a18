import fc from "fast-check";
import { expect, test } from "vitest";
import { createHistory, type History, roughBytes } from "./history";

interface Doc {
  objects: Record<string, { x: number; tags: string[] }>;
  order: string[];
}

const start = (): Doc => ({
  objects: { a: { x: 0, tags: [] }, b: { x: 1, tags: ["t"] } },
  order: ["a", "b"],
});

/** A clock that stands far enough apart for nothing to merge unless a test moves it itself. */
const slowClock = () => {
  let time = 0;
  return () => (time += 10_000);
};

type Act =
  | { kind: "add"; id: string }
  | { kind: "remove"; at: number }
  | { kind: "move"; at: number; x: number }
  | { kind: "tag"; at: number; tag: string }
  | { kind: "swap"; at: number }
  | { kind: "gesture"; at: number; x: number; commit: boolean }
  | { kind: "undo" }
  | { kind: "redo" };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), id: fc.string({ minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat(9) }),
  fc.record({ kind: fc.constant("move" as const), at: fc.nat(9), x: fc.integer() }),
  fc.record({ kind: fc.constant("tag" as const), at: fc.nat(9), tag: fc.string({ maxLength: 3 }) }),
  fc.record({ kind: fc.constant("swap" as const), at: fc.nat(9) }),
  fc.record({ kind: fc.constant("gesture" as const), at: fc.nat(9), x: fc.integer(), commit: fc.boolean() }),
  fc.constant({ kind: "undo" as const }),
  fc.constant({ kind: "redo" as const }),
);

function perform(history: History<Doc>, action: Act): void {
  const { order } = history.doc.getState();
  const id = "at" in action ? order[action.at % Math.max(1, order.length)] : undefined;
  switch (action.kind) {
    case "add":
      history.edit("add", (doc) => {
        if (Object.hasOwn(doc.objects, action.id)) return;
        doc.objects[action.id] = { x: 0, tags: [] };
        doc.order.push(action.id);
      });
      return;
    case "undo":
      history.undo();
      return;
    case "redo":
      history.redo();
      return;
    case "gesture": {
      const gesture = history.gesture("move");
      gesture.preview((doc) => {
        const object = id === undefined ? undefined : doc.objects[id];
        if (object) object.x = action.x;
      });
      if (action.commit) gesture.commit();
      else gesture.cancel();
      return;
    }
    default:
      history.edit(action.kind, (doc) => {
        if (id === undefined) return;
        const object = doc.objects[id];
        if (action.kind === "move" && object) object.x = action.x;
        if (action.kind === "tag" && object) object.tags.unshift(action.tag);
        if (action.kind === "swap") doc.order.reverse();
        if (action.kind === "remove") {
          delete doc.objects[id];
          doc.order.splice(doc.order.indexOf(id), 1);
        }
      });
  }
}

test("undoing everything brings back the start, redoing everything the end", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (actions) => {
      const history = createHistory(start(), { now: slowClock() });
      for (const action of actions) perform(history, action);
      while (history.state.getState().redoLabel !== null) history.redo();
      const end = structuredClone(history.doc.getState());
      while (history.state.getState().undoLabel !== null) history.undo();
      expect(history.doc.getState()).toEqual(start());
      while (history.state.getState().redoLabel !== null) history.redo();
      expect(history.doc.getState()).toEqual(end);
    }),
    { numRuns: 150, seed: 20_261_122 },
  );
});

test("patches told to listeners rebuild the document", () => {
  const history = createHistory(start(), { now: slowClock() });
  const kinds: string[] = [];
  history.onChange(({ kind, doc }) => {
    kinds.push(kind);
    expect(doc).toBe(history.doc.getState());
  });
  perform(history, { kind: "move", at: 0, x: 5 });
  history.undo();
  history.redo();
  expect(kinds).toEqual(["edit", "undo", "redo"]);
  expect(history.state.getState().revision).toBe(3);
});

test("an edit that changes nothing is no step", () => {
  const history = createHistory(start());
  history.edit("nothing", (doc) => {
    const { a } = doc.objects;
    if (a) a.x = 0;
  });
  expect(history.state.getState()).toEqual({ undoLabel: null, redoLabel: null, revision: 0 });
});

test("keeps 300 steps and drops the oldest", () => {
  const history = createHistory(start(), { now: slowClock() });
  for (let x = 1; x <= 310; x += 1) perform(history, { kind: "move", at: 0, x });
  let undone = 0;
  while (history.state.getState().undoLabel !== null) {
    history.undo();
    undone += 1;
  }
  expect(undone).toBe(300);
  expect(history.doc.getState().objects.a?.x).toBe(10);
});

test("drops the oldest steps when their patches grow too large, but never the last one", () => {
  const history = createHistory({ text: "" }, { now: slowClock(), maxBytes: 5000 });
  for (const letter of "abc") history.edit(letter, (doc) => void (doc.text = letter.repeat(1000)));
  history.undo();
  expect(history.doc.getState().text[0]).toBe("b");
  expect(history.state.getState().undoLabel).toBeNull();
  expect(roughBytes([{ value: "x".repeat(1000) }])).toBeGreaterThan(2000);
});

test("edits with one merge key within the window are one step", () => {
  let time = 0;
  const history = createHistory({ x: 0 }, { now: () => time, mergeWindow: 1000 });
  const nudge = () => history.edit("nudge", (doc) => void (doc.x += 1), { mergeKey: "nudge" });
  nudge();
  time = 900;
  nudge();
  time = 1800;
  nudge();
  time = 4000;
  nudge();
  history.undo();
  expect(history.doc.getState().x).toBe(3);
  history.undo();
  expect(history.doc.getState().x).toBe(0);
  history.redo();
  expect(history.doc.getState().x).toBe(3);
});

test("an undone step is not merged into", () => {
  const history = createHistory({ x: 0, y: 0 }, { now: () => 0 });
  const nudge = () => history.edit("nudge", (doc) => void (doc.x += 1), { mergeKey: "nudge" });
  nudge();
  history.undo();
  history.redo();
  nudge();
  history.undo();
  expect(history.doc.getState().x).toBe(1);
});

test("nothing reaches the document before a gesture commits, and undo only cancels it", () => {
  const history = createHistory({ x: 0 }, { now: slowClock() });
  history.edit("first", (doc) => void (doc.x = 1));
  let cancelled = 0;
  const gesture = history.gesture("drag", () => (cancelled += 1));
  gesture.preview((doc) => void (doc.x = 7));
  expect(history.doc.getState().x).toBe(1);
  history.undo();
  expect(gesture.active).toBe(false);
  expect(cancelled).toBe(1);
  expect(history.doc.getState().x).toBe(1);
  gesture.commit();
  expect(history.doc.getState().x).toBe(1);
  const second = history.gesture("drag");
  second.preview((doc) => void (doc.x = 8));
  second.preview((doc) => void (doc.x = 9));
  second.commit();
  expect(history.doc.getState().x).toBe(9);
  history.undo();
  expect(history.doc.getState().x).toBe(1);
});

test("a new gesture cancels the running one", () => {
  const history = createHistory({ x: 0 });
  const first = history.gesture("one");
  const second = history.gesture("two");
  expect([first.active, second.active]).toEqual([false, true]);
  expect(history.cancelGesture()).toBe(true);
  expect(history.cancelGesture()).toBe(false);
});

test("undo and redo bring the selection back", () => {
  let selected: readonly string[] = ["a"];
  const selection = { get: () => selected, set: (ids: readonly string[]) => (selected = ids) };
  const history = createHistory({ x: 0 }, { selection });
  history.edit("draw", (doc) => void (doc.x = 1));
  selected = ["new"];
  history.undo();
  expect(selected).toEqual(["a"]);
  history.redo();
  expect(selected).toEqual(["new"]);
});
