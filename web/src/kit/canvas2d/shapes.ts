import type { LabelStyle } from "../labels/palette";
import { type Bounds, boundsOfPoints, distanceToSegment, insideRing, type Point, ringArea } from "./geometry";

/** How the flat coordinates of a shape are meant. */
export type ShapeKind =
  /** One axis-aligned rectangle: `[left, top, right, bottom]`. */
  | "rect"
  /** A closed ring. */
  | "ring"
  /** An open chain. */
  | "chain"
  /** One point. */
  | "point"
  /** Independent segments `[ax, ay, bx, by, …]`. */
  | "segments";

/** Something the canvas can draw and find; coordinates in image pixels. */
export interface Shape {
  id: string;
  kind: ShapeKind;
  points: readonly number[];
  bounds: Bounds;
  /** Pixels² of the outline's inside; breaks ties between shapes under the pointer: the smallest wins. */
  area: number;
  style: LabelStyle;
  /** Short text drawn at the top-left corner when there is room. */
  tag: string;
  /** For reviewers: `dim` steps back, `strong` is what to look at, `gone` is what no longer exists (crossed out). */
  emphasis: "normal" | "dim" | "strong" | "gone";
}

export function makeShape(
  id: string,
  kind: ShapeKind,
  points: readonly number[],
  style: LabelStyle,
  tag: string,
  emphasis: Shape["emphasis"] = "normal",
): Shape {
  const bounds = boundsOfPoints(points);
  const boxed = (bounds.maxX - bounds.minX) * (bounds.maxY - bounds.minY);
  const area = kind === "ring" ? ringArea(points) : kind === "rect" ? boxed : 0;
  return { id, kind, points, bounds, area, style, tag, emphasis };
}

/** Flat ring of an ellipse given by four extremal points `[x0, y0, …, x3, y3]`; opposite pairs are its axes. */
export function ellipseRing(extremes: readonly number[], steps = 48): number[] {
  const [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0, dx = 0, dy = 0] = extremes;
  const mx = (ax + bx + cx + dx) / 4;
  const my = (ay + by + cy + dy) / 4;
  const ux = (ax - cx) / 2;
  const uy = (ay - cy) / 2;
  const vx = (bx - dx) / 2;
  const vy = (by - dy) / 2;
  return Array.from({ length: steps }, (_, i) => {
    const at = (2 * Math.PI * i) / steps;
    return [mx + Math.cos(at) * ux + Math.sin(at) * vx, my + Math.cos(at) * uy + Math.sin(at) * vy];
  }).flat();
}

/** Where the pointer met a shape: on its outline, inside it, or not at all. */
export type Hit = "edge" | "inside" | null;

function nearChain(p: Point, points: readonly number[], closed: boolean, tolerance: number): boolean {
  const n = points.length;
  for (let i = 0; i + 3 < n; i += 2) {
    if (distanceToSegment(p, points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!) <= tolerance)
      return true;
  }
  return (
    closed &&
    n >= 6 &&
    distanceToSegment(p, points[n - 2]!, points[n - 1]!, points[0]!, points[1]!) <= tolerance
  );
}

/**
 * Tests a shape exactly.
 *
 * @param tolerance how far from an outline still counts, image pixels.
 */
export function hitShape(shape: Shape, p: Point, tolerance: number): Hit {
  const { points, bounds } = shape;
  switch (shape.kind) {
    case "rect": {
      const inner = Math.min(p.x - bounds.minX, bounds.maxX - p.x, p.y - bounds.minY, bounds.maxY - p.y);
      if (inner < -tolerance) return null;
      return inner <= tolerance ? "edge" : "inside";
    }
    case "ring":
      if (nearChain(p, points, true, tolerance)) return "edge";
      return insideRing(p, points) ? "inside" : null;
    case "chain":
      return nearChain(p, points, false, tolerance) ? "edge" : null;
    case "point":
      return Math.hypot(p.x - points[0]!, p.y - points[1]!) <= tolerance * 2 ? "edge" : null;
    case "segments":
      for (let i = 0; i + 3 < points.length; i += 4) {
        if (distanceToSegment(p, points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!) <= tolerance)
          return "edge";
      }
      return null;
  }
}
