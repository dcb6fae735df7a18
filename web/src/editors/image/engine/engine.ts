import type { BoxGeometry } from "../../../kit/canvas2d/boxMath";
import { LAYER } from "../../../kit/canvas2d/layers";
import { type Point, rectOfBounds, unionBounds } from "../../../kit/canvas2d/geometry";
import { paintTag, strokeShape } from "../../../kit/canvas2d/paint";
import type { Shape } from "../../../kit/canvas2d/shapes";
import { CanvasStage } from "../../../kit/canvas2d/stage";
import { DrawBoxTool } from "../../../kit/canvas2d/tools/drawBox";
import { type BoxChange, SelectTool } from "../../../kit/canvas2d/tools/select";
import { pick } from "../../../kit/doc/pick";
import { watch } from "../../../kit/doc/store";
import type { Gesture, Overlay } from "../../../kit/doc/types";
import { reasonOf } from "../../../kit/media/unshowable";
import { isTextField } from "../../../kit/hotkeys/registry";
import { t } from "../../../kit/i18n";
import { labelStyle } from "../../../kit/labels/palette";
import { addBox, boxesEdit, drawBlocked, type ImageSession, notify } from "../edits";
import { boxFields } from "../model";
import { boxOf, limitsOf, projectOf, type Project } from "../project";
import { BEFORE, type ImageDoc } from "../types";
import { Scene } from "./scene";
import { shapeOf } from "./shapes";

export type EngineStatus = "loading" | "ready" | "error";

/** Browser-test hook on the canvas element: image pixels to client coordinates and back. */
export interface EditorHook {
  toScreen(x: number, y: number): Point;
  toImage(x: number, y: number): Point;
  readonly ready: boolean;
}

export type HookedElement = HTMLDivElement & { __editor?: EditorHook };

export interface EngineListener {
  /** Image pixel under the pointer (null outside) and the zoom, for a status line; called on every move. */
  onPointer(at: Point | null, scale: number): void;
  onStatus(status: EngineStatus): void;
}

/** More selected objects than this are drawn without halo while dragging. */
const MANY_SELECTED = 500;

const engines = new WeakMap<ImageSession, ImageEngine>();

/** The canvas a session is shown on, for view commands; undefined before it is mounted. */
export function engineOf(session: ImageSession): ImageEngine | undefined {
  return engines.get(session);
}

/** Runs the canvas of one image task: shows the document, turns gestures into edits. No React. */
export class ImageEngine {
  readonly stage: CanvasStage;
  private readonly project: Project;
  private readonly scene: Scene;
  private readonly select: SelectTool;
  private readonly draw: DrawBoxTool;
  private readonly stops: (() => void)[] = [];
  private overlay: Overlay<ImageDoc> | null = null;
  private preview: ReadonlyMap<string, BoxGeometry> | null = null;
  private gesture: Gesture<ImageDoc> | null = null;
  private status: EngineStatus = "loading";
  private readOnly = false;
  private destroyed = false;

  /**
   * @param container element to fill; gets the browser-test hook.
   */
  constructor(
    readonly container: HookedElement,
    readonly session: ImageSession,
    private readonly listener: EngineListener,
  ) {
    this.project = projectOf(session.params);
    this.scene = new Scene(this.project, session.params.layers);
    let lastAt: Point | null = null;
    this.stage = new CanvasStage(container, {
      paintActive: (ctx) => this.paintActive(ctx),
      paintBackdrop: (ctx) => this.paintPadding(ctx),
      onPointer: (at) => {
        lastAt = at;
        this.listener.onPointer(at, this.stage.view.scale);
      },
      onViewChange: () => this.listener.onPointer(lastAt, this.stage.view.scale),
    });
    this.select = new SelectTool(this.selectHost());
    this.draw = new DrawBoxTool({
      view: this.stage.view,
      limits: () => this.limits(),
      blocked: () => drawBlocked(session),
      style: () => labelStyle(this.project.indexOf(session.ui.getState().label ?? "")),
      create: (rect) => addBox(session, rect),
      notice: (reason, detail) => notify(session, detail ?? this.tooSmall(reason)),
    });
    engines.set(session, this);
    this.stops.push(
      session.doc.subscribe(() => this.refresh()),
      watch(
        session.ui,
        (ui) => ui.compare,
        () => this.refresh(),
      ),
      watch(
        session.ui,
        (ui) => ui.hidden,
        () => this.exclude(),
      ),
      watch(
        session.ui,
        (ui) => ui.tool,
        () => this.applyTool(),
      ),
      watch(
        session.ui,
        (ui) => ui.selection,
        () => this.stage.markActive(),
      ),
      watch(
        session.ui,
        (ui) => ui.label,
        () => {
          this.stage.updateCursor();
          this.stage.markActive();
        },
      ),
    );
    this.installHook();
    this.applyTool();
    void this.load();
  }

