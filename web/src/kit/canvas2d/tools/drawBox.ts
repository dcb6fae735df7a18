import { type BoxLimits, isLargeEnough } from "../boxMath";
import { clampPoint, type Point, type Rect, rectBetween } from "../geometry";
import { LABEL_DASHES, type LabelStyle } from "../../labels/palette";
import type { Viewport } from "../viewport";
import type { Tool, ToolEvent } from "./tool";

export interface DrawBoxHost {
  view: Viewport;
  limits(): BoxLimits;
  /** Why nothing can be drawn now (no label, additions locked), or null. */
  blocked(): string | null;
  style(): LabelStyle;
  create(rect: Rect): void;
  /** Shows a short message, e.g. why a box was not made. */
  notice(reason: "too_small" | "blocked", detail?: string): void;
}

/** A press shorter than this, in screen pixels, starts click-click drawing instead of drag drawing. */
const CLICK = 4;

type State =
  | { name: "idle" }
  /** `held`: the button is down; otherwise the second corner waits for a second click. */
  | { name: "drawing"; from: Point; to: Point; startScreen: Point; held: boolean; square: boolean };

/** Draws a box by dragging, or by a click on each of two opposite corners. Shift makes it square. */
export class DrawBoxTool implements Tool {
  private state: State = { name: "idle" };
  private hover: Point | null = null;

  constructor(private readonly host: DrawBoxHost) {}

  get busy(): boolean {
    return this.state.name === "drawing";
  }

  cursor(): string {
    return this.host.blocked() === null ? "crosshair" : "not-allowed";
  }

  down(event: ToolEvent): void {
    if (this.state.name === "drawing") {
      this.extend(event);
      this.finish();
      return;
    }
    const reason = this.host.blocked();
    if (reason !== null) {
      this.host.notice("blocked", reason);
      return;
    }
    const from = clampPoint(event.image, this.host.limits().bounds);
    this.state = {
      name: "drawing",
      from,
      to: from,
      startScreen: event.screen,
      held: true,
      square: event.shift,
    };
  }

  move(event: ToolEvent): void {
    this.hover = event.screen;
    this.extend(event);
  }

  up(event: ToolEvent): void {
    if (this.state.name !== "drawing" || !this.state.held) return;
    this.extend(event);
    const { startScreen } = this.state;
    const travelled = Math.hypot(event.screen.x - startScreen.x, event.screen.y - startScreen.y);
    if (travelled < CLICK) this.state = { ...this.state, held: false };
    else this.finish();
  }

  cancel(): void {
    this.state = { name: "idle" };
  }

  paint(ctx: CanvasRenderingContext2D): void {
    this.paintCrosshair(ctx);
    if (this.state.name !== "drawing") return;
    const { view } = this.host;
    const { color, dash } = this.host.style();
    const rect = this.rect();
    const min = view.toScreen(rect.x, rect.y);
    const width = rect.width * view.scale;
    const height = rect.height * view.scale;
    ctx.lineWidth = 4;
    ctx.strokeStyle = "rgba(10, 12, 16, 0.7)";
    ctx.strokeRect(min.x, min.y, width, height);
    ctx.lineWidth = 2;
    ctx.strokeStyle = color;
    ctx.setLineDash([...(LABEL_DASHES[dash] ?? [])]);
    ctx.strokeRect(min.x, min.y, width, height);
    ctx.setLineDash([]);
    paintSize(ctx, rect, min.x, min.y + height + 6);
  }

  private rect(): Rect {
    if (this.state.name !== "drawing") return { x: 0, y: 0, width: 0, height: 0 };
    const { from, to, square } = this.state;
    if (!square) return rectBetween(from, to);
    const { bounds } = this.host.limits();
    const right = to.x >= from.x;
    const down = to.y >= from.y;
    const room = Math.min(
      right ? bounds.maxX - from.x : from.x - bounds.minX,
      down ? bounds.maxY - from.y : from.y - bounds.minY,
    );
    const side = Math.min(room, Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)));
    return rectBetween(from, { x: from.x + (right ? side : -side), y: from.y + (down ? side : -side) });
  }

  private extend(event: ToolEvent): void {
    if (this.state.name !== "drawing") return;
    const to = clampPoint(event.image, this.host.limits().bounds);
    this.state = { ...this.state, to, square: event.shift };
  }

  private finish(): void {
    const rect = this.rect();
    this.state = { name: "idle" };
    if (isLargeEnough(rect, this.host.limits())) this.host.create(rect);
    else this.host.notice("too_small");
  }

  private paintCrosshair(ctx: CanvasRenderingContext2D): void {
    if (!this.hover) return;
    const { width, height } = this.host.view.size;
    // Half-pixel positions make one-pixel lines crisp.
    const x = Math.round(this.hover.x) + 0.5;
    const y = Math.round(this.hover.y) + 0.5;
    const line = (style: string, dash: number[]): void => {
      ctx.strokeStyle = style;
      ctx.setLineDash(dash);
      ctx.beginPath();
      ctx.moveTo(0, y);
      ctx.lineTo(width, y);
      ctx.moveTo(x, 0);
      ctx.lineTo(x, height);
      ctx.stroke();
    };
    ctx.lineWidth = 1;
    // White over black dashes can be seen on any image.
    line("rgba(0, 0, 0, 0.55)", []);
    line("rgba(255, 255, 255, 0.85)", [4, 4]);
    ctx.setLineDash([]);
  }
}

/** Writes a box's size in image pixels on a dark plate. */
export function paintSize(ctx: CanvasRenderingContext2D, rect: Rect, x: number, y: number): void {
  const text = `${Math.round(rect.width)} × ${Math.round(rect.height)}`;
  ctx.font = '500 11px system-ui, "Segoe UI", sans-serif';
  ctx.textBaseline = "middle";
  const width = ctx.measureText(text).width + 10;
  ctx.fillStyle = "rgba(10, 12, 16, 0.78)";
  ctx.fillRect(x, y, width, 16);
  ctx.fillStyle = "#f4f5f7";
  ctx.fillText(text, x + 5, y + 8.5);
}
