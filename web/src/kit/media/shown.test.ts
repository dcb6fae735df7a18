import { expect, it, vi } from "vitest";
import { createSession } from "../doc/session";
import type { AnswerService, EditorModel, Issue } from "../doc/types";
import { createMediaContext } from "./context";
import { createImageCache } from "./image";
import { attachmentParts, createShown, whyMissing } from "./shown";
import { reasonOf, Unshowable } from "./unshowable";

interface Doc {
  value: number;
}

const item = (ref: string) => ({ ref, url: `/files/${ref}`, mime_type: null, width: null, height: null });
const media = createMediaContext([item("a"), item("b")], createImageCache({ decode: () => Promise.reject(new Error("unused")) }));

const model: EditorModel<object, Doc, Doc> = {
  type: "test",
  docVersion: 1,
  toDoc: (_params, response) => response ?? { value: 0 },
  toResponse: (doc) => doc,
  validate: () => [],
};

const open = (more: Partial<EditorModel<object, Doc, Doc>> = {}, options: object = {}) =>
  createSession({ id: "s", model: { ...model, ...more }, params: {}, media, ...options });

it("f02: nothing counts as seen before the editor says so", () => {
  const { shown } = open();
  expect(shown.missing().map(({ key, state }) => [key, state])).toEqual([
    ["a", "unseen"],
    ["b", "unseen"],
  ]);
  shown.report("a", "waiting");
  shown.report("b", "ready");
  expect(shown.missing().map(({ key }) => key)).toEqual(["a"]);
  shown.report("a", "ready");
  expect(shown.missing()).toEqual([]);
  // Loaded anew it may fail.
  shown.report("a", "failed", "it is empty");
  expect(shown.missing().map((part) => whyMissing(part))).toEqual(["Attachment 1 of 2 cannot be shown: it is empty"]);
});

it("f02: an editor that shows one of the attachments is asked for that one only", () => {
  const { shown } = open({ shows: () => ["b"] });
  expect(shown.missing().map(({ key, title }) => [key, title])).toEqual([["b", "The attachment"]]);
});

it("f02: what the task does not list counts as soon as it is to be shown", () => {
  const { shown } = open({ shows: () => [] });
  expect(shown.missing()).toEqual([]);
  shown.report("https://elsewhere.example/x.png", "failed", "it is empty");
  expect(shown.missing()).toHaveLength(1);
});

it("f02: what was seen before a reload stays seen", () => {
  const shown = createShown(attachmentParts(["a", "b"]), ["b", "gone"]);
  expect(shown.missing().map(({ key }) => key)).toEqual(["a"]);
  expect(shown.seen()).toEqual(["b"]);
});

it("f03: parts of an answer that are not drawn are asked of who judges, not of who writes", () => {
  const undrawn = () => [{ key: "answer:url", kind: "answer", title: "The file url", state: "closed" } as const];
  expect(open({ shows: () => [], undrawn }, { mode: "edit" }).shown.missing()).toEqual([]);
  const { shown } = open({ shows: () => [], undrawn }, { mode: "review" });
  expect(shown.missing().map((part) => whyMissing(part))).toEqual(["The file url has not been looked at"]);
  shown.report("answer:url", "ready");
  expect(shown.missing()).toEqual([]);
});

it("f02: reasons are words", () => {
  expect(reasonOf(new Unshowable("status", "/x", 404))).toBe("its host answered with status 404");
  expect(reasonOf(new Unshowable("format", "/x"))).toBe("this browser cannot read it");
  expect(reasonOf(new Error("other"))).toBe("it could not be loaded");
});

function service(found: (answer: unknown) => Issue[] | Error): AnswerService & { asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    schema: async () => ({}),
    problems: async (answer) => {
      asked.push(answer);
      const said = found(answer);
      if (said instanceof Error) throw said;
      return said;
    },
  };
}

const wrong: Issue = { path: "value", severity: "error", code: "bound", message: "Too large." };
const checkedByServer = { checkedByServer: true, validate: () => [] };

it("f04: the check is about exactly what is there at its end", async () => {
  const asks = service((answer) => ((answer as Doc).value > 1 ? [wrong] : []));
  const session = createSession({
    id: "s",
    model: { ...model, ...checkedByServer, validate: (doc) => (doc.value > 1 && asks.asked.includes(doc) ? [wrong] : []) },
    params: {},
    media,
    service: asks,
  });
  session.edit("set", (doc) => void (doc.value = 1));
  const checking = session.check();
  // Typed while the server is looking at the answer before.
  session.edit("set", (doc) => void (doc.value = 2));
  expect(await checking).toEqual([wrong]);
  expect(asks.asked).toEqual([{ value: 1 }, { value: 2 }]);
  // What was looked at once is not asked about again.
  await session.check();
  expect(asks.asked).toHaveLength(2);
});

it("f04: without the server the answer goes on to be checked when it arrives", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const session = open(checkedByServer, { service: service(() => new Error("offline")) });
  expect(await session.check()).toEqual([]);
});

it("f04: an editor that checks by itself asks nobody", async () => {
  const asks = service(() => [wrong]);
  expect(await open({}, { service: asks }).check()).toEqual([]);
  expect(asks.asked).toEqual([]);
});
