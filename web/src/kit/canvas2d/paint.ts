import { LABEL_DASHES } from "../labels/palette";
import type { Shape } from "./shapes";
import type { Viewport } from "./viewport";

/** Dark line under every coloured one: keeps shapes readable on light and on dark images. */
const HALO = "rgba(10, 12, 16, 0.72)";
const TAG_FONT = '600 11px system-ui, "Segoe UI", sans-serif';
const TAG_HEIGHT = 16;

/** How much detail a number of visible shapes allows per frame. */
export interface Detail {
  halo: boolean;
  dash: boolean;
  fill: boolean;
  tags: boolean;
}

/** Measured on a machine without GPU: outlines alone stay fluid at 5,000 shapes, dashes and text do not. */
export function detailFor(visible: number): Detail {
  return { halo: visible <= 2500, dash: visible <= 1000, fill: visible <= 1500, tags: visible <= 250 };
}

/** Draws several outlines per shape: path building is separate from stroking. */
function trace(ctx: CanvasRenderingContext2D, shape: Shape, view: Viewport): void {
  const { points } = shape;
  const { scale, x, y } = view;
  const sx = (i: number): number => points[i]! * scale + x;
  const sy = (i: number): number => points[i + 1]! * scale + y;
  ctx.beginPath();
  switch (shape.kind) {
    case "rect":
      ctx.rect(sx(0), sy(0), (points[2]! - points[0]!) * scale, (points[3]! - points[1]!) * scale);
      break;
    case "ring":
    case "chain":
      ctx.moveTo(sx(0), sy(0));
      for (let i = 2; i + 1 < points.length; i += 2) ctx.lineTo(sx(i), sy(i));
      if (shape.kind === "ring") ctx.closePath();
      break;
    case "segments":
      for (let i = 0; i + 3 < points.length; i += 4) {
        ctx.moveTo(sx(i), sy(i));
        ctx.lineTo(sx(i + 2), sy(i + 2));
      }
      break;
    case "point":
      ctx.arc(sx(0), sy(0), 5, 0, 2 * Math.PI);
      break;
  }
}

export interface StrokeOptions {
  width: number;
  halo: boolean;
  dash: boolean;
  /** Opacity of the inside, 0..1. */
  fill: number;
}

/** Draws one shape; coordinates are turned into screen pixels here so that lines keep their width at any zoom. */
export function strokeShape(
  ctx: CanvasRenderingContext2D,
  shape: Shape,
  view: Viewport,
  options: StrokeOptions,
): void {
  const { color } = shape.style;
  const dash = options.dash ? (LABEL_DASHES[shape.style.dash] ?? []) : [];
  // strokeRect is several times faster than an equal path, and boxes are the many.
  if (shape.kind === "rect" && dash.length === 0) {
    const [left = 0, top = 0, right = 0, bottom = 0] = shape.points;
    const x = left * view.scale + view.x;
    const y = top * view.scale + view.y;
    const width = (right - left) * view.scale;
    const height = (bottom - top) * view.scale;
    if (options.fill > 0) fillWith(ctx, color, options.fill, () => ctx.fillRect(x, y, width, height));
    if (options.halo) {
      ctx.lineWidth = options.width + 2;
      ctx.strokeStyle = HALO;
      ctx.strokeRect(x, y, width, height);
    }
    ctx.lineWidth = options.width;
    ctx.strokeStyle = color;
    ctx.strokeRect(x, y, width, height);
    return;
  }
  trace(ctx, shape, view);
  const closed = shape.kind === "rect" || shape.kind === "ring" || shape.kind === "point";
  if (closed && options.fill > 0) {
    fillWith(ctx, color, shape.kind === "point" ? 0.9 : options.fill, () => ctx.fill());
  }
  if (options.halo) {
    ctx.lineWidth = options.width + 2;
    ctx.strokeStyle = HALO;
    ctx.stroke();
  }
  ctx.lineWidth = options.width;
  ctx.strokeStyle = color;
  if (dash.length > 0) ctx.setLineDash(dash as number[]);
  ctx.stroke();
  if (dash.length > 0) ctx.setLineDash([]);
}

function fillWith(ctx: CanvasRenderingContext2D, color: string, alpha: number, fill: () => void): void {
  const before = ctx.globalAlpha;
  ctx.globalAlpha = before * alpha;
  ctx.fillStyle = color;
  fill();
  ctx.globalAlpha = before;
}

/** Draws a shape's label on a dark plate above (or, at the top of the canvas, inside) its top-left corner. */
export function paintTag(ctx: CanvasRenderingContext2D, shape: Shape, view: Viewport): void {
  if (shape.tag === "") return;
  const { minX, minY, maxX } = shape.bounds;
  const at = view.toScreen(minX, minY);
  const room = shape.emphasis === "normal" ? Math.max((maxX - minX) * view.scale, 72) : 260;
  ctx.font = TAG_FONT;
  ctx.textBaseline = "middle";
  const text = fitText(ctx, shape.tag, room - 14);
  if (text === "") return;
  const width = ctx.measureText(text).width + 14;
  const top = at.y - TAG_HEIGHT - 2 < 0 ? at.y + 2 : at.y - TAG_HEIGHT - 2;
  ctx.fillStyle = "rgba(10, 12, 16, 0.78)";
  ctx.fillRect(at.x - 1, top, width, TAG_HEIGHT);
  ctx.fillStyle = shape.style.color;
  ctx.fillRect(at.x - 1, top, 3, TAG_HEIGHT);
  ctx.fillStyle = "#f4f5f7";
  ctx.fillText(text, at.x + 7, top + TAG_HEIGHT / 2 + 0.5);
}

function fitText(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (ctx.measureText(text).width <= room) return text;
  for (let length = text.length - 1; length > 2; length -= 1) {
    const cut = `${text.slice(0, length)}…`;
    if (ctx.measureText(cut).width <= room) return cut;
  }
  return "";
}

function crossOut(ctx: CanvasRenderingContext2D, shape: Shape, view: Viewport): void {
  const min = view.toScreen(shape.bounds.minX, shape.bounds.minY);
  const max = view.toScreen(shape.bounds.maxX, shape.bounds.maxY);
  ctx.beginPath();
  ctx.moveTo(min.x, min.y);
  ctx.lineTo(max.x, max.y);
  ctx.moveTo(max.x, min.y);
  ctx.lineTo(min.x, max.y);
  ctx.lineWidth = 3;
  ctx.strokeStyle = HALO;
  ctx.stroke();
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = shape.style.color;
  ctx.stroke();
}

/** Draws many shapes at the detail their number allows; tags come last so that none is covered. */
export function paintShapes(
  ctx: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  view: Viewport,
  detail: Detail,
): void {
  ctx.lineJoin = "miter";
  ctx.lineCap = "butt";
  for (const shape of shapes) {
    const strong = shape.emphasis === "strong";
    if (shape.emphasis === "gone") crossOut(ctx, shape, view);
    ctx.globalAlpha = shape.emphasis === "dim" ? 0.35 : 1;
    strokeShape(ctx, shape, view, {
      width: strong ? 3 : 1.5,
      halo: detail.halo,
      dash: detail.dash,
      fill: detail.fill ? (strong ? 0.2 : 0.08) : 0,
    });
  }
  ctx.globalAlpha = 1;
  if (!detail.tags) return;
  for (const shape of shapes) {
    const wide = (shape.bounds.maxX - shape.bounds.minX) * view.scale >= 28 || shape.kind === "point";
    if (shape.emphasis === "dim" || (shape.emphasis === "normal" && !wide)) continue;
    paintTag(ctx, shape, view);
  }
}
