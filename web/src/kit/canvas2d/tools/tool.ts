import type { Point } from "../geometry";

export interface ToolEvent {
  /** Image pixels. */
  image: Point;
  /** CSS pixels from the canvas' top-left corner. */
  screen: Point;
  shift: boolean;
  alt: boolean;
  ctrl: boolean;
}

/** A canvas tool as a small state machine; it writes to the document only when a gesture ends. */
export interface Tool {
  /** In the middle of something Esc would cancel, even with no button down. */
  readonly busy: boolean;
  cursor(): string;
  down(event: ToolEvent): void;
  move(event: ToolEvent): void;
  up(event: ToolEvent): void;
  doubleClick?(event: ToolEvent): void;
  /** Drops what was begun. */
  cancel(): void;
  /** Draws the preview on the active layer, screen pixels. */
  paint(ctx: CanvasRenderingContext2D): void;
}
