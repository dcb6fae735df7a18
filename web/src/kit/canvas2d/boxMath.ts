import {
  type Bounds,
  boxCorners,
  centreOf,
  clamp,
  keepInside,
  type Point,
  type Rect,
  rotateAbout,
} from "./geometry";

/** A box of the image: the unturned rectangle and its rotation, radians, clockwise about the centre. */
export interface BoxGeometry extends Rect {
  rotation: number;
}

export interface BoxLimits {
  /** Where boxes may lie, image pixels. */
  bounds: Bounds;
  minWidth: number;
  minHeight: number;
  /** Whole pixels only; turned boxes are exempt. */
  integer: boolean;
}

/** A resize handle by the side it pulls: -1 left/top, 0 none, 1 right/bottom. */
export interface Handle {
  hx: -1 | 0 | 1;
  hy: -1 | 0 | 1;
}

export const HANDLES: readonly Handle[] = [
  { hx: -1, hy: -1 },
  { hx: 0, hy: -1 },
  { hx: 1, hy: -1 },
  { hx: 1, hy: 0 },
  { hx: 1, hy: 1 },
  { hx: 0, hy: 1 },
  { hx: -1, hy: 1 },
  { hx: -1, hy: 0 },
];

/** Decimals kept of pixel coordinates; finer is below what anybody can aim at. */
const DECIMALS = 100;

const tidy = (value: number): number => Math.round(value * DECIMALS) / DECIMALS;

/** A width or height of zero is no box, whatever the project allows. */
export const minimumWidth = (limits: BoxLimits): number =>
  Math.max(limits.minWidth, limits.integer ? 1 : 0.5);
export const minimumHeight = (limits: BoxLimits): number =>
  Math.max(limits.minHeight, limits.integer ? 1 : 0.5);

/** Whether a drawn rectangle is large enough to be a box. */
export function isLargeEnough(rect: Rect, limits: BoxLimits): boolean {
  return rect.width >= minimumWidth(limits) && rect.height >= minimumHeight(limits);
}

/** Rounds to what is stored: whole pixels when the project wants them, else hundredths. */
export function roundBox(box: BoxGeometry, limits: BoxLimits): BoxGeometry {
  const round = limits.integer && box.rotation === 0 ? Math.round : tidy;
  const x = round(box.x);
  const y = round(box.y);
  // Rounding both edges, not edge and size, keeps an edge in place while the other one moves.
  return {
    ...box,
    x,
    y,
    width: tidy(round(box.x + box.width) - x),
    height: tidy(round(box.y + box.height) - y),
  };
}

/** Moves a box; an unturned one stays inside the bounds, of a turned one the centre does. */
export function moveBox(box: BoxGeometry, dx: number, dy: number, limits: BoxLimits): BoxGeometry {
  const moved = { ...box, x: box.x + dx, y: box.y + dy };
  if (box.rotation === 0) return { ...moved, ...keepInside(moved, limits.bounds) };
  const { minX, minY, maxX, maxY } = limits.bounds;
  return {
    ...moved,
    x: clamp(moved.x, minX - box.width / 2, maxX - box.width / 2),
    y: clamp(moved.y, minY - box.height / 2, maxY - box.height / 2),
  };
}

/** Screen or image position of a handle. */
export function handlePoint(box: BoxGeometry, { hx, hy }: Handle): Point {
  const at = { x: box.x + (box.width * (hx + 1)) / 2, y: box.y + (box.height * (hy + 1)) / 2 };
  return box.rotation === 0 ? at : rotateAbout(at, centreOf(box), box.rotation);
}

/**
 * Pulls a handle to `to`; the opposite edge or corner stays where it is.
 *
 * @param to image pixels; clamped to the bounds.
 * @param square keep the proportions of the box, for corner handles.
 */
export function resizeBox(
  box: BoxGeometry,
  { hx, hy }: Handle,
  to: Point,
  limits: BoxLimits,
  square = false,
): BoxGeometry {
  const centre = centreOf(box);
  const { bounds } = limits;
  const inside = { x: clamp(to.x, bounds.minX, bounds.maxX), y: clamp(to.y, bounds.minY, bounds.maxY) };
  const local = rotateAbout(inside, centre, -box.rotation);
  const minWidth = minimumWidth(limits);
  const minHeight = minimumHeight(limits);
  let width =
    hx === 0 ? box.width : Math.max(minWidth, hx > 0 ? local.x - box.x : box.x + box.width - local.x);
  let height =
    hy === 0 ? box.height : Math.max(minHeight, hy > 0 ? local.y - box.y : box.y + box.height - local.y);
  if (square && hx !== 0 && hy !== 0) {
    const factor = Math.max(
      Math.min(width / box.width, height / box.height),
      minWidth / box.width,
      minHeight / box.height,
    );
    width = box.width * factor;
    height = box.height * factor;
  }
  const x = hx < 0 ? box.x + box.width - width : box.x;
  const y = hy < 0 ? box.y + box.height - height : box.y;
  if (box.rotation === 0) return { ...box, ...keepInside({ x, y, width, height }, bounds) };
  const turnedCentre = rotateAbout({ x: x + width / 2, y: y + height / 2 }, centre, box.rotation);
  return { ...box, width, height, x: turnedCentre.x - width / 2, y: turnedCentre.y - height / 2 };
}

/** Turns a box so that its upper side looks at `to`; `snap` rounds to 15 degrees. */
export function turnBox(box: BoxGeometry, to: Point, snap: boolean): BoxGeometry {
  const centre = centreOf(box);
  const angle = Math.atan2(to.y - centre.y, to.x - centre.x) + Math.PI / 2;
  const step = Math.PI / 12;
  return { ...box, rotation: normalizeAngle(snap ? Math.round(angle / step) * step : angle) };
}

/** The same angle in (-π, π], radians; hundredths of a degree. */
export function normalizeAngle(angle: number): number {
  const turn = 2 * Math.PI;
  const wrapped = angle - turn * Math.ceil((angle - Math.PI) / turn);
  const rounded = Math.round(wrapped * 1e4) / 1e4;
  return rounded === 0 ? 0 : rounded;
}

/** Flat ring of a box's corners, for drawing. */
export function boxRing(box: BoxGeometry): number[] {
  return boxCorners(box, box.rotation).flatMap(({ x, y }) => [x, y]);
}

const CURSORS = ["ew-resize", "nwse-resize", "ns-resize", "nesw-resize"] as const;

/** Mouse cursor of a handle; follows the box's rotation in steps of 45 degrees. */
export function handleCursor({ hx, hy }: Handle, rotation: number): string {
  const angle = Math.atan2(hy, hx) + rotation;
  const step = ((Math.round(angle / (Math.PI / 4)) % 4) + 4) % 4;
  return CURSORS[step] ?? "pointer";
}
