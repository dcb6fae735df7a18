import { Layer } from "konva/lib/Layer.js";
import { Shape as KonvaShape } from "konva/lib/Shape.js";
import { type Bounds, growBounds, unionBounds } from "./geometry";
import type { HitIndex } from "./hit";
import { type Detail, detailFor, paintShapes } from "./paint";
import type { Viewport } from "./viewport";

/** Screen pixels by which outline, halo and tag reach over a shape's bounds. */
const REACH = 6;
const TAG_REACH = 24;
/** Screen pixels a tag may reach to the right of a narrow shape. */
const TAG_WIDTH = 280;
/** Repainting more of the canvas than this part is no cheaper than all of it. */
const PARTIAL_LIMIT = 0.5;

/**
 * All shapes that are not being worked on, drawn in one pass; repaints only what changed.
 *
 * One Konva shape draws thousands: a node per object costs 15-60 times more per frame.
 */
export class BulkLayer {
  readonly layer = new Layer({ listening: false });
  /** Not drawn: hidden, or shown by the active layer while dragged. */
  excluded: ReadonlySet<string> = new Set();
  private detail: Detail = detailFor(0);

  constructor(
    private readonly index: HitIndex,
    private readonly view: Viewport,
  ) {
    this.layer.add(
      new KonvaShape({
        listening: false,
        perfectDrawEnabled: false,
        sceneFunc: (context) => this.paintAll(context._context),
      }),
    );
  }

  /** Repaints everything at once. */
  drawAll(): void {
    this.layer.draw();
  }

  /**
   * Repaints the parts of the canvas that show `dirty` (image pixels); falls back to everything when that is most
   * of the canvas or the detail changes.
   */
  drawDirty(dirty: readonly Bounds[]): void {
    const areas = this.screenAreas(dirty);
    const { width, height } = this.view.size;
    const total = areas.reduce((sum, area) => sum + (area.maxX - area.minX) * (area.maxY - area.minY), 0);
    if (total > width * height * PARTIAL_LIMIT || areas.length > 64) {
      this.drawAll();
      return;
    }
    const canvas = this.layer.getCanvas();
    const ctx = canvas.getContext()._context;
    for (const area of areas) {
      const width = area.maxX - area.minX;
      const height = area.maxY - area.minY;
      ctx.save();
      ctx.beginPath();
      ctx.rect(area.minX, area.minY, width, height);
      ctx.clip();
      ctx.clearRect(area.minX, area.minY, width, height);
      paintShapes(ctx, this.drawn(this.toImage(area)), this.view, this.detail);
      ctx.restore();
    }
  }

  private paintAll(ctx: CanvasRenderingContext2D): void {
    const shapes = this.drawn(growBounds(this.view.visible(), TAG_REACH / this.view.scale));
    this.detail = detailFor(shapes.length);
    paintShapes(ctx, shapes, this.view, this.detail);
  }

  private drawn(bounds: Bounds): ReturnType<HitIndex["query"]> {
    const found = this.index.query(bounds);
    return this.excluded.size === 0 ? found : found.filter(({ id }) => !this.excluded.has(id));
  }

  /** Dirty bounds on screen, whole pixels, joined where they overlap: overlapping clips would paint fills twice. */
  private screenAreas(dirty: readonly Bounds[]): Bounds[] {
    const areas: Bounds[] = [];
    for (const bounds of dirty) {
      const min = this.view.toScreen(bounds.minX, bounds.minY);
      const max = this.view.toScreen(bounds.maxX, bounds.maxY);
      let area: Bounds = {
        minX: Math.floor(min.x - REACH),
        minY: Math.floor(min.y - TAG_REACH),
        maxX: Math.ceil(Math.max(max.x, min.x + (this.detail.tags ? TAG_WIDTH : 0)) + REACH),
        maxY: Math.ceil(max.y + REACH),
      };
      for (let i = 0; i < areas.length; i += 1) {
        const other = areas[i]!;
        if (
          other.minX < area.maxX &&
          area.minX < other.maxX &&
          other.minY < area.maxY &&
          area.minY < other.maxY
        ) {
          area = unionBounds(area, other);
          areas.splice(i, 1);
          i = -1;
        }
      }
      areas.push(area);
    }
    return areas;
  }

  private toImage(area: Bounds): Bounds {
    const min = this.view.toImage(area.minX, area.minY);
    const max = this.view.toImage(area.maxX, area.maxY);
    // Shapes outside may reach in with their tag or outline.
    return growBounds({ minX: min.x, minY: min.y, maxX: max.x, maxY: max.y }, TAG_WIDTH / this.view.scale);
  }
}
