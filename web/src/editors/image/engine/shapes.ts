import { outlineOf } from "../../../kit/canvas2d/annotation";
import { makeShape, type Shape } from "../../../kit/canvas2d/shapes";
import { displayOf } from "../../../kit/labels/labels";
import { labelStyle } from "../../../kit/labels/palette";
import type { Project } from "../project";
import type { Annotation } from "../types";

/** What the canvas draws for an annotation; null when it has no usable geometry. */
export function shapeOf(
  id: string,
  annotation: Annotation,
  project: Project,
  emphasis: Shape["emphasis"] = "normal",
  tag = displayOf(project.labels, annotation.label),
): Shape | null {
  const outline = outlineOf(annotation);
  const style = labelStyle(project.indexOf(annotation.label));
  return outline && makeShape(id, outline.kind, outline.points, style, tag, emphasis);
}
