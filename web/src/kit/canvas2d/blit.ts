import type { Layer } from "konva/lib/Layer.js";
import type { Viewport, ViewportState } from "./viewport";

/** Painting cheaper than this is repeated in every frame of a pan or zoom, milliseconds. */
const CHEAP = 5;

/**
 * Moves a painted canvas with CSS while panning or zooming and repaints it when the view rests.
 *
 * Only for layers whose painting was measured to be slow; the others repaint in every frame.
 */
export class Blit {
  private painted: ViewportState = { scale: 1, x: 0, y: 0 };
  private cost = 0;
  private moved = false;

  constructor(
    private readonly layer: Layer,
    private readonly view: Viewport,
  ) {}

  /** Paints through `paint` and remembers for which view and at what cost. */
  paint(paint: () => void): void {
    const from = performance.now();
    paint();
    this.cost = performance.now() - from;
    this.painted = { scale: this.view.scale, x: this.view.x, y: this.view.y };
    if (this.moved) {
      this.layer.getNativeCanvasElement().style.transform = "";
      this.moved = false;
    }
  }

  /** Whether the canvas shows another view than it was painted for. */
  get stale(): boolean {
    return this.moved;
  }

  /** Follows the view by moving the canvas; false when painting is cheap enough to do it properly. */
  follow(): boolean {
    if (this.cost < CHEAP) return false;
    const { scale, x, y } = this.painted;
    const k = this.view.scale / scale;
    const { style } = this.layer.getNativeCanvasElement();
    style.transformOrigin = "0 0";
    style.transform = `matrix(${k}, 0, 0, ${k}, ${this.view.x - x * k}, ${this.view.y - y * k})`;
    this.moved = true;
    return true;
  }
}
