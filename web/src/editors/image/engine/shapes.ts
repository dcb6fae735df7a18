import { boxRing } from "../../../kit/canvas2d/boxMath";
import { ellipseRing, makeShape, type Shape } from "../../../kit/canvas2d/shapes";
import { displayOf } from "../../../kit/labels/labels";
import { labelStyle } from "../../../kit/labels/palette";
import { boxOf, type Project } from "../project";
import type { Annotation, WirePoint } from "../types";

/** Cuboid edges by the vertices they join; used when the answer has vertices but no edges. */
const CUBOID_EDGES: readonly (readonly [string, string])[] = [
  ["face-topleft", "face-topright"],
  ["face-bottomleft", "face-bottomright"],
  ["face-topleft", "face-bottomleft"],
  ["face-topright", "face-bottomright"],
  ["side-topcorner", "side-bottomcorner"],
];

const flat = (points: readonly WirePoint[] | undefined): number[] => (points ?? []).flatMap(({ x, y }) => [x, y]);

interface CuboidEdge {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

function cuboidSegments(annotation: Annotation): number[] {
  const edges = annotation.edges as readonly CuboidEdge[] | undefined;
  if (edges && edges.length > 0) return edges.flatMap(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2]);
  const corners = new Map(
    (annotation.vertices as (WirePoint & { description?: string })[] | undefined)?.map((vertex) => [
      vertex.description ?? "",
      vertex,
    ]),
  );
  // The side's corners join the nearer side of the face.
  const side = corners.get("side-topcorner")?.x ?? 0;
  const near = side < (corners.get("face-topleft")?.x ?? 0) ? "left" : "right";
  const joints: [string, string][] = [
    [`face-top${near}`, "side-topcorner"],
    [`face-bottom${near}`, "side-bottomcorner"],
  ];
  return [...CUBOID_EDGES, ...joints].flatMap(([from, to]) => {
    const a = corners.get(from);
    const b = corners.get(to);
    return a && b ? [a.x, a.y, b.x, b.y] : [];
  });
}

/** What the canvas draws for an annotation; null when it has no usable geometry. */
export function shapeOf(
  id: string,
  annotation: Annotation,
  project: Project,
  emphasis: Shape["emphasis"] = "normal",
  tag = displayOf(project.labels, annotation.label),
): Shape | null {
  const style = labelStyle(project.indexOf(annotation.label));
  const make = (kind: Shape["kind"], points: readonly number[]): Shape | null =>
    points.length >= 2 ? makeShape(id, kind, points, style, tag, emphasis) : null;
  switch (annotation.type) {
    case "box": {
      const box = boxOf(annotation);
      if (!box) return null;
      return box.rotation === 0
        ? make("rect", [box.x, box.y, box.x + box.width, box.y + box.height])
        : make("ring", boxRing(box));
    }
    case "polygon":
      return make("ring", flat(annotation.vertices));
    case "line":
      return make("chain", flat(annotation.vertices));
    case "ellipse":
      return make("ring", annotation.vertices?.length === 4 ? ellipseRing(flat(annotation.vertices)) : []);
    case "point":
      return make("point", annotation.x === undefined || annotation.y === undefined ? [] : [annotation.x, annotation.y]);
    case "cuboid":
      return make("segments", cuboidSegments(annotation));
    default:
      return null; // a geometry of a newer server: kept in the answer, not drawn
  }
}
