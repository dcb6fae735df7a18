import { layerShapes } from "../../../kit/canvas2d/layers";
import type { Shape } from "../../../kit/canvas2d/shapes";
import type { Change, Overlay, UiState } from "../../../kit/doc/types";
import { displayOf } from "../../../kit/labels/labels";
import type { Project } from "../project";
import { BEFORE, type ImageDoc } from "../types";
import { shapeOf } from "./shapes";

/** Turns documents into drawn shapes; unchanged objects keep their shape, so that nothing is repainted for them. */
export class Scene {
  private cache = new Map<string, { key: unknown; mark: string; shape: Shape | null }>();

  private readonly layers: readonly Shape[];

  /** @param layers the task's `layers` param: drawings below the answer. */
  constructor(
    private readonly project: Project,
    layers: unknown,
  ) {
    this.layers = layerShapes(layers);
  }

  /** Shapes of an answer and, with an overlay, of what it differs from. */
  shapes(doc: ImageDoc, overlay: Overlay<ImageDoc> | null, compare: UiState["compare"]): Shape[] {
    const next: typeof this.cache = new Map();
    const shapes: Shape[] = [...this.layers];
    const add = (id: string, source: ImageDoc, emphasis: Shape["emphasis"], note: string): void => {
      const annotation = source.objects[id.startsWith(BEFORE) ? id.slice(BEFORE.length) : id];
      if (!annotation) return;
      const mark = `${emphasis}:${note}`;
      const known = this.cache.get(id);
      const entry =
        known && known.key === annotation && known.mark === mark
          ? known
          : {
              key: annotation,
              mark,
              shape: shapeOf(
                id,
                annotation,
                this.project,
                emphasis,
                note === "" ? displayOf(this.project.labels, annotation.label) : note,
              ),
            };
      next.set(id, entry);
      if (entry.shape) shapes.push(entry.shape);
    };
    if (overlay && compare === "before") {
      for (const id of overlay.reference.order) add(BEFORE + id, overlay.reference, "normal", "");
    } else if (overlay && compare === "both") {
      this.addComparison(doc, overlay, add);
    } else {
      for (const id of doc.order) add(id, doc, "normal", "");
    }
    this.cache = next;
    return shapes;
  }

  private addComparison(
    doc: ImageDoc,
    overlay: Overlay<ImageDoc>,
    add: (id: string, source: ImageDoc, emphasis: Shape["emphasis"], note: string) => void,
  ): void {
    const byObject = new Map<string, Change[]>();
    for (const change of overlay.changes) {
      if (change.objectId === undefined) continue;
      byObject.set(change.objectId, [...(byObject.get(change.objectId) ?? []), change]);
    }
    for (const id of overlay.reference.order) {
      const changes = byObject.get(id);
      if (changes?.some(({ kind }) => kind === "removed")) {
        add(BEFORE + id, overlay.reference, "gone", changes[0]?.message ?? "");
      } else if (changes?.some(({ kind }) => kind === "moved")) {
        add(BEFORE + id, overlay.reference, "dim", "");
      }
    }
    for (const id of doc.order) {
      const changes = byObject.get(id);
      add(id, doc, changes ? "strong" : "dim", changes?.map(({ message }) => message).join(", ") ?? "");
    }
  }
}
