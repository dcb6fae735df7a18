import { expect, it } from "vitest";
import { createMediaContext } from "../../kit/media/context";
import { createImageCache } from "../../kit/media/image";
import "../../test/messages";
import { typeOf } from "./attachmentType";
import { resultFiles, shapesOn, undrawnParts } from "./drawn";

const item = (ref: string, mime_type: string | null = null) => ({
  ref,
  url: `/files/${ref}`,
  mime_type,
  width: null,
  height: null,
});
const images = createImageCache({ decode: () => Promise.reject(new Error("unused")) });
const on = (...items: ReturnType<typeof item>[]) => createMediaContext(items, images);
const titles = (...args: Parameters<typeof undrawnParts>) => undrawnParts(...args).map(({ title }) => title);

const box = { left: 1, top: 2, width: 3, height: 4, label: "car" };
const polygon = { type: "polygon", label: "car", vertices: [{ x: 0, y: 0 }, { x: 9, y: 0 }, { x: 9, y: 9 }] };

it("f03: shapes on an image are drawn, also those without a type yet", () => {
  const answer = { annotations: [box, polygon, { x: 1, y: 2, label: "hole" }, { label: "no geometry" }] };
  expect(shapesOn(answer, 0).map(({ kind, tag }) => [kind, tag])).toEqual([
    ["rect", "car"],
    ["ring", "car"],
    ["point", "hole"],
  ]);
  expect(shapesOn(answer, 1)).toEqual([]);
  expect(undrawnParts(answer, {}, on(item("a.png", "image/png")))).toEqual([]);
});

it("f03: shapes of pages and frames are drawn on theirs", () => {
  const pages = { annotations: [{ page: 1, label: "sum", location: { type: "box", ...box } }] };
  expect(shapesOn(pages, 0)).toEqual([]);
  expect(shapesOn(pages, 1)).toHaveLength(1);
  const frames = { annotations: [{ annotations: [box] }, { annotations: [box, polygon] }] };
  expect([0, 1, 2].map((index) => shapesOn(frames, index).length)).toEqual([1, 2, 0]);
  expect(undrawnParts(frames, {}, on(item("a.png", "image/png"), item("b.png", "image/png")))).toEqual([]);
});

it("f03: shapes without an image under them are numbers, and have to be opened", () => {
  expect(titles({ annotations: [box, box] }, {}, on(item("a.pdf")))).toEqual(["2 shapes in annotations, as numbers"]);
  expect(titles({ annotations: [box] }, {}, on(item("a.png", "application/pdf")))).toHaveLength(1);
  const cuboid = { position: { x: 1, y: 2, z: 3 }, dimensions: { x: 1, y: 1, z: 1 }, yaw: 0 };
  expect(titles({ annotations: [{ cuboids: [cuboid] }] }, {}, on(item("a.json")))).toEqual([
    "One shape in annotations, as numbers",
  ]);
  const world = { type: "line", label: "lane", vertices: [{ x: 1, y: 2, z: 3 }, { x: 2, y: 2, z: 3 }] };
  expect(titles({ annotations: [world] }, {}, on(item("a.png", "image/png")))).toHaveLength(1);
  const track = { u: { geometry: "box", frames: [{ key: 0, ...box }, { key: 5, ...box }] } };
  expect(titles({ annotations: track }, {}, on(item("a.mp4")))).toEqual(["2 shapes in annotations, as numbers"]);
});

it("f03: every file of an answer has to be opened", () => {
  const answer = {
    annotations: {
      combined: { image: "https://a.example/1.png" },
      labeled: { car: "https://a.example/2.png", dog: ["https://a.example/3.png", null], none: null },
    },
    events: { url: "/files/4" },
    fields: { url: "not an address", page: "https://a.example/typed" },
  };
  expect(resultFiles(answer).map(({ path }) => path)).toEqual([
    "annotations.combined.image",
    "annotations.labeled.car",
    "annotations.labeled.dog[0]",
    "events.url",
  ]);
  expect(undrawnParts(answer, {}, on()).every(({ state, kind }) => state === "closed" && kind === "answer")).toBe(true);
});

it("f03: plain answers need nothing to be opened", () => {
  expect(undrawnParts({ category: "cat", fields: { x: "1", y: "2" }, annotations: { why: "so" } }, {}, on())).toEqual([]);
});

it("f04: attachments are shown as the request says", () => {
  const attachments = [
    { type: "website", content: "https://a.example/x.png" },
    { type: "text", content: "words" },
  ];
  expect(typeOf(item("https://a.example/x.png"), { attachments })).toBe("website");
  expect(typeOf(item("words"), { attachments })).toBe("text");
  expect(typeOf(item("https://a.example/"), { attachment_type: "website" })).toBe("website");
  expect(typeOf(item("https://a.example/1.png"), { attachment_type: "video" })).toBe("image");
  expect(typeOf(item("https://a.example/x.png"), {})).toBe("image");
  expect(typeOf(item("https://a.example/x"), { attachment_type: "json" })).toBe("unknown");
});
