import { Konva } from "konva/lib/Core.js";
import { Layer } from "konva/lib/Layer.js";
import { Shape as KonvaShape } from "konva/lib/Shape.js";
import { Stage } from "konva/lib/Stage.js";
import { Blit } from "./blit";
import { BulkLayer } from "./bulkLayer";
import type { Bounds, Point } from "./geometry";
import { HitIndex } from "./hit";
import type { Shape } from "./shapes";
import type { Tool, ToolEvent } from "./tools/tool";
import { Viewport } from "./viewport";

// Every change here ends in a paint of its own; Konva's would be a second one.
Konva.autoDrawEnabled = false;

/** A view at rest for this long is repainted properly, milliseconds. */
const SETTLE = 90;
/** Longest time a moved bitmap stands in for a real painting while the view keeps moving, milliseconds. */
const REFRESH = 280;
/** Above this canvas size the pixel ratio is capped, CSS pixels². */
const LARGE_CANVAS = 3_000_000;
const LARGE_CANVAS_RATIO = 1.5;
const WHEEL_SPEED = 0.0016;
/** Scale from which single image pixels are shown as squares. */
const PIXELATED_FROM = 3;

export interface StageOptions {
  /** Draws selection, handles and the tool's preview on top of everything. */
  paintActive(ctx: CanvasRenderingContext2D): void;
  /** Draws background decorations between image and shapes, e.g. the padding frame. */
  paintBackdrop?(ctx: CanvasRenderingContext2D): void;
  /** Called on every pointer move over the canvas, image pixels; null when it leaves. */
  onPointer?(at: Point | null): void;
  onViewChange?(): void;
}

type Pan = { pointerId: number; x: number; y: number };

/**
 * The 2D canvas: image, bulk shapes, active layer; pans, zooms and hands pointer events to the current tool.
 *
 * All painting happens in one animation frame from dirty flags; nothing here goes through React.
 */
export class CanvasStage {
  readonly view = new Viewport();
  readonly index = new HitIndex();
  private readonly stage: Stage;
  private readonly imageLayer = new Layer({ listening: false });
  private readonly activeLayer = new Layer({ listening: false });
  private readonly bulk: BulkLayer;
  private readonly imageBlit: Blit;
  private readonly bulkBlit: Blit;
  private readonly abort = new AbortController();
  private readonly resizeObserver: ResizeObserver;
  private image: CanvasImageSource | null = null;
  private imageSize = { width: 0, height: 0 };
  private tool: Tool | null = null;
  private pan: Pan | null = null;
  private panHeld = false;
  private toolPointer: number | null = null;
  private lastPointer: Point | null = null;
  private frame = 0;
  private readonly constructed: boolean;
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private lastFull = 0;
  private readonly dirty = { image: true, view: false, active: true, bulkAll: true, bulk: [] as Bounds[] };

  constructor(
    readonly container: HTMLDivElement,
    private readonly options: StageOptions,
  ) {
    this.stage = new Stage({ container, width: 1, height: 1, listening: false });
    this.bulk = new BulkLayer(this.index, this.view);
    this.imageLayer.add(this.painter((ctx) => this.paintImage(ctx)));
    this.activeLayer.add(this.painter((ctx) => this.options.paintActive(ctx)));
    this.stage.add(this.imageLayer, this.bulk.layer, this.activeLayer);
    this.imageBlit = new Blit(this.imageLayer, this.view);
    this.bulkBlit = new Blit(this.bulk.layer, this.view);
    this.listen();
    this.resizeObserver = new ResizeObserver(() => {
      this.resize();
      // Resizing clears the canvases: painting in this very frame avoids a flash.
      cancelAnimationFrame(this.frame);
      this.paint();
    });
    this.resizeObserver.observe(container);
    this.resize();
    // Last, so that no listener is called before the constructor has ended.
    this.view.subscribe(() => {
      this.dirty.view = true;
      this.dirty.active = true;
      this.options.onViewChange?.();
      this.schedule();
    });
    this.constructed = true;
  }

  /** Shows an image; `size` in image pixels may differ from the bitmap's for a preview of lower resolution. */
  setImage(image: CanvasImageSource | null, size: { width: number; height: number }): void {
    this.image = image;
    this.imageSize = size;
    this.dirty.image = true;
    this.schedule();
  }

  /** Replaces the shapes; only what changed is repainted. */
  setShapes(shapes: readonly Shape[]): void {
    const { dirty } = this.index.sync(shapes);
    if (dirty === null) this.dirty.bulkAll = true;
    else this.dirty.bulk.push(...dirty);
    this.dirty.active = true;
    this.schedule();
  }

