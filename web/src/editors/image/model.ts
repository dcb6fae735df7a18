import { type BoxGeometry, isLargeEnough, roundBox } from "../../kit/canvas2d/boxMath";
import { boxCorners } from "../../kit/canvas2d/geometry";
import type { Change, Issue, MediaSize } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import {
  type AttributeProblem,
  askedAttributes,
  askedValues,
  attributeProblem,
  type AttributeValues,
} from "../../kit/labels/attributes";
import { displayOf } from "../../kit/labels/labels";
import { newUuid } from "../../kit/labels/uuid";
import { boxOf, labelsFor, limitsOf, projectOf, type Project } from "./project";
import type { Annotation, ImageDoc, ImageParams, ImageResponse } from "./types";

/** Pixels by which stored coordinates may leave the padded image: hundredths are rounded away. */
const TOLERANCE = 0.011;
/** Coordinates closer than this are the same place for a reviewer, pixels. */
const SAME_PLACE = 0.005;

/**
 * Builds the document from a response, else from the task's pre-labels; annotations without uuid get one.
 *
 * @param newId makes the uuids; replaced in tests.
 */
export function toDoc(
  params: ImageParams,
  response?: Partial<ImageResponse> | null,
  newId: () => string = newUuid,
): ImageDoc {
  const { annotations, global_attributes, links, ...extra } =
    response ?? params.hypothesis ?? params.base_annotations ?? {};
  const doc: ImageDoc = {
    objects: {},
    order: [],
    globals: { ...global_attributes },
    links: links ?? [],
    extra,
  };
  for (const annotation of annotations ?? []) {
    const whole = annotation.uuid === undefined ? { uuid: newId(), ...(annotation as object) } : annotation;
    const uuid = (whole as Annotation).uuid;
    const id = Object.hasOwn(doc.objects, uuid) ? `${uuid}#${doc.order.length}` : uuid;
    doc.objects[id] = whole as Annotation;
    doc.order.push(id);
  }
  return doc;
}

/** The answer on the wire; attributes whose condition no longer holds are left out, locked objects stay as they came. */
export function toResponse(doc: ImageDoc, params: ImageParams): ImageResponse {
  const project = projectOf(params);
  const globals = askedValues(project.globalAttributes, null, doc.globals);
  return {
    ...doc.extra,
    annotations: doc.order.flatMap((id) => {
      const annotation = doc.objects[id];
      return annotation ? [withAskedAttributes(annotation, project, globals)] : [];
    }),
    global_attributes: globals,
    links: doc.links,
  };
}

function withAskedAttributes(annotation: Annotation, project: Project, globals: AttributeValues): Annotation {
  const { attributes, label, uuid } = annotation;
  if (attributes === undefined || project.locks.isLocked(uuid, "edit")) return annotation;
  const asked = askedValues(project.attributes, label, attributes, globals);
  return Object.keys(asked).length === Object.keys(attributes).length
    ? annotation
    : { ...annotation, attributes: asked };
}

/** Attributes asked for an object now, in the order of the project. */
export function askedFor(doc: ImageDoc, annotation: Annotation, project: Project): string[] {
  return askedAttributes(project.attributes, annotation.label, annotation.attributes ?? {}, doc.globals);
}

/** Problems of one object's attributes by name. */
export function attributeProblems(
  doc: ImageDoc,
  annotation: Annotation,
  project: Project,
  labelOf: (uuid: string) => string | null = labelLookup(doc),
): Map<string, AttributeProblem> {
  const problems = new Map<string, AttributeProblem>();
  for (const name of askedFor(doc, annotation, project)) {
    const definition = project.attributes[name];
    const problem = definition && attributeProblem(definition, annotation.attributes?.[name], labelOf);
    if (problem) problems.set(name, problem);
  }
  return problems;
}

/** Problems of the task-level attributes by name. */
export function globalProblems(doc: ImageDoc, project: Project): Map<string, AttributeProblem> {
  const problems = new Map<string, AttributeProblem>();
  for (const name of askedAttributes(project.globalAttributes, null, doc.globals)) {
    const definition = project.globalAttributes[name];
    const problem = definition && attributeProblem(definition, doc.globals[name], labelLookup(doc));
    if (problem) problems.set(name, problem);
  }
  return problems;
}

function labelLookup(doc: ImageDoc): (uuid: string) => string | null {
  return (uuid) => doc.objects[uuid]?.label ?? null;
}

/** Problems the server would refuse too: labels, sizes, places, attributes. */
export function validate(doc: ImageDoc, params: ImageParams, size: MediaSize | null = null): Issue[] {
  const project = projectOf(params);
  const issues: Issue[] = [];
  const labelOf = labelLookup(doc);
  const leaves = new Map(
    (["box", "polygon", "line", "point", "ellipse", "cuboid"] as const).map((type) => [
      type,
      new Set(labelsFor(project, type).map(({ choice }) => choice)),
    ]),
  );
  doc.order.forEach((id, index) => {
    const annotation = doc.objects[id];
    if (!annotation) return;
    const path = `annotations[${index}]`;
    const values = { label: displayOf(project.labels, annotation.label), number: index + 1 };
    const add = (code: string, where: string, detail: Record<string, unknown> = {}): void => {
      const message = t(`image.issue.${code}`, { ...values, ...detail });
      issues.push({ path: where, objectId: id, severity: "error", code, message });
    };
    if (!leaves.get(annotation.type)?.has(annotation.label)) add("unknown_label", `${path}.label`);
    boxProblems(annotation, project, size).forEach(([code, detail]) => add(code, path, detail));
    for (const [name, problem] of attributeProblems(doc, annotation, project, labelOf)) {
      const attribute = project.attributes[name]?.description ?? name;
      add(`attribute_${problem === "required" ? "required" : "invalid"}`, `${path}.attributes.${name}`, {
        attribute,
      });
    }
  });
  for (const [name, problem] of globalProblems(doc, project)) {
    const code = `global_${problem === "required" ? "required" : "invalid"}`;
    const attribute = project.globalAttributes[name]?.description ?? name;
    const message = t(`image.issue.${code}`, { attribute });
    issues.push({ path: `global_attributes.${name}`, severity: "error", code, message });
  }
  return issues;
}

