import type { BoxGeometry, BoxLimits } from "../../kit/canvas2d/boxMath";
import type { MediaSize } from "../../kit/doc/types";
import { type AttributeDefinitions, isGlobal } from "../../kit/labels/attributes";
import { type Leaf, leavesOf } from "../../kit/labels/labels";
import { type Annotation, GEOMETRIES, type GeometryName, type ImageParams } from "./types";

/** What a task's params mean for the editor; computed once per params object. */
export interface Project {
  /** Labels in palette order with the geometries each may have. */
  labels: readonly (Leaf & { geometries: readonly GeometryName[] })[];
  /** Place of a label in the palette, for its colour and key; -1 when unknown. */
  indexOf(label: string): number;
  /** Per-object attributes. */
  attributes: AttributeDefinitions;
  /** Attributes asked once per task (`conditions.is_global`). */
  globalAttributes: AttributeDefinitions;
  padding: { x: number; y: number };
  minWidth: number;
  minHeight: number;
  integerPixels: boolean;
  canRotate: boolean;
  /** Whether `attributes` is written even when empty: only in projects that have any. */
  writesAttributes: boolean;
  /** Geometries asked for that can be shown but not drawn yet. */
  undrawable: readonly GeometryName[];
  locks: Locks;
}

/** The four `can_*` switches for objects that came with `base_annotations`. */
export interface Locks {
  add: boolean;
  isLocked(uuid: string, what: "edit" | "label" | "delete"): boolean;
}

const DRAWABLE: ReadonlySet<GeometryName> = new Set(["box"]);
const cache = new WeakMap<ImageParams, Project>();

/** Numbers of old clients arrive as strings (`min_width: "30"`). */
const toNumber = (value: number | string | undefined): number => {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
};

function readLocks(params: ImageParams): Locks {
  const base = new Set((params.base_annotations?.annotations ?? []).map(({ uuid }) => uuid));
  const allowed = {
    edit: params.can_edit_base_annotations ?? true,
    label: params.can_edit_base_annotation_labels ?? true,
    delete: params.can_delete_base_annotations ?? true,
  };
  return {
    add: params.can_add_base_annotations ?? true,
    isLocked: (uuid, what) => !allowed[what] && base.has(uuid),
  };
}

/** Reads the params of a task. */
export function projectOf(params: ImageParams): Project {
  const known = cache.get(params);
  if (known) return known;
  const labels = new Map<string, Leaf & { geometries: GeometryName[] }>();
  const asked = GEOMETRIES.filter(
    (name) => leavesOf(params.geometries?.[name]?.objects_to_annotate).length > 0,
  );
  for (const name of asked) {
    for (const leaf of leavesOf(params.geometries[name]?.objects_to_annotate)) {
      const seen = labels.get(leaf.choice);
      if (seen) seen.geometries.push(name);
      else labels.set(leaf.choice, { ...leaf, geometries: [name] });
    }
  }
  const order = new Map([...labels.keys()].map((choice, index) => [choice, index]));
  const definitions = Object.entries(params.annotation_attributes ?? {});
  const box = params.geometries?.box ?? {};
  const project: Project = {
    labels: [...labels.values()],
    indexOf: (label) => order.get(label) ?? -1,
    attributes: Object.fromEntries(definitions.filter(([, definition]) => !isGlobal(definition))),
    globalAttributes: Object.fromEntries(definitions.filter(([, definition]) => isGlobal(definition))),
    padding: { x: params.paddingX ?? params.padding ?? 0, y: params.paddingY ?? params.padding ?? 0 },
    minWidth: toNumber(box.min_width),
    minHeight: toNumber(box.min_height),
    integerPixels: box.integer_pixels === true,
    canRotate: box.can_rotate === true,
    writesAttributes: definitions.length > 0,
    undrawable: asked.filter((name) => !DRAWABLE.has(name)),
    locks: readLocks(params),
  };
  cache.set(params, project);
  return project;
}

/** Whether new objects of a label can be drawn here. */
export function isDrawable(project: Project, label: string | null): boolean {
  return project.labels.some(({ choice, geometries }) => choice === label && geometries.includes("box"));
}

/** Labels an object may be given: those of its geometry. */
export function labelsFor(project: Project, type: GeometryName): readonly Leaf[] {
  return project.labels.filter(({ geometries }) => geometries.includes(type));
}

/** Where boxes may lie and how small they may be; without a known image size nothing is limited. */
export function limitsOf(project: Project, size: MediaSize | null): BoxLimits {
  const { x, y } = project.padding;
  return {
    bounds: size
      ? { minX: 0 - x, minY: 0 - y, maxX: size.width + x, maxY: size.height + y }
      : { minX: -Infinity, minY: -Infinity, maxX: Infinity, maxY: Infinity },
    minWidth: project.minWidth,
    minHeight: project.minHeight,
    integer: project.integerPixels,
  };
}

/** Geometry of a box annotation; null for other types and for boxes without numbers. */
export function boxOf(annotation: Annotation): BoxGeometry | null {
  const { type, left, top, width, height, rotation } = annotation;
  if (
    type !== "box" ||
    left === undefined ||
    top === undefined ||
    width === undefined ||
    height === undefined
  ) {
    return null;
  }
  return { x: left, y: top, width, height, rotation: rotation ?? 0 };
}