  /** Leaves shapes out of the bulk layer, because they are hidden or drawn by the active layer. */
  setExcluded(ids: ReadonlySet<string>): void {
    const before = this.bulk.excluded;
    this.bulk.excluded = ids;
    for (const id of [...before, ...ids]) {
      if (before.has(id) === ids.has(id)) continue;
      const bounds = this.index.get(id)?.bounds;
      if (bounds) this.dirty.bulk.push(bounds);
    }
    this.schedule();
  }

  isExcluded(id: string): boolean {
    return this.bulk.excluded.has(id);
  }

  /** Switches tools; a gesture of the old one is cancelled. */
  setTool(tool: Tool | null): void {
    if (tool === this.tool) return;
    this.tool?.cancel();
    this.tool = tool;
    this.toolPointer = null;
    this.updateCursor();
    this.markActive();
  }

  /** Whether a pointer button is down in the current tool. */
  get gesturing(): boolean {
    return this.toolPointer !== null || (this.tool?.busy ?? false);
  }

  /** Where the pointer is over the canvas, image pixels; null when it is elsewhere. */
  get pointer(): Point | null {
    return this.lastPointer && this.view.toImage(this.lastPointer.x, this.lastPointer.y);
  }

  /** Hold-to-pan, e.g. while the space bar is down. */
  holdPan(held: boolean): void {
    this.panHeld = held;
    this.updateCursor();
  }

  zoomBy(factor: number): void {
    const { width, height } = this.view.size;
    this.view.zoomAt(width / 2, height / 2, factor);
  }

  /** Asks for a repaint of the active layer in the next frame. */
  markActive(): void {
    this.dirty.active = true;
    this.schedule();
  }

  markAll(): void {
    Object.assign(this.dirty, { image: true, bulkAll: true, active: true });
    this.schedule();
  }

  updateCursor(): void {
    const cursor = this.pan ? "grabbing" : this.panHeld || !this.tool ? "grab" : this.tool.cursor();
    if (this.container.style.cursor !== cursor) this.container.style.cursor = cursor;
  }

  /** Client coordinates (as in pointer events) of an image pixel. */
  toClient(x: number, y: number): Point {
    const origin = this.container.getBoundingClientRect();
    const at = this.view.toScreen(x, y);
    return { x: at.x + origin.left, y: at.y + origin.top };
  }

