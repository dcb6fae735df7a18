import { expect, test } from "vitest";
import "../../test/messages";
import full from "../../test/fixtures/imageannotation.json";
import plain from "../../test/fixtures/imageannotation-plain.json";
import { boxFields, diff, makeBox, sameJson, toDoc, toResponse, validate } from "./model";
import { isDrawable, labelsFor, limitsOf, projectOf } from "./project";
import type { Annotation, ImageParams, ImageResponse } from "./types";

const cases = [
  {
    name: "all geometries",
    params: full.params as unknown as ImageParams,
    response: full.response as unknown as ImageResponse,
  },
  {
    name: "boxes without attributes",
    params: plain.params as ImageParams,
    response: plain.response as ImageResponse,
  },
] as const;
const [{ params, response }] = cases;
const SIZE = { width: 1280, height: 720 };

const codes = (issues: { code: string }[]): string[] => issues.map(({ code }) => code);

/** A response with one annotation changed. */
function changed(index: number, part: Partial<Annotation>): ImageResponse {
  const copy = structuredClone(response);
  Object.assign(copy.annotations[index] ?? {}, part);
  return copy;
}

test.each(cases)("an answer survives unchanged: $name", ({ params: p, response: r }) => {
  const before = structuredClone(r);
  expect(toResponse(toDoc(p, r), p)).toEqual(before);
  expect(r).toEqual(before);
  expect(validate(toDoc(p, r), p, SIZE)).toEqual([]);
});

test("keys this editor does not know survive, at the root too", () => {
  const r = { ...response, confidence: 0.5 } as ImageResponse;
  expect(toResponse(toDoc(params, r), params)).toEqual(r);
});

test("starts from the hypothesis, else from base annotations, else empty", () => {
  const empty = { annotations: [], global_attributes: {}, links: [] };
  const p = plain.params as ImageParams;
  expect(toResponse(toDoc(p), p)).toEqual(empty);
  const annotations = plain.response.annotations as Annotation[];
  const guessed: ImageParams = { ...p, hypothesis: { annotations } };
  expect(toResponse(toDoc(guessed), guessed)).toEqual({ ...empty, annotations });
  const based: ImageParams = { ...p, base_annotations: { annotations } };
  expect(toResponse(toDoc(based), based).annotations).toEqual(annotations);
  expect(toResponse(toDoc(guessed, empty), guessed)).toEqual(empty);
});

test("pre-labels without uuid get one, double uuids stay two objects", () => {
  const { uuid: _uuid, ...bare } = plain.response.annotations[0] as Annotation;
  const doc = toDoc(params, { annotations: [bare as Annotation] }, () => "made");
  expect(doc.order).toEqual(["made"]);
  expect(doc.objects.made?.uuid).toBe("made");
  const twice = plain.response.annotations.map((one) => ({ ...one, uuid: "same" })) as Annotation[];
  const p = plain.params as ImageParams;
  expect(toResponse(toDoc(p, { annotations: twice }), p).annotations).toEqual(twice);
});

test("answers whose condition no longer holds leave the response, not the document", () => {
  const doc = toDoc(params, changed(0, { label: "Bicycle" }));
  expect(toResponse(doc, params).annotations[0]?.attributes).toEqual({ occlusion: "25%" });
  expect(doc.objects[doc.order[0] ?? ""]?.attributes).toHaveProperty("heading", 274);
});

test("locked base annotations stay bit-equal", () => {
  const [car] = response.annotations;
  const odd = { ...car, label: "Trailer" } as Annotation;
  const locked: ImageParams = {
    ...params,
    base_annotations: { annotations: [odd] },
    can_edit_base_annotations: false,
  };
  expect(toResponse(toDoc(locked), locked).annotations).toEqual([odd]);
});

test.each<[string, Partial<Annotation>, string[]]>([
  ["a label of another geometry", { label: "Puddle", attributes: {} }, ["unknown_label"]],
  ["a folder as label", { label: "Two wheels", attributes: {} }, ["unknown_label"]],
  ["too small", { width: 3.9 }, ["too_small"]],
  ["a box without width", { width: undefined as unknown as number }, ["no_geometry"]],
  ["left of the image", { left: -1 }, ["outside"]],
  ["past the right side", { left: 1280 - 187 }, ["outside"]],
  ["rounding at the border is no problem", { left: 1280 - 188 + 0.01 }, []],
  ["a missing answer", { attributes: { heading: 1 } }, ["attribute_required"]],
  [
    "a wrong answer",
    { attributes: { occlusion: "99%", heading: 400 } },
    ["attribute_invalid", "attribute_invalid"],
  ],
])("validate finds: %s", (_name, part, expected) => {
  const issues = validate(toDoc(params, changed(0, part)), params, SIZE);
  expect(codes(issues)).toEqual(expect.arrayContaining(expected));
  expect(codes(issues.filter(({ objectId }) => objectId === response.annotations[0]?.uuid))).toEqual(
    expected,
  );
});