function boxProblems(
  annotation: Annotation,
  project: Project,
  size: MediaSize | null,
): [string, Record<string, unknown>][] {
  if (annotation.type !== "box") return [];
  const box = boxOf(annotation);
  if (!box) return [["no_geometry", {}]];
  const problems: [string, Record<string, unknown>][] = [];
  const limits = limitsOf(project, size);
  if (!isLargeEnough({ ...box, width: box.width + TOLERANCE, height: box.height + TOLERANCE }, limits)) {
    problems.push(["too_small", { minWidth: limits.minWidth, minHeight: limits.minHeight }]);
  }
  const { minX, minY, maxX, maxY } = limits.bounds;
  const outside =
    box.rotation === 0 &&
    (box.x < minX - TOLERANCE ||
      box.y < minY - TOLERANCE ||
      box.x + box.width > maxX + TOLERANCE ||
      box.y + box.height > maxY + TOLERANCE);
  if (outside) problems.push(["outside", {}]);
  return problems;
}

/** A new box annotation; geometry is rounded as the project wants it. */
export function makeBox(
  uuid: string,
  label: string,
  box: BoxGeometry,
  project: Project,
  size: MediaSize | null,
): Annotation {
  return {
    uuid,
    type: "box",
    label,
    ...boxFields(roundBox(box, limitsOf(project, size)), project.canRotate),
    ...(project.writesAttributes ? { attributes: {} } : {}),
  };
}

/**
 * Wire fields of a box.
 *
 * @param turnable whether the project lets boxes be turned: then `rotation` and `vertices` are always written.
 */
export function boxFields(
  { x, y, width, height, rotation }: BoxGeometry,
  turnable: boolean,
): Required<Pick<Annotation, "left" | "top" | "width" | "height">> &
  Pick<Annotation, "rotation" | "vertices"> {
  const flat = { left: x, top: y, width, height };
  if (!turnable && rotation === 0) return flat;
  const hundredths = (value: number): number => Math.round(value * 100) / 100;
  const corners = boxCorners({ x, y, width, height }, rotation);
  return { ...flat, rotation, vertices: corners.map((p) => ({ x: hundredths(p.x), y: hundredths(p.y) })) };
}

/** Whether two annotations lie at the same place: numbers equal within rounding, other fields equal. */
function samePlace(a: Annotation, b: Annotation): boolean {
  const place = ({ uuid: _uuid, label: _label, attributes: _attributes, ...rest }: Annotation): unknown =>
    rest;
  return sameJson(place(a), place(b), SAME_PLACE);
}

/** Deep equality of JSON values; numbers may differ by `tolerance`. */
export function sameJson(a: unknown, b: unknown, tolerance = 0): boolean {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= tolerance;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], tolerance),
  );
}

/** What a later answer changed, object by object (matched by id); an object can be moved and relabelled at once. */
export function diff(before: ImageDoc, after: ImageDoc): Change[] {
  const changes: Change[] = [];
  after.order.forEach((id, index) => {
    const now = after.objects[id];
    const was = before.objects[id];
    if (!now) return;
    const path = `annotations[${index}]`;
    if (!was) {
      changes.push({
        kind: "added",
        objectId: id,
        path,
        message: t("image.diff.added", { label: now.label }),
      });
      return;
    }
    if (was === now) return;
    if (!samePlace(was, now)) {
      changes.push({
        kind: "moved",
        objectId: id,
        path,
        message: t("image.diff.moved", { label: now.label }),
      });
    }
    if (was.label !== now.label) {
      const message = t("image.diff.relabelled", { before: was.label, after: now.label });
      changes.push({ kind: "relabelled", objectId: id, path: `${path}.label`, message });
    }
    for (const name of changedKeys(was.attributes ?? {}, now.attributes ?? {})) {
      const message = t("image.diff.attribute", {
        name,
        ...shown(was.attributes?.[name], now.attributes?.[name]),
      });
      changes.push({ kind: "attributes", objectId: id, path: `${path}.attributes.${name}`, message });
    }
  });
  before.order.forEach((id, index) => {
    const was = before.objects[id];
    if (!was || after.objects[id]) return;
    const message = t("image.diff.removed", { label: was.label });
    changes.push({ kind: "removed", objectId: id, path: `annotations[${index}]`, message });
  });
  for (const name of changedKeys(before.globals, after.globals)) {
    const message = t("image.diff.attribute", { name, ...shown(before.globals[name], after.globals[name]) });
    changes.push({ kind: "attributes", path: `global_attributes.${name}`, message });
  }
  return changes;
}

function changedKeys(a: AttributeValues, b: AttributeValues): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !sameJson(a[key], b[key]));
}

function shown(before: unknown, after: unknown): { before: string; after: string } {
  const text = (value: unknown): string => (value === undefined ? "–" : [value].flat().join(", "));
  return { before: text(before), after: text(after) };
}
