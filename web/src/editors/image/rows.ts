import type { Change, Issue, Overlay } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import { displayOf } from "../../kit/labels/labels";
import { labelStyle } from "../../kit/labels/palette";
import type { ObjectRow } from "../../kit/ui/ObjectList";
import type { Project } from "./project";
import { type Annotation, BEFORE, type ImageDoc } from "./types";

interface Marks {
  issues: readonly Issue[];
  changes: readonly Change[];
  hidden: ReadonlySet<string>;
}

function detailOf(annotation: Annotation, number: number): string {
  const { type, width, height } = annotation;
  const size = type === "box" ? ` · ${Math.round(width ?? 0)}×${Math.round(height ?? 0)}` : "";
  return `${number} · ${t(`image.geometry.${type}`)}${size}`;
}

const sameRow = (a: ObjectRow, b: ObjectRow): boolean =>
  (Object.keys(b) as (keyof ObjectRow)[]).every((key) =>
    key === "style" ? a.style.color === b.style.color && a.style.dash === b.style.dash : a[key] === b[key],
  );

/** Makes the rows of the object list; rows that say the same as before are the same objects, so React skips them. */
export function createRows(project: Project): (doc: ImageDoc, marks: Marks) => ObjectRow[] {
  let cache = new Map<string, ObjectRow>();
  return (doc, { issues, changes, hidden }) => {
    const problems = new Map<string, ObjectRow["problem"]>();
    for (const { objectId, code } of issues) {
      // What is merely not answered yet is no mistake: it is marked more softly.
      const severity = code === "attribute_required" ? "warning" : "error";
      if (objectId !== undefined && problems.get(objectId) !== "error") problems.set(objectId, severity);
    }
    const changed = new Map<string, string>();
    for (const { objectId, kind } of changes) {
      if (objectId !== undefined && !changed.has(objectId)) changed.set(objectId, t(`image.change.${kind}`));
    }
    const next = new Map<string, ObjectRow>();
    doc.order.forEach((id, index) => {
      const annotation = doc.objects[id];
      if (!annotation) return;
      const row: ObjectRow = {
        id,
        title: displayOf(project.labels, annotation.label),
        detail: detailOf(annotation, index + 1),
        style: labelStyle(project.indexOf(annotation.label)),
        problem: problems.get(id) ?? null,
        change: changed.get(id),
        hidden: hidden.has(id),
        deletable: !project.locks.isLocked(annotation.uuid, "delete"),
      };
      const known = cache.get(id);
      next.set(id, known && sameRow(known, row) ? known : row);
    });
    cache = next;
    return [...next.values()];
  };
}

/** Rows of objects an earlier answer had and this one has not, at the end of a reviewer's list. */
export function removedRows({ reference, changes }: Overlay<ImageDoc>, project: Project): ObjectRow[] {
  return changes.flatMap(({ kind, objectId }) => {
    const annotation = kind === "removed" && objectId !== undefined ? reference.objects[objectId] : undefined;
    if (!annotation) return [];
    return {
      id: BEFORE + objectId,
      title: displayOf(project.labels, annotation.label),
      detail: t(`image.geometry.${annotation.type}`),
      style: labelStyle(project.indexOf(annotation.label)),
      problem: null,
      change: t("image.change.removed"),
      hidden: false,
      deletable: false,
    };
  });
}

/** Objects per label, for the palette. */
export function countLabels(doc: ImageDoc): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of Object.values(doc.objects)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