test("problems name their place and read as sentences", () => {
  const [issue] = validate(toDoc(params, changed(0, { attributes: {} })), params, SIZE);
  expect(issue).toMatchObject({
    path: "annotations[0].attributes.occlusion",
    severity: "error",
    message: "Car 1: “Hidden part” is not answered",
  });
  const noGlobals = { ...response, global_attributes: {} };
  expect(validate(toDoc(params, noGlobals), params, SIZE)).toMatchObject([
    { path: "global_attributes.is_night", code: "global_required" },
  ]);
});

test("padding widens the image, per axis", () => {
  const p = plain.params as ImageParams;
  const inside = (left: number, top: number) =>
    codes(
      validate(
        toDoc(p, {
          annotations: [{ uuid: "u", type: "box", label: "Big Cow", left, top, width: 20, height: 20 }],
        }),
        p,
        { width: 100, height: 100 },
      ),
    );
  expect(inside(-20, -5)).toEqual([]);
  expect(inside(-21, 0)).toEqual(["outside"]);
  expect(inside(0, -6)).toEqual(["outside"]);
});

test("5,000 objects are checked and read", () => {
  const annotations = Array.from({ length: 5000 }, (_, i): Annotation => ({
    uuid: `u${i}`,
    type: "box",
    label: "Big Cow",
    left: i % 900,
    top: 0,
    width: 20,
    height: 20,
  }));
  const p = plain.params as ImageParams;
  const doc = toDoc(p, { annotations });
  expect(validate(doc, p, { width: 1000, height: 100 })).toEqual([]);
  expect(toResponse(doc, p).annotations).toHaveLength(5000);
});

test("the project is read from the params", () => {
  const project = projectOf(params);
  expect(project.labels.map(({ choice }) => choice).slice(0, 4)).toEqual([
    "Car",
    "Trailer",
    "Bicycle",
    "Motorcycle",
  ]);
  expect(project).toMatchObject({ minWidth: 4, minHeight: 4, canRotate: true, integerPixels: false });
  expect(project.undrawable).toEqual(["polygon", "line", "point", "ellipse", "cuboid"]);
  expect(Object.keys(project.globalAttributes)).toEqual(["is_night"]);
  expect([isDrawable(project, "Car"), isDrawable(project, "Puddle"), isDrawable(project, null)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(labelsFor(project, "polygon").map(({ choice }) => choice)).toEqual(["Puddle"]);
  expect(project.indexOf("nothing")).toBe(-1);
  expect(limitsOf(projectOf(plain.params as ImageParams), { width: 100, height: 50 }).bounds).toEqual({
    minX: -20,
    minY: -5,
    maxX: 120,
    maxY: 55,
  });
});

test("new boxes have what the project wants on the wire", () => {
  const geometry = { x: 10.4, y: 20.6, width: 30.2, height: 40, rotation: 0 };
  expect(makeBox("u", "Big Cow", geometry, projectOf(plain.params as ImageParams), SIZE)).toEqual({
    uuid: "u",
    type: "box",
    label: "Big Cow",
    left: 10,
    top: 21,
    width: 31,
    height: 40,
  });
  const turnable = makeBox("u", "Car", geometry, projectOf(params), SIZE);
  expect(turnable).toMatchObject({ left: 10.4, rotation: 0, attributes: {} });
  expect(turnable.vertices).toHaveLength(4);
  expect(boxFields({ ...geometry, rotation: 0.1 }, false)).toHaveProperty("rotation", 0.1);
});

test("diff tells added, removed, moved, relabelled and answered apart", () => {
  const after = structuredClone(response);
  const [car, trailer] = after.annotations;
  if (!car || !trailer) throw new Error("fixture");
  car.left = 500;
  car.label = "Bicycle";
  trailer.attributes = {};
  after.annotations.splice(2, 1);
  after.annotations.push({ uuid: "new", type: "box", label: "Car", left: 0, top: 0, width: 9, height: 9 });
  after.global_attributes = { is_night: "Yes" };
  const changes = diff(toDoc(params, response), toDoc(params, after));
  expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    "moved annotations[0]",
    "relabelled annotations[0].label",
    "attributes annotations[1].attributes.towed_by",
    "added annotations[7]",
    "removed annotations[2]",
    "attributes global_attributes.is_night",
  ]);
  expect(changes[1]?.message).toBe("Car → Bicycle");
  expect(diff(toDoc(params, response), toDoc(params, structuredClone(response)))).toEqual([]);
});

test("rounding is no move", () => {
  const close = changed(0, { left: 411.502 });
  expect(diff(toDoc(params, response), toDoc(params, close))).toEqual([]);
  expect(sameJson({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toBe(true);
  expect(sameJson({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(sameJson([], {})).toBe(false);
});