  /** Shows differences to an earlier answer; null shows the answer alone. */
  setOverlay(overlay: Overlay<ImageDoc> | null): void {
    this.overlay = overlay;
    this.refresh();
  }

  /** Whether objects can only be looked at, e.g. while a fix is compared with the answer it corrects. */
  setReadOnly(readOnly: boolean): void {
    this.readOnly = readOnly;
    if (readOnly) this.cancelGesture();
    this.applyTool();
  }

  /** Ends typing: moves the focus from a text field to the canvas; false when no field had it. */
  leaveField(): boolean {
    if (!isTextField(document.activeElement)) return false;
    this.focus();
    return true;
  }

  get focused(): boolean {
    return document.activeElement === this.container;
  }

  focus(): void {
    this.container.focus({ preventScroll: true });
  }

  /** Cancels a drag or half-drawn box; false when there was none. */
  cancelGesture(): boolean {
    if (this.gesture) {
      this.gesture.cancel();
      return true;
    }
    const tool = this.currentTool();
    if (!tool.busy) return false;
    tool.cancel();
    this.stage.markActive();
    return true;
  }

  /** Brings objects into view: zooms to them, or moves only as far as needed. */
  show(ids: readonly string[], how: "zoom" | "reveal"): void {
    const bounds = ids.flatMap((id) => this.stage.index.get(id)?.bounds ?? []);
    if (bounds.length === 0) return;
    const rect = rectOfBounds(bounds.reduce(unionBounds));
    if (how === "zoom") this.stage.view.zoomTo(rect);
    else this.stage.view.reveal(rect);
  }

  /** Middle of the visible part and its shorter side, image pixels: where keyboard-made boxes go. */
  centre(): { at: Point; side: number } {
    const { minX, minY, maxX, maxY } = this.stage.view.visible();
    return { at: { x: (minX + maxX) / 2, y: (minY + maxY) / 2 }, side: Math.min(maxX - minX, maxY - minY) };
  }

  destroy(): void {
    this.destroyed = true;
    this.gesture?.cancel();
    for (const stop of this.stops) stop();
    engines.delete(this.session);
    delete this.container.__editor;
    this.stage.destroy();
  }

  /** Loads the image again after an error. */
  async load(): Promise<void> {
    const { media, params, shown, ui } = this.session;
    const { url } = media.resolve(params.attachment);
    this.setStatus("loading");
    shown.report(params.attachment, "waiting");
    const unpin = media.images.pin(url);
    this.stops.push(unpin);
    const ready = media.images.peek(url);
    try {
      const image = ready ?? (await media.images.load(url));
      if (this.destroyed) return;
      const size = { width: image.width, height: image.height };
      const { x, y } = this.project.padding;
      ui.setState({ mediaSize: size });
      this.stage.setImage(image.source, size);
      this.stage.view.setContent({ x: -x, y: -y, width: size.width + 2 * x, height: size.height + 2 * y });
      this.refresh();
      this.setStatus("ready");
      shown.report(params.attachment, "ready");
    } catch (error) {
      if (this.destroyed) return;
      console.warn("image", error);
      this.setStatus("error");
      shown.report(params.attachment, "failed", reasonOf(error));
    }
  }

  private setStatus(status: EngineStatus): void {
    this.status = status;
    this.listener.onStatus(status);
  }

  private limits() {
    return limitsOf(this.project, this.session.ui.getState().mediaSize);
  }

  private tooSmall(reason: "too_small" | "blocked"): string {
    const { minWidth, minHeight } = this.project;
    return t(`image.notice.${reason}`, {
      minWidth: Math.max(1, minWidth),
      minHeight: Math.max(1, minHeight),
    });
  }

  private currentTool(): SelectTool | DrawBoxTool {
    return this.session.ui.getState().tool === "box" && !this.readOnly ? this.draw : this.select;
  }

  private applyTool(): void {
    this.stage.setTool(this.currentTool());
  }

  private refresh(): void {
    const { compare } = this.session.ui.getState();
    this.stage.setShapes(this.scene.shapes(this.session.doc.getState(), this.overlay, compare));
  }

  private exclude(): void {
    const { hidden } = this.session.ui.getState();
    this.stage.setExcluded(this.preview ? new Set([...hidden, ...this.preview.keys()]) : hidden);
  }