  /** Image pixel at client coordinates. */
  fromClient(x: number, y: number): Point {
    const origin = this.container.getBoundingClientRect();
    return this.view.toImage(x - origin.left, y - origin.top);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settleTimer);
    this.abort.abort();
    this.resizeObserver.disconnect();
    this.stage.destroy();
  }

  private painter(paint: (ctx: CanvasRenderingContext2D) => void): KonvaShape {
    return new KonvaShape({
      listening: false,
      perfectDrawEnabled: false,
      // Konva draws layers as they are added, before the owner of the callbacks has got its stage.
      sceneFunc: (context) => {
        if (this.constructed) paint(context._context);
      },
    });
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.container;
    if (width === 0 || height === 0) return; // hidden: keep the last layout
    const ratio = window.devicePixelRatio || 1;
    Konva.pixelRatio = width * height > LARGE_CANVAS ? Math.min(ratio, LARGE_CANVAS_RATIO) : ratio;
    for (const layer of [this.imageLayer, this.bulk.layer, this.activeLayer]) {
      layer.getCanvas().setPixelRatio(Konva.pixelRatio);
    }
    this.stage.size({ width, height });
    this.view.resize(width, height);
    this.markAll();
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.frame = 0;
    const { dirty } = this;
    if (dirty.view) this.followView();
    if (dirty.image) this.imageBlit.paint(() => this.imageLayer.draw());
    // A moved bitmap shows another view than its pixels: partial repainting needs a matching one.
    if (dirty.bulkAll || (dirty.bulk.length > 0 && this.bulkBlit.stale))
      this.bulkBlit.paint(() => this.bulk.drawAll());
    else if (dirty.bulk.length > 0) this.bulk.drawDirty(dirty.bulk);
    if (dirty.active) this.activeLayer.draw();
    Object.assign(dirty, { image: false, view: false, active: false, bulkAll: false, bulk: [] });
    clearTimeout(this.settleTimer);
    if (this.imageBlit.stale || this.bulkBlit.stale)
      this.settleTimer = setTimeout(() => this.settle(), SETTLE);
  }

  /** Decides per layer between moving the painted bitmap and painting again. */
  private followView(): void {
    const { dirty } = this;
    const now = performance.now();
    if (!this.imageBlit.stale && !this.bulkBlit.stale) this.lastFull = now;
    const mayBlit = now - this.lastFull < REFRESH;
    if (!mayBlit) this.lastFull = now;
    if (!mayBlit || dirty.image || !this.imageBlit.follow()) dirty.image = true;
    if (!mayBlit || dirty.bulkAll || dirty.bulk.length > 0 || !this.bulkBlit.follow()) dirty.bulkAll = true;
  }

  private settle(): void {
    if (this.imageBlit.stale) this.dirty.image = true;
    if (this.bulkBlit.stale) this.dirty.bulkAll = true;
    this.schedule();
  }

  private paintImage(ctx: CanvasRenderingContext2D): void {
    const { scale, x, y } = this.view;
    const { width, height } = this.imageSize;
    if (this.image && width > 0) {
      ctx.imageSmoothingEnabled = scale < PIXELATED_FROM;
      ctx.imageSmoothingQuality = "medium";
      ctx.drawImage(this.image, x, y, width * scale, height * scale);
    }
    this.options.paintBackdrop?.(ctx);
  }

  private listen(): void {
    const { signal } = this.abort;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      handler: (event: HTMLElementEventMap[K]) => void,
      options: AddEventListenerOptions = {},
    ): void => this.container.addEventListener(type, handler, { ...options, signal });
    on("wheel", (event) => this.onWheel(event), { passive: false });
    on("pointerdown", (event) => this.onDown(event));
    on("pointermove", (event) => this.onMove(event));
    on("pointerup", (event) => this.onUp(event));
    on("pointercancel", (event) => this.onCancel(event));
    on("pointerleave", () => {
      this.lastPointer = null;
      this.options.onPointer?.(null);
      this.markActive();
    });
    on("dblclick", (event) => this.tool?.doubleClick?.(this.toolEvent(event)));
    on("contextmenu", (event) => event.preventDefault());
    // Middle-click would start the browser's own scrolling.
    on("mousedown", (event) => event.button === 1 && event.preventDefault());
  }

  private screenPoint(event: MouseEvent): Point {
    const origin = this.container.getBoundingClientRect();
    return { x: event.clientX - origin.left, y: event.clientY - origin.top };
  }

  private toolEvent(event: MouseEvent): ToolEvent {
    const screen = this.screenPoint(event);
    return {
      screen,
      image: this.view.toImage(screen.x, screen.y),
      shift: event.shiftKey,
      alt: event.altKey,
      ctrl: event.ctrlKey || event.metaKey,
    };
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const { x, y } = this.screenPoint(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
    // A trackpad pinch arrives as a wheel with Ctrl and small deltas.
    const speed = event.ctrlKey ? WHEEL_SPEED * 6 : WHEEL_SPEED;
    this.view.zoomAt(x, y, Math.exp(-event.deltaY * lines * speed));
  }

  private onDown(event: PointerEvent): void {
    this.container.focus({ preventScroll: true });
    if (this.pan || this.toolPointer !== null) return;
    if (event.button === 1 || (event.button === 0 && (this.panHeld || !this.tool))) {
      this.pan = { pointerId: event.pointerId, x: event.clientX, y: event.clientY };
    } else if (event.button === 0 && this.tool) {
      this.toolPointer = event.pointerId;
      this.tool.down(this.toolEvent(event));
    } else {
      return;
    }
    this.container.setPointerCapture(event.pointerId);
    this.updateCursor();
    this.markActive();
  }

  private onMove(event: PointerEvent): void {
    this.lastPointer = this.screenPoint(event);
    if (this.pan?.pointerId === event.pointerId) {
      this.view.panBy(event.clientX - this.pan.x, event.clientY - this.pan.y);
      this.pan = { pointerId: event.pointerId, x: event.clientX, y: event.clientY };
    } else if (this.tool && (this.toolPointer === null || this.toolPointer === event.pointerId)) {
      this.tool.move(this.toolEvent(event));
      this.updateCursor();
    }
    this.options.onPointer?.(this.view.toImage(this.lastPointer.x, this.lastPointer.y));
    this.markActive();
  }

  private onUp(event: PointerEvent): void {
    if (this.pan?.pointerId === event.pointerId) this.pan = null;
    else if (this.toolPointer === event.pointerId) {
      this.toolPointer = null;
      this.tool?.up(this.toolEvent(event));
    }
    this.updateCursor();
    this.markActive();
  }

  private onCancel(event: PointerEvent): void {
    if (this.pan?.pointerId === event.pointerId) this.pan = null;
    if (this.toolPointer === event.pointerId) {
      this.toolPointer = null;
      this.tool?.cancel();
    }
    this.updateCursor();
    this.markActive();
  }
}
