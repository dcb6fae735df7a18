/**
 * The shape of an object between its keyframes. The server does the same in `tasktypes/video/interpolation.py`, to the
 * last bit, so that what is exported is what was seen here; both are tested with `contract/vectors/interpolation.json`.
 */

export type GeometryName = "box" | "polygon" | "line" | "point" | "cuboid" | "ellipse";

interface Vertex {
  x: number;
  y: number;
  z?: number;
  [member: string]: unknown;
}

interface Corner extends Vertex {
  description: string;
}

/** An object in one frame, as tracks have it: what its geometry has, in pixels and radians. */
export interface TrackFrame {
  /** Number of the frame. */
  key: number;
  is_keyframe?: boolean;
  /** The object is not seen again before its next keyframe. */
  is_last?: boolean;
  attributes?: Record<string, unknown>;
  [member: string]: unknown;
}

export interface InterpolationOptions {
  /** Boxes have whole pixels (`integer_pixels`), unless they are turned. */
  whole?: boolean;
  /** Hold the first keyframe before it, and the last one, without `is_last`, after it. */
  extend?: boolean;
}

type Members = Record<string, unknown>;
type Box = Record<"left" | "top" | "width" | "height", number> & { rotation?: number };

/** Results are whole numbers of a pixel's, radian's or metre's millionth. */
const UNITS = 1e6;
const TURN = 2 * Math.PI;
const SIDES = [
  ["left", "width"],
  ["top", "height"],
] as const;

/**
 * Returns an object in every frame: the keyframes as they are, with `is_keyframe` true, and the frames between them,
 * where it is false; by key.
 *
 * Boxes, points, ellipses and cuboids move linearly; polygons and lines do so between keyframes with equally many
 * vertices, and else keep the shape of the keyframe before. `attributes` are those of the keyframe before. What is
 * computed from the others (`edges`, and the `vertices` of boxes) is left out.
 *
 * @param keyframes in any order.
 * @param keys the frames that there are; keyframes need not be among them.
 * @throws RangeError when two keyframes have the same key.
 */
export function interpolate(
  geometry: GeometryName,
  keyframes: Iterable<TrackFrame>,
  keys: Iterable<number>,
  { whole = false, extend = false }: InterpolationOptions = {},
): TrackFrame[] {
  const known = [...keyframes].toSorted((a, b) => a.key - b.key);
  const steps = [...new Set(keys)].toSorted((a, b) => a - b);
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return [];
  if (known.some((one, i) => one.key === known[i + 1]?.key)) {
    throw new RangeError("two keyframes have the same key");
  }
  const found: TrackFrame[] = [];
  let at = 0;
  for (; at < steps.length && steps[at]! < first.key; at += 1) {
    if (extend) found.push(held(first, steps[at]!));
  }
  known.forEach((a, i) => {
    found.push({ ...a, is_keyframe: true });
    const b = known[i + 1];
    for (; at < steps.length && steps[at]! <= a.key; at += 1);
    if (b === undefined) return;
    for (; at < steps.length && steps[at]! < b.key; at += 1) {
      if (!a.is_last) found.push(computed(geometry, a, b, steps[at]!, whole));
    }
  });
  if (extend && !last.is_last) for (; at < steps.length; at += 1) found.push(held(last, steps[at]!));
  return found;
}

function computed(
  geometry: GeometryName,
  a: TrackFrame,
  b: TrackFrame,
  key: number,
  whole: boolean,
): TrackFrame {
  const drawn = DRAW[geometry](a, b, (key - a.key) / (b.key - a.key), whole);
  if (drawn === null) return held(a, key);
  const kept = a.attributes === undefined ? {} : { attributes: a.attributes };
  return { ...drawn, ...kept, key, is_keyframe: false };
}

function held(frame: TrackFrame, key: number): TrackFrame {
  const { timestamp: _timestamp, is_last: _last, edges: _edges, ...kept } = frame;
  if ("left" in kept) delete kept["vertices"];
  return { ...kept, key, is_keyframe: false };
}

/** Rounds, and brings the result back between the two values that it lies between. */
function rounded(value: number, a: number, b: number, units: number): number {
  return Math.min(Math.max(Math.floor(value * units + 0.5) / units, Math.min(a, b)), Math.max(a, b));
}

function between(a: number, b: number, t: number, units = UNITS): number {
  return a === b ? a : rounded(a + (b - a) * t, a, b, units);
}

/** The shorter way round; clockwise when both are as long. */
function angleBetween(a: number, b: number, t: number): number {
  const turn = b - a;
  return between(a, a + (turn - TURN * Math.ceil((turn - Math.PI) / TURN)), t);
}

function boxBetween(from: Members, to: Members, t: number, whole: boolean): Members {
  const a = from as Box;
  const b = to as Box;
  const units = whole && !a.rotation && !b.rotation ? 1 : UNITS;
  const drawn: Box = {
    left: between(a.left, b.left, t, units),
    top: between(a.top, b.top, t, units),
    width: between(a.width, b.width, t, units),
    height: between(a.height, b.height, t, units),
  };
  for (const [start, size] of SIDES) {
    const end = Math.max(a[start] + a[size], b[start] + b[size]);
    if (drawn[start] + drawn[size] > end) {
      // Both were rounded up: the box must not reach beyond those of its keyframes.
      drawn[start] = rounded(end - drawn[size], a[start], b[start], units);
    }
  }
  if (a.rotation !== undefined || b.rotation !== undefined) {
    drawn.rotation = angleBetween(a.rotation ?? 0, b.rotation ?? 0, t);
  }
  return drawn;
}

function pointBetween(from: Members, to: Members, t: number): Members {
  const a = from as Vertex;
  const b = to as Vertex;
  return { x: between(a.x, b.x, t), y: between(a.y, b.y, t) };
}

function pathBetween(from: Members, to: Members, t: number): Members | null {
  const a = from["vertices"] as Vertex[];
  const b = to["vertices"] as Vertex[];
  return a.length === b.length ? { vertices: moved(a, b, t) } : null;
}

function cuboidBetween(from: Members, to: Members, t: number): Members | null {
  const a = from["vertices"] as Corner[];
  const there = new Map((to["vertices"] as Corner[]).map((one) => [one.description, one]));
  const targets = a.flatMap((one) => there.get(one.description) ?? []);
  if (targets.length !== a.length || there.size !== a.length) return null;
  const drawn: Members = { vertices: moved(a, targets, t) };
  for (const name of ["points_2d", "points_3d"]) {
    if (name in from && name in to) {
      drawn[name] = moved(from[name] as Vertex[], to[name] as Vertex[], t);
    }
  }
  return drawn;
}

function moved(a: readonly Vertex[], b: readonly Vertex[], t: number): Vertex[] {
  return a.map((one, i) => {
    const other = b[i]!;
    const vertex: Vertex = { ...one, x: between(one.x, other.x, t), y: between(one.y, other.y, t) };
    if (one.z !== undefined && other.z !== undefined) vertex.z = between(one.z, other.z, t);
    return vertex;
  });
}

/** Per geometry, what lies between two keyframes; null where that cannot be told. */
const DRAW: Record<GeometryName, (a: Members, b: Members, t: number, whole: boolean) => Members | null> = {
  box: boxBetween,
  point: pointBetween,
  polygon: pathBetween,
  line: pathBetween,
  ellipse: pathBetween,
  cuboid: cuboidBetween,
};