  private isHidden(id: string): boolean {
    return id.startsWith(BEFORE) || id.startsWith(LAYER) || this.session.ui.getState().hidden.has(id);
  }

  private selectHost(): ConstructorParameters<typeof SelectTool>[0] {
    const { session, project } = this;
    return {
      view: this.stage.view,
      index: this.stage.index,
      limits: () => this.limits(),
      selection: () => session.ui.getState().selection,
      select: (ids) => pick(session.ui, ids),
      editable: (id) => {
        const object = session.doc.getState().objects[id];
        if (
          !object ||
          session.mode !== "edit" ||
          this.readOnly ||
          project.locks.isLocked(object.uuid, "edit")
        )
          return null;
        return boxOf(object);
      },
      canRotate: () => project.canRotate,
      isHidden: (id) => this.isHidden(id),
      preview: (kind, boxes) => this.showPreview(kind, boxes),
      commit: () => this.endPreview((gesture, boxes) => gesture.commit(boxesEdit(session, boxes))),
      discard: () => this.endPreview((gesture) => gesture.cancel()),
      activate: (id) => (id === null ? this.stage.view.fit() : this.show([id], "zoom")),
    };
  }

  /** Draws boxes of a running gesture on the active layer; the document stays as it is. */
  private showPreview(kind: BoxChange, boxes: ReadonlyMap<string, BoxGeometry>): void {
    const started = this.preview === null;
    this.preview = boxes;
    if (started) {
      this.gesture = this.session.gesture(t(`image.edit.${kind}`), () => this.select.cancel());
      this.exclude();
    }
    this.stage.markActive();
  }

  private endPreview(
    end: (gesture: Gesture<ImageDoc>, boxes: ReadonlyMap<string, BoxGeometry>) => void,
  ): void {
    const { gesture, preview } = this;
    this.gesture = null;
    this.preview = null;
    if (gesture && preview) end(gesture, preview);
    this.exclude();
    this.stage.markActive();
  }

  /** The shape of an object as shown now: where a gesture has it, else where the document has it. */
  private shownShape(id: string): Shape | undefined {
    const box = this.preview?.get(id);
    const object = this.session.doc.getState().objects[id];
    if (!box || !object) return this.stage.index.get(id);
    return shapeOf(id, { ...object, ...boxFields(box, true) }, this.project) ?? undefined;
  }

  private paintActive(ctx: CanvasRenderingContext2D): void {
    const { view } = this.stage;
    const { selection } = this.session.ui.getState();
    const hovered = this.currentTool() === this.select ? this.select.hovered : null;
    if (hovered !== null && !selection.includes(hovered)) {
      const shape = this.shownShape(hovered);
      if (shape) {
        strokeShape(ctx, shape, view, { width: 3, halo: true, dash: false, fill: 0.12 });
        paintTag(ctx, shape, view);
      }
    }
    const halo = selection.length <= MANY_SELECTED;
    for (const id of selection) {
      if (this.isHidden(id)) continue;
      const shape = this.shownShape(id);
      if (!shape) continue;
      if (halo) {
        const white = { ...shape, style: { color: "#ffffff", dash: 0 } };
        strokeShape(ctx, white, view, { width: 4, halo: true, dash: false, fill: 0 });
      }
      strokeShape(ctx, shape, view, { width: 2, halo: false, dash: false, fill: halo ? 0.14 : 0 });
      if (selection.length === 1 && this.preview === null) paintTag(ctx, shape, view);
    }
    this.currentTool().paint(ctx);
  }

  private paintPadding(ctx: CanvasRenderingContext2D): void {
    const { mediaSize } = this.session.ui.getState();
    const { x, y } = this.project.padding;
    if (!mediaSize || (x === 0 && y === 0)) return;
    const { view } = this.stage;
    const min = view.toScreen(-x, -y);
    const max = view.toScreen(mediaSize.width + x, mediaSize.height + y);
    ctx.strokeStyle = "rgba(150, 156, 166, 0.8)";
    ctx.lineWidth = 1;
    ctx.setLineDash([6, 4]);
    ctx.strokeRect(min.x, min.y, max.x - min.x, max.y - min.y);
    ctx.setLineDash([]);
  }

  private installHook(): void {
    const { stage } = this;
    const isReady = (): boolean => this.status === "ready";
    this.container.__editor = {
      toScreen: (x, y) => stage.toClient(x, y),
      toImage: (x, y) => stage.fromClient(x, y),
      get ready() {
        return isReady();
      },
    };
  }
}
