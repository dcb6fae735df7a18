import {
  type BoxGeometry,
  minimumHeight,
  minimumWidth,
  moveBox,
  resizeBox,
  roundBox,
} from "../../kit/canvas2d/boxMath";
import { castDraft, type Draft } from "mutative";
import type { Rect } from "../../kit/canvas2d/geometry";
import { keepInside } from "../../kit/canvas2d/geometry";
import { isPicked } from "../../kit/doc/pick";
import type { Session } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import { type AttributeValue, isTyped } from "../../kit/labels/attributes";
import { displayOf } from "../../kit/labels/labels";
import { newUuid } from "../../kit/labels/uuid";
import { boxFields, makeBox, sameJson } from "./model";
import { boxOf, isDrawable, labelsFor, limitsOf, projectOf } from "./project";
import type { Annotation, ImageDoc, ImageParams } from "./types";

export type ImageSession = Session<ImageParams, ImageDoc>;

/** Shows a short message in the status line. */
export function notify(session: ImageSession, text: string): void {
  session.ui.setState({ notice: { text, at: Date.now() } });
}

/** Objects selected now that still exist. */
export function selected(session: ImageSession): Annotation[] {
  const { objects } = session.doc.getState();
  return session.ui.getState().selection.flatMap((id) => objects[id] ?? []);
}

/** Ids of the selection that exist and are not locked for `what`. */
export function selectedIds(session: ImageSession, what: "edit" | "label" | "delete"): string[] {
  const { objects } = session.doc.getState();
  const { locks } = projectOf(session.params);
  return session.ui.getState().selection.filter((id) => {
    const object = objects[id];
    return object !== undefined && !locks.isLocked(object.uuid, what);
  });
}

/** Why nothing can be drawn now, or null. */
export function drawBlocked(session: ImageSession): string | null {
  const project = projectOf(session.params);
  if (session.mode !== "edit") return t("image.blocked.mode");
  if (!project.locks.add) return t("image.blocked.locked");
  const { label, mediaSize } = session.ui.getState();
  if (!mediaSize) return t("image.blocked.loading");
  return isDrawable(project, label) ? null : t("image.blocked.label");
}

/** Adds a box with the current label and selects it. */
export function addBox(session: ImageSession, rect: Rect): void {
  const { label, mediaSize } = session.ui.getState();
  if (label === null || drawBlocked(session) !== null) return;
  const uuid = newUuid();
  const box = makeBox(uuid, label, { ...rect, rotation: 0 }, projectOf(session.params), mediaSize);
  session.edit(t("image.edit.draw"), (doc) => {
    doc.objects[uuid] = castDraft(box);
    doc.order.push(uuid);
  });
  session.ui.setState({ selection: [uuid] });
}

/** Adds a box around a point without the mouse: a fifth of what is visible, at least the smallest allowed. */
export function addBoxAt(session: ImageSession, centre: { x: number; y: number }, visible: number): void {
  const limits = limitsOf(projectOf(session.params), session.ui.getState().mediaSize);
  const side = Math.max(visible / 5, 8);
  const width = Math.max(side, minimumWidth(limits));
  const height = Math.max(side, minimumHeight(limits));
  const rect = { x: centre.x - width / 2, y: centre.y - height / 2, width, height };
  const { minX, minY, maxX, maxY } = limits.bounds;
  const fitting = { ...rect, width: Math.min(width, maxX - minX), height: Math.min(height, maxY - minY) };
  addBox(session, keepInside(fitting, limits.bounds));
}

/** The edit that gives boxes a new geometry; those that stay the same are not touched. */
export function boxesEdit(
  session: ImageSession,
  boxes: ReadonlyMap<string, BoxGeometry>,
): (doc: Draft<ImageDoc>) => void {
  const { canRotate } = projectOf(session.params);
  const { objects } = session.doc.getState();
  const changed = [...boxes].filter(([id, box]) => {
    const was = objects[id] && boxOf(objects[id]);
    return !was || !sameJson(was, box);
  });
  return (doc) => {
    for (const [id, box] of changed) {
      const object = doc.objects[id];
      if (object) Object.assign(object, boxFields(box, canRotate || object.rotation !== undefined));
    }
  };
}

