import { boxRing } from "./boxMath";
import { ellipseRing, type Shape } from "./shapes";

export interface WirePoint {
  x: number;
  y: number;
}

/**
 * Geometry of an annotation as on Scale's wire, in pixels of the original image.
 *
 * Boxes have `left`, `top`, `width`, `height` and, when turned, `rotation` (radians, clockwise about the centre);
 * polygons, lines and ellipses have `vertices`; points `x` and `y`; cuboids described vertices and edges.
 */
export interface WireGeometry {
  type: string;
  left?: number;
  top?: number;
  width?: number;
  height?: number;
  rotation?: number;
  vertices?: WirePoint[];
  x?: number;
  y?: number;
  edges?: unknown;
}

/** Cuboid edges by the vertices they join; used when an answer has vertices but no edges. */
const CUBOID_EDGES: readonly (readonly [string, string])[] = [
  ["face-topleft", "face-topright"],
  ["face-bottomleft", "face-bottomright"],
  ["face-topleft", "face-bottomleft"],
  ["face-topright", "face-bottomright"],
  ["side-topcorner", "side-bottomcorner"],
];

interface CuboidEdge {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

const flat = (points: readonly WirePoint[] | undefined): number[] =>
  (points ?? []).flatMap(({ x, y }) => [x, y]);

function cuboidSegments({ edges, vertices }: WireGeometry): number[] {
  if (Array.isArray(edges) && edges.length > 0) {
    return (edges as CuboidEdge[]).flatMap(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2]);
  }
  const corners = new Map(
    (vertices as (WirePoint & { description?: string })[] | undefined)?.map((one) => [
      one.description ?? "",
      one,
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

/** What the canvas draws for a geometry; null when it has no usable coordinates or is of an unknown type. */
export function outlineOf(geometry: WireGeometry): Pick<Shape, "kind" | "points"> | null {
  const { type, left, top, width, height, rotation = 0, vertices, x, y } = geometry;
  const outline = (kind: Shape["kind"], points: number[]): Pick<Shape, "kind" | "points"> | null =>
    points.length >= 2 ? { kind, points } : null;
  switch (type) {
    case "box":
      if (left === undefined || top === undefined || width === undefined || height === undefined) return null;
      return rotation === 0
        ? outline("rect", [left, top, left + width, top + height])
        : outline("ring", boxRing({ x: left, y: top, width, height, rotation }));
    case "polygon":
      return outline("ring", flat(vertices));
    case "line":
      return outline("chain", flat(vertices));
    case "ellipse":
      return outline("ring", vertices?.length === 4 ? ellipseRing(flat(vertices)) : []);
    case "point":
      return outline("point", x === undefined || y === undefined ? [] : [x, y]);
    case "cuboid":
      return outline("segments", cuboidSegments(geometry));
    default:
      return null; // a geometry of a newer server: kept in the answer, not drawn
  }
}
