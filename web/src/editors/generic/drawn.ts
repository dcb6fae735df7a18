import { outlineOf, type WireGeometry } from "../../kit/canvas2d/annotation";
import { makeShape, type Shape } from "../../kit/canvas2d/shapes";
import { t } from "../../kit/i18n";
import { labelStyle } from "../../kit/labels/palette";
import type { MediaContext } from "../../kit/media/context";
import type { NeededPart } from "../../kit/media/shown";
import { typeOf } from "./attachmentType";
import { type GenericAnswer, type GenericParams, isObject } from "./model";

const isNumber = (value: unknown): value is number => typeof value === "number";

/** The type of a shape: the server fills it in, so that an answer in work may lack it. */
function typeOfShape(one: Record<string, unknown>): string {
  if (typeof one.type === "string") return one.type;
  if (isNumber(one.left)) return "box";
  if (!Array.isArray(one.vertices)) return "point";
  return one.vertices.some((vertex) => isObject(vertex) && "description" in vertex) ? "cuboid" : "polygon";
}

/** A shape that can be drawn; null for anything else, and for what lies in the world instead of on an image. */
function outline(value: unknown): Pick<Shape, "kind" | "points"> | null {
  if (!isObject(value) || "tile" in value || isNumber(value.z)) return null;
  const vertices = Array.isArray(value.vertices) ? (value.vertices as unknown[]) : [];
  if (!vertices.every((one) => isObject(one) && isNumber(one.x) && isNumber(one.y) && !isNumber(one.z))) return null;
  return outlineOf({ ...value, type: typeOfShape(value) } as WireGeometry);
}

interface Drawing {
  /** Which attachment it lies on. */
  on: number;
  label: string;
  outline: Pick<Shape, "kind" | "points">;
}

function drawing(one: Record<string, unknown>, geometry: unknown, on: number): Drawing[] {
  const found = outline(geometry);
  return found ? [{ on, label: typeof one.label === "string" ? one.label : "", outline: found }] : [];
}

/** The shapes of an answer that lie on images: of a single one, of pages, or of frames. */
function drawings({ annotations }: GenericAnswer): Drawing[] {
  if (!Array.isArray(annotations)) return [];
  return (annotations as unknown[]).flatMap((one, index): Drawing[] => {
    if (!isObject(one)) return [];
    if (isObject(one.location)) return isNumber(one.page) ? drawing(one, one.location, one.page) : [];
    if (!Array.isArray(one.annotations)) return drawing(one, one, 0);
    const frame = isNumber(one.frame) ? one.frame : index;
    return (one.annotations as unknown[]).flatMap((shape) => (isObject(shape) ? drawing(shape, shape, frame) : []));
  });
}

/** What is drawn over the n-th attachment. */
export function shapesOn(answer: GenericAnswer, index: number): Shape[] {
  const all = drawings(answer);
  const labels = [...new Set(all.map(({ label }) => label))];
  return all.flatMap(({ on, label, outline: { kind, points } }, number) =>
    on === index ? [makeShape(`answer:${number}`, kind, points, labelStyle(labels.indexOf(label)), label)] : [],
  );
}

/** Whether an object is a shape, or a thing in the world. */
function isGeometry(value: Record<string, unknown>): boolean {
  const has = (...names: string[]): boolean => names.every((name) => name in value);
  return (
    has("left", "top", "width", "height") ||
    (has("vertices") && Array.isArray(value.vertices)) ||
    has("position", "dimensions") ||
    has("path") ||
    has("labeled_points") ||
    (has("x", "y") && isNumber(value.x) && isNumber(value.y))
  );
}

/** How many shapes there are in a value; what a shape consists of does not count. */
function countGeometry(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + countGeometry(one), 0);
  if (!isObject(value)) return 0;
  if (isGeometry(value)) return 1;
  return Object.values(value).reduce((sum: number, one) => sum + countGeometry(one), 0);
}

/** Members of answers whose values are addresses of files. */
const FILE_MEMBERS = /(?:^|\.)(?:url|json_url|image|indexedImage|extendedIndexedImage|unlabeled|image_url|labeled\.[^[]+)(?:\[\d+\])?$/u;

export interface ResultFile {
  /** Where in the answer, e.g. `annotations.url`. */
  path: string;
  url: string;
}

function* filesIn(value: unknown, path: string): Generator<ResultFile> {
  if (typeof value === "string") {
    if (FILE_MEMBERS.test(path) && /^(?:https?:\/\/|\/|s3:|gs:|data:)/u.test(value)) yield { path, url: value };
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* filesIn(one, `${path}[${index}]`);
  } else if (isObject(value)) {
    for (const [key, one] of Object.entries(value)) yield* filesIn(one, path ? `${path}.${key}` : key);
  }
}

/** The files that an answer names. */
export const resultFiles = (answer: GenericAnswer): ResultFile[] => [...filesIn(answer, "")];

/** Keys of parts of the answer begin so. */
export const ANSWER = "answer:";

export interface NumberSection {
  /** Member of the answer. */
  name: string;
  count: number;
}

/** Members of an answer with shapes in them that are not drawn over an attachment. */
export function numberSections(answer: GenericAnswer, params: GenericParams, media: MediaContext): NumberSection[] {
  const images = new Set(media.items.flatMap((item, index) => (typeOf(item, params) === "image" ? [index] : [])));
  const drawn = drawings(answer).filter(({ on }) => images.has(on)).length;
  return Object.entries(answer).flatMap(([name, value]) => {
    const count = countGeometry(value) - (name === "annotations" ? drawn : 0);
    return count > 0 ? [{ name, count }] : [];
  });
}

/** What a reviewer has to open: files, and shapes that stand in the form as numbers. */
export function undrawnParts(answer: GenericAnswer, params: GenericParams, media: MediaContext): NeededPart[] {
  const part = (key: string, title: string): NeededPart => ({
    key: `${ANSWER}${key}`,
    kind: "answer",
    title,
    state: "closed",
  });
  return [
    ...resultFiles(answer).map(({ path }) => part(path, t("generic.undrawn.file", { path }))),
    ...numberSections(answer, params, media).map(({ name, count }) =>
      part(name, t("generic.undrawn.numbers", { name, count })),
    ),
  ];
}
