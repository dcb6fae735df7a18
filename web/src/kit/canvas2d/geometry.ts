/** A point in image or screen pixels. */
export interface Point {
  x: number;
  y: number;
}

/** An axis-aligned rectangle; `width` and `height` are never negative. */
export interface Rect extends Point {
  width: number;
  height: number;
}

/** Bounds as the spatial index wants them. */
export interface Bounds {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** The rectangle between two corners, in any order. */
export function rectBetween(a: Point, b: Point): Rect {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

export function boundsOfRect({ x, y, width, height }: Rect): Bounds {
  return { minX: x, minY: y, maxX: x + width, maxY: y + height };
}

export function rectOfBounds({ minX, minY, maxX, maxY }: Bounds): Rect {
  return { x: minX, y: minY, width: maxX - minX, height: maxY - minY };
}

/** Bounds of flat coordinates `[x0, y0, x1, y1, …]`; empty input gives an empty box at the origin. */
export function boundsOfPoints(points: readonly number[]): Bounds {
  if (points.length < 2) return { minX: 0, minY: 0, maxX: 0, maxY: 0 };
  const bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = points[i] ?? 0;
    const y = points[i + 1] ?? 0;
    bounds.minX = Math.min(bounds.minX, x);
    bounds.minY = Math.min(bounds.minY, y);
    bounds.maxX = Math.max(bounds.maxX, x);
    bounds.maxY = Math.max(bounds.maxY, y);
  }
  return bounds;
}

export function unionBounds(a: Bounds, b: Bounds): Bounds {
  return {
    minX: Math.min(a.minX, b.minX),
    minY: Math.min(a.minY, b.minY),
    maxX: Math.max(a.maxX, b.maxX),
    maxY: Math.max(a.maxY, b.maxY),
  };
}

export function growBounds(bounds: Bounds, by: number): Bounds {
  return { minX: bounds.minX - by, minY: bounds.minY - by, maxX: bounds.maxX + by, maxY: bounds.maxY + by };
}

export function overlaps(a: Bounds, b: Bounds): boolean {
  return a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY;
}

export function clamp(value: number, min: number, max: number): number {
  // An impossible interval (image smaller than the shape) sticks to its lower end.
  return Math.max(min, Math.min(max, value));
}

export function clampPoint({ x, y }: Point, to: Bounds): Point {
  return { x: clamp(x, to.minX, to.maxX), y: clamp(y, to.minY, to.maxY) };
}

/** Moves a rectangle back inside `to` without changing its size. */
export function keepInside(rect: Rect, to: Bounds): Rect {
  return {
    ...rect,
    x: clamp(rect.x, to.minX, Math.max(to.minX, to.maxX - rect.width)),
    y: clamp(rect.y, to.minY, Math.max(to.minY, to.maxY - rect.height)),
  };
}

/** Turns `p` by `angle` radians, clockwise on screen (y down), about `centre`. */
export function rotateAbout(p: Point, centre: Point, angle: number): Point {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const dx = p.x - centre.x;
  const dy = p.y - centre.y;
  return { x: centre.x + dx * cos - dy * sin, y: centre.y + dx * sin + dy * cos };
}

export function centreOf({ x, y, width, height }: Rect): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * Corners of a box turned about its centre: top-left, top-right, bottom-right, bottom-left of the unturned box.
 *
 * @param angle radians, clockwise on screen.
 */
export function boxCorners(rect: Rect, angle: number): [Point, Point, Point, Point] {
  const centre = centreOf(rect);
  const turn = (x: number, y: number): Point => rotateAbout({ x, y }, centre, angle);
  const right = rect.x + rect.width;
  const bottom = rect.y + rect.height;
  return [turn(rect.x, rect.y), turn(right, rect.y), turn(right, bottom), turn(rect.x, bottom)];
}

/** Distance of `p` from the segment `a`-`b`. */
export function distanceToSegment(p: Point, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  const at = length2 === 0 ? 0 : clamp(((p.x - ax) * dx + (p.y - ay) * dy) / length2, 0, 1);
  return Math.hypot(p.x - (ax + at * dx), p.y - (ay + at * dy));
}

/** Even-odd test of a point against a ring of flat coordinates. */
export function insideRing(p: Point, ring: readonly number[]): boolean {
  let inside = false;
  const n = ring.length;
  for (let i = 0, j = n - 2; i + 1 < n; j = i, i += 2) {
    const xi = ring[i] ?? 0;
    const yi = ring[i + 1] ?? 0;
    const xj = ring[j] ?? 0;
    const yj = ring[j + 1] ?? 0;
    if (yi > p.y !== yj > p.y && p.x < ((xj - xi) * (p.y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Area of a ring of flat coordinates, never negative. */
export function ringArea(ring: readonly number[]): number {
  let twice = 0;
  const n = ring.length;
  for (let i = 0, j = n - 2; i + 1 < n; j = i, i += 2) {
    twice += (ring[j] ?? 0) * (ring[i + 1] ?? 0) - (ring[i] ?? 0) * (ring[j + 1] ?? 0);
  }
  return Math.abs(twice) / 2;
}