function changeSelectedBoxes(
  session: ImageSession,
  kind: "move" | "resize",
  change: (box: BoxGeometry) => BoxGeometry,
): void {
  const { objects } = session.doc.getState();
  const limits = limitsOf(projectOf(session.params), session.ui.getState().mediaSize);
  const boxes = new Map<string, BoxGeometry>();
  for (const id of selectedIds(session, "edit")) {
    const box = objects[id] && boxOf(objects[id]);
    if (box) boxes.set(id, roundBox(change(box), limits));
  }
  if (boxes.size === 0) return;
  const mergeKey = `${kind}:${[...boxes.keys()].join()}`;
  session.edit(t(`image.edit.${kind}`), boxesEdit(session, boxes), { mergeKey });
}

/** Moves the selected boxes, image pixels; repeated presses are one undo step. */
export function nudge(session: ImageSession, dx: number, dy: number): void {
  const limits = limitsOf(projectOf(session.params), session.ui.getState().mediaSize);
  changeSelectedBoxes(session, "move", (box) => moveBox(box, dx, dy, limits));
}

/** Moves the right or lower side of the selected boxes, image pixels. */
export function grow(session: ImageSession, dw: number, dh: number): void {
  const limits = limitsOf(projectOf(session.params), session.ui.getState().mediaSize);
  changeSelectedBoxes(session, "resize", (box) => {
    // Turned boxes grow along their own sides, so the target is given in the box's frame.
    const flat = { ...box, rotation: 0 };
    const to = { x: box.x + box.width + dw, y: box.y + box.height + dh };
    if (box.rotation !== 0) {
      const width = Math.max(minimumWidth(limits), box.width + dw);
      const height = Math.max(minimumHeight(limits), box.height + dh);
      return { ...box, width, height };
    }
    return resizeBox(flat, { hx: 1, hy: 1 }, to, limits);
  });
}

/** Deletes objects; links and linked attributes that pointed to them go too. */
export function remove(session: ImageSession, ids: readonly string[]): void {
  const { objects } = session.doc.getState();
  const { locks, attributes } = projectOf(session.params);
  const gone = new Set(ids.filter((id) => objects[id] && !locks.isLocked(objects[id].uuid, "delete")));
  if (gone.size < ids.length) notify(session, t("image.blocked.delete"));
  if (gone.size === 0) return;
  const { order } = session.doc.getState();
  const next = order[order.findIndex((id) => gone.has(id)) + 1];
  const linked = Object.keys(attributes).filter((name) => attributes[name]?.type === "linked");
  session.edit(t("image.edit.delete", { count: gone.size }), (doc) => {
    for (const id of gone) delete doc.objects[id];
    doc.order = doc.order.filter((id) => !gone.has(id));
    doc.links = doc.links.filter((link) => {
      const { from, to } = link as { from?: string; to?: string };
      return !gone.has(from ?? "") && !gone.has(to ?? "");
    });
    if (linked.length === 0) return;
    for (const id of doc.order) {
      const values = doc.objects[id]?.attributes;
      for (const name of linked) if (values && gone.has(String(values[name]))) delete values[name];
    }
  });
  session.ui.setState({ selection: gone.size === 1 && next !== undefined && !gone.has(next) ? [next] : [] });
}

/** Whether a label chosen now goes to the selected objects: only to those that were selected by hand. */
export function relabels(session: ImageSession): boolean {
  return session.mode === "edit" && isPicked(session.ui.getState()) && selected(session).length > 0;
}

/** Lets the label keys go to the selection, or to the next object again. */
export function toggleRelabel(session: ImageSession): void {
  const { selection } = session.ui.getState();
  session.ui.setState({ picked: relabels(session) ? null : selection });
}

