import type { RJSFSchema } from "@rjsf/utils";
import { expect, test, vi } from "vitest";
import { isChecked, noteCheck } from "../../kit/doc/checks";
import { createSession } from "../../kit/doc/session";
import { createMediaContext } from "../../kit/media/context";
import { createImageCache } from "../../kit/media/image";
import "../../test/messages";
import { kindOf } from "../../kit/ui/attachmentKind";
import { commands, type GenericSession, shownAttachment } from "./commands";
import { genericEditor } from "./index";
import { diff, type GenericAnswer, type GenericDoc, type GenericParams, inShort } from "./model";
import { formSchema } from "./schema";
import { validator } from "./validator";

const images = createImageCache({ decode: () => Promise.reject(new Error("unused")) });
const file = (ref: string, mime_type: string | null = null) => ({
  ref,
  url: `/files/${ref}`,
  mime_type,
  width: null,
  height: null,
});

function open(response: GenericAnswer | null = null, params: GenericParams = {}): GenericSession {
  return createSession<GenericParams, GenericDoc, GenericAnswer>({
    id: "a",
    model: genericEditor("transcription"),
    params,
    media: createMediaContext([file("one.png"), file("two.mp3")], images),
    response,
  });
}

const run = (session: GenericSession, id: string): void => {
  const command = commands.find((one) => one.id === `generic.${id}`);
  if (!command) throw new Error(id);
  if (command.when?.(session) ?? true) command.run(session);
};

test("an answer of any shape survives unchanged", () => {
  const answer = { fields: { name: "x" }, more: [1, { deep: null }] };
  expect(open(answer).toResponse()).toEqual(answer);
});

test("starts from the hypothesis, else empty", () => {
  expect(open(null, { hypothesis: { a: 1 } }).toResponse()).toEqual({ a: 1 });
  expect(open().toResponse()).toEqual({});
});

test("what the server said belongs to the answer it said it about", () => {
  const session = open({ a: 1 });
  const { answer } = session.doc.getState();
  expect(isChecked(session.params, answer)).toBe(false);
  noteCheck(session.params, answer, [{ path: "a", message: "Wrong.", code: "wrong", severity: "error" }]);
  expect(session.validate()).toHaveLength(1);
  session.edit("change", (draft) => {
    draft.answer = { a: 2 };
  });
  expect(session.validate()).toEqual([]);
  session.undo();
  expect(session.validate()).toHaveLength(1);
});

test("keys walk through the attachments and stop at both ends", () => {
  const session = open();
  expect(shownAttachment(session)).toBe(0);
  run(session, "previous");
  expect(shownAttachment(session)).toBe(0);
  run(session, "next");
  run(session, "next");
  expect(shownAttachment(session)).toBe(1);
});

test("attachments are shown by media type, else by name", () => {
  expect(kindOf(file("https://a.example/x", "video/mp4"))).toBe("video");
  expect(kindOf(file("https://a.example/x.JPG?size=1"))).toBe("image");
  expect(kindOf(file("scaledata://owner/id", "application/pdf"))).toBe("pdf");
  expect(kindOf(file("https://a.example/x"))).toBe("unknown");
  expect(kindOf(file("only words"))).toBe("text");
});

test("prefetching fetches images and nothing else", async () => {
  const media = createMediaContext([file("one.png"), file("two.mp3")], images);
  const prefetch = vi.spyOn(images, "prefetch").mockResolvedValue();
  await genericEditor("x").prefetch({}, createMediaContext([file("https://a.example/1.png")], images));
  await genericEditor("x").prefetch({}, { ...media, items: [file("https://a.example/2.mp3")] });
  expect(prefetch.mock.calls.map(([url]) => url)).toEqual(["/files/https://a.example/1.png"]);
});

test("differences are told leaf by leaf", () => {
  const before = { answer: { fields: { a: "x", b: "y" }, list: [1, 2] } };
  const after = { answer: { fields: { a: "z" }, list: [1, 2, 3] } };
  expect(diff(before, after).map(({ kind, message }) => `${kind} ${message}`)).toEqual([
    'attributes fields.a: "x" → "z"',
    'removed fields.b: "y" → –',
    "added list[2]: – → 3",
  ]);
  expect(inShort("x".repeat(80))).toHaveLength(60);
});

test("an optional value is no choice; real choices have names", () => {
  const schema = {
    $ref: "#/$defs/Answer",
    $defs: {
      Answer: {
        type: "object",
        properties: {
          title: { type: "string", title: "Title" },
          name: { anyOf: [{ type: "string" }, { type: "null" }] },
          anyOf: { type: "string", title: "Any of" },
          price: { title: "Price", anyOf: [{ type: "number" }, { type: "string", pattern: "^\\d+$" }] },
          left: { anyOf: [{ type: "integer" }, { type: "number", minimum: 0 }, { type: "null" }] },
          shape: { anyOf: [{ $ref: "#/$defs/Box" }, { $ref: "#/$defs/Line" }] },
        },
      },
    },
  };
  const { $defs } = formSchema(schema);
  expect(Object.keys($defs?.Answer ?? {})).toEqual(["type", "properties"]);
  expect($defs?.Answer?.properties).toEqual({
    title: { type: "string", title: "Title" },
    price: { type: "number", title: "Price" },
    name: { type: "string" },
    anyOf: { type: "string", title: "Any of" },
    left: { type: "number", minimum: 0 },
    shape: {
      anyOf: [
        { $ref: "#/$defs/Box", title: "Box" },
        { $ref: "#/$defs/Line", title: "Line" },
      ],
    },
  });
});

test("the form learns which choice an answer is, without compiling code", () => {
  const root: RJSFSchema = { $defs: { Box: { type: "object", required: ["width"] } } };
  expect(validator.isValid({ $ref: "#/$defs/Box" }, { width: 1 }, root)).toBe(true);
  expect(validator.isValid({ $ref: "#/$defs/Box" }, {}, root)).toBe(false);
  expect(validator.isValid({ type: "string" }, undefined, root)).toBe(false);
  expect(validator.isValid({ type: "string", pattern: "^[A-Z]$" }, "a", root)).toBe(false);
  expect(validator.isValid({ type: "string", pattern: "(?P<x>a)" }, "a", root)).toBe(true); // not JavaScript's
});