/** Picks the label of the next object; objects selected by hand get it too where their geometry allows. */
export function pickLabel(session: ImageSession, label: string): void {
  const project = projectOf(session.params);
  session.ui.setState({ label });
  if (session.mode !== "edit") return;
  if (!relabels(session)) {
    // The label is meant for what is drawn next.
    if (isDrawable(project, label)) session.ui.setState({ tool: "box" });
    return;
  }
  const { objects } = session.doc.getState();
  const others = session.ui.getState().selection.filter((id) => objects[id] && objects[id].label !== label);
  const ids = others.filter((id) => {
    const { uuid, type } = objects[id]!;
    const offered = labelsFor(project, type).some(({ choice }) => choice === label);
    return offered && !project.locks.isLocked(uuid, "label");
  });
  if (ids.length < others.length) {
    const shown = displayOf(project.labels, label);
    notify(session, t("image.notice.not_relabelled", { count: others.length - ids.length, label: shown }));
  }
  if (ids.length === 0) return;
  session.edit(t("image.edit.label"), (doc) => {
    for (const id of ids) {
      const object = doc.objects[id];
      if (object) object.label = label;
    }
  });
}

/** Answers an attribute of objects; undefined takes the answer back. */
export function setAttribute(
  session: ImageSession,
  ids: readonly string[],
  name: string,
  value: AttributeValue | undefined,
): void {
  session.edit(
    t("image.edit.attribute"),
    (doc) => {
      for (const id of ids) {
        const object = doc.objects[id];
        if (!object) continue;
        const values = { ...object.attributes };
        if (value === undefined) delete values[name];
        else values[name] = value;
        object.attributes = values;
      }
    },
    isTyped(projectOf(session.params).attributes[name])
      ? { mergeKey: `attribute:${name}:${ids.join()}` }
      : {},
  );
}

/** Answers a task-level attribute. */
export function setGlobal(session: ImageSession, name: string, value: AttributeValue | undefined): void {
  session.edit(
    t("image.edit.attribute"),
    (doc) => {
      if (value === undefined) delete doc.globals[name];
      else doc.globals[name] = value;
    },
    isTyped(projectOf(session.params).globalAttributes[name]) ? { mergeKey: `global:${name}` } : {},
  );
}

/** Copies the selected boxes a little to the right and down and selects the copies. */
export function duplicate(session: ImageSession): void {
  const { objects } = session.doc.getState();
  const project = projectOf(session.params);
  const limits = limitsOf(project, session.ui.getState().mediaSize);
  if (!project.locks.add) {
    notify(session, t("image.blocked.locked"));
    return;
  }
  const copies: Annotation[] = session.ui.getState().selection.flatMap((id) => {
    const object = objects[id];
    const box = object && boxOf(object);
    if (!object || !box) return [];
    const moved = roundBox(moveBox(box, 12, 12, limits), limits);
    const attributes = object.attributes && { attributes: { ...object.attributes } };
    return [
      { ...object, ...attributes, uuid: newUuid(), ...boxFields(moved, object.rotation !== undefined) },
    ];
  });
  if (copies.length === 0) return;
  session.edit(t("image.edit.duplicate"), (doc) => {
    for (const copy of copies) {
      doc.objects[copy.uuid] = castDraft(copy);
      doc.order.push(copy.uuid);
    }
  });
  session.ui.setState({ selection: copies.map(({ uuid }) => uuid) });
}

/** Hides or shows objects on the canvas. */
export function toggleHidden(session: ImageSession, ids: readonly string[]): void {
  const hidden = new Set(session.ui.getState().hidden);
  const hide = ids.some((id) => !hidden.has(id));
  for (const id of ids) {
    if (hide) hidden.add(id);
    else hidden.delete(id);
  }
  session.ui.setState({ hidden });
}
