import {
  type BoxGeometry,
  type BoxLimits,
  HANDLES,
  type Handle,
  handleCursor,
  handlePoint,
} from "../boxMath";
import { moveBox, resizeBox, roundBox, turnBox } from "../boxMath";
import { boundsOfRect, type Point, type Rect, rectBetween } from "../geometry";
import type { HitIndex } from "../hit";
import type { Shape } from "../shapes";
import type { Viewport } from "../viewport";
import type { Tool, ToolEvent } from "./tool";

export type BoxChange = "move" | "resize" | "rotate";

export interface SelectHost {
  view: Viewport;
  index: HitIndex;
  limits(): BoxLimits;
  selection(): readonly string[];
  /** Selects by hand; called too when what is selected already is taken hold of. */
  select(ids: readonly string[]): void;
  /** The geometry of a box that may be moved and resized, else null. */
  editable(id: string): BoxGeometry | null;
  /** Whether a turning handle is offered. */
  canRotate(id: string): boolean;
  isHidden(id: string): boolean;
  /** Shows `boxes` instead of the stored ones; nothing is written. */
  preview(kind: BoxChange, boxes: ReadonlyMap<string, BoxGeometry>): void;
  /** Writes what was last previewed as one undo step. */
  commit(): void;
  /** Shows the stored boxes again. */
  discard(): void;
  /** Double-click on an object, or on nothing (null). */
  activate(id: string | null): void;
}

/** Screen pixels within which an outline or handle is caught. */
const TOLERANCE = 6;
/** Distance of the turning handle above the upper side, screen pixels. */
const TURN_OFFSET = 26;
/** Screen pixels a press must travel before it drags; smaller ones are clicks. */
const DRAG_START = 3;
/** Boxes narrower than this on screen show corner handles only. */
const SMALL = 36;

type Grip = { kind: "handle"; handle: Handle } | { kind: "turn" };

type State =
  | { name: "idle" }
  /** Down on something, not yet moved. `reselect`: what a click without drag selects in the end. */
  | { name: "pressed"; at: ToolEvent; reselect: readonly string[] | null; boxes: Map<string, BoxGeometry> }
  | { name: "moving"; from: Point; boxes: Map<string, BoxGeometry>; now: Map<string, BoxGeometry> }
  | { name: "shaping"; id: string; grip: Grip; offset: Point; box: BoxGeometry; now: BoxGeometry }
  | { name: "marquee"; from: Point; to: Point; before: readonly string[] };

/** Selects, moves, resizes and turns. Alt-click walks through objects lying on each other; Shift adds. */
export class SelectTool implements Tool {
  private state: State = { name: "idle" };
  private hoverId: string | null = null;
  private hoverGrip: Grip | null = null;

  constructor(private readonly host: SelectHost) {}

  get busy(): boolean {
    return this.state.name !== "idle";
  }

  /** The object under the pointer, for highlighting. */
  get hovered(): string | null {
    return this.state.name === "idle" ? this.hoverId : null;
  }

  cursor(): string {
    if (this.state.name === "moving") return "move";
    const grip = this.state.name === "shaping" ? this.state.grip : this.hoverGrip;
    const box = this.single();
    if (grip && box) return grip.kind === "turn" ? "alias" : handleCursor(grip.handle, box.geometry.rotation);
    if (this.hoverId === null) return "default";
    return this.host.selection().includes(this.hoverId) && this.host.editable(this.hoverId)
      ? "move"
      : "pointer";
  }

  down(event: ToolEvent): void {
    const single = this.single();
    const grip = single && this.gripAt(single, event.screen);
    if (single && grip) {
      this.host.select(this.host.selection());
      const at = this.gripPoint(single.geometry, grip);
      const offset = { x: at.x - event.image.x, y: at.y - event.image.y };
      this.state = {
        name: "shaping",
        id: single.id,
        grip,
        offset,
        box: single.geometry,
        now: single.geometry,
      };
      return;
    }
    const stack = this.stackAt(event.image);
    const selection = this.host.selection();
    const hit = this.pick(stack, selection, event.alt);
    if (hit === null) {
      this.state = {
        name: "marquee",
        from: event.image,
        to: event.image,
        before: event.shift ? selection : [],
      };
      return;
    }
    let reselect: readonly string[] | null = null;
    if (event.shift || event.ctrl) {
      this.host.select(selection.includes(hit) ? selection.filter((id) => id !== hit) : [...selection, hit]);
    } else if (selection.includes(hit)) {
      this.host.select(selection);
      reselect = [this.pick(stack, [], false) ?? hit];
      // A drag takes the selection along; a mere click afterwards chooses the best hit.
      if (selection.length === 1) reselect = null;
    } else {
      this.host.select([hit]);
    }
    this.state = { name: "pressed", at: event, reselect, boxes: this.editableSelection() };
  }

  move(event: ToolEvent): void {
    const { state } = this;
    switch (state.name) {
      case "idle":
        this.hover(event);
        return;
      case "pressed": {
        const dx = event.screen.x - state.at.screen.x;
        const dy = event.screen.y - state.at.screen.y;
        if (Math.hypot(dx, dy) < DRAG_START || state.boxes.size === 0) return;
        this.state = { name: "moving", from: state.at.image, boxes: state.boxes, now: state.boxes };
        this.move(event);
        return;
      }
      case "moving":
        this.state = { ...state, now: this.moved(state.boxes, state.from, event) };
        this.host.preview("move", this.state.now);
        return;
      case "shaping": {
        const to = { x: event.image.x + state.offset.x, y: event.image.y + state.offset.y };
        const limits = this.host.limits();
        const now =
          state.grip.kind === "turn"
            ? turnBox(state.box, to, event.shift)
            : roundBox(resizeBox(state.box, state.grip.handle, to, limits, event.shift), limits);
        this.state = { ...state, now };
        this.host.preview(state.grip.kind === "turn" ? "rotate" : "resize", new Map([[state.id, now]]));
        return;
      }
      case "marquee":
        this.state = { ...state, to: event.image };
    }
  }

  up(event: ToolEvent): void {
    const { state } = this;
    this.state = { name: "idle" };
    switch (state.name) {
      case "pressed":
        if (state.reselect) this.host.select(state.reselect);
        break;
      case "moving":
      case "shaping":
        this.host.commit();
        break;
      case "marquee":
        this.host.select([...new Set([...state.before, ...this.inside(rectBetween(state.from, state.to))])]);
        break;
      case "idle":
        break;
    }
    this.hover(event);
  }

  doubleClick(event: ToolEvent): void {
    this.host.activate(this.pick(this.stackAt(event.image), this.host.selection(), false));
  }

  cancel(): void {
    if (this.state.name === "moving" || this.state.name === "shaping") this.host.discard();
    this.state = { name: "idle" };
  }

  paint(ctx: CanvasRenderingContext2D): void {
    const single = this.single();
    if (single && this.state.name !== "moving") {
      const box = this.state.name === "shaping" ? this.state.now : single.geometry;
      this.paintHandles(ctx, single.id, box);
    }
    if (this.state.name === "marquee") this.paintMarquee(ctx, rectBetween(this.state.from, this.state.to));
  }

  private moved(boxes: Map<string, BoxGeometry>, from: Point, event: ToolEvent): Map<string, BoxGeometry> {
    const limits = this.host.limits();
    let dx = event.image.x - from.x;
    let dy = event.image.y - from.y;
    if (event.shift && Math.abs(dx) > Math.abs(dy)) dy = 0;
    else if (event.shift) dx = 0;
    return new Map([...boxes].map(([id, box]) => [id, roundBox(moveBox(box, dx, dy, limits), limits)]));
  }

  private hover(event: ToolEvent): void {
    const single = this.single();
    this.hoverGrip = single && this.gripAt(single, event.screen);
    this.hoverId = this.hoverGrip ? null : this.pick(this.stackAt(event.image), this.host.selection(), false);
  }

  private single(): { id: string; geometry: BoxGeometry } | null {
    const [id, ...others] = this.host.selection();
    if (id === undefined || others.length > 0 || this.host.isHidden(id)) return null;
    const geometry = this.host.editable(id);
    return geometry && { id, geometry };
  }

  private editableSelection(): Map<string, BoxGeometry> {
    const boxes = new Map<string, BoxGeometry>();
    for (const id of this.host.selection()) {
      const geometry = this.host.editable(id);
      if (geometry) boxes.set(id, geometry);
    }
    return boxes;
  }

  private stackAt(p: Point): Shape[] {
    return this.host.index
      .at(p, TOLERANCE / this.host.view.scale)
      .filter(({ id }) => !this.host.isHidden(id));
  }

  /** The object a press means: a selected one stays, unless Alt asks for the next below. */
  private pick(stack: readonly Shape[], selection: readonly string[], behind: boolean): string | null {
    const at = stack.findIndex(({ id }) => selection.includes(id));
    if (at >= 0) return stack[behind ? (at + 1) % stack.length : at]?.id ?? null;
    return stack[0]?.id ?? null;
  }

  private inside(area: Rect): string[] {
    const bounds = boundsOfRect(area);
    return this.host.index
      .query(bounds)
      .filter(
        ({ id, bounds: b }) =>
          !this.host.isHidden(id) &&
          b.minX >= bounds.minX &&
          b.minY >= bounds.minY &&
          b.maxX <= bounds.maxX &&
          b.maxY <= bounds.maxY,
      )
      .map(({ id }) => id);
  }

  private gripPoint(box: BoxGeometry, grip: Grip): Point {
    return grip.kind === "turn" ? this.turnPoint(box) : handlePoint(box, grip.handle);
  }

  private turnPoint(box: BoxGeometry): Point {
    const lift = TURN_OFFSET / this.host.view.scale;
    return handlePoint({ ...box, y: box.y - lift, height: box.height + 2 * lift }, { hx: 0, hy: -1 });
  }

  private shownHandles(box: BoxGeometry): readonly Handle[] {
    const { scale } = this.host.view;
    return HANDLES.filter(
      ({ hx, hy }) => (hx !== 0 || box.width * scale >= SMALL) && (hy !== 0 || box.height * scale >= SMALL),
    );
  }

  private gripAt({ id, geometry }: { id: string; geometry: BoxGeometry }, screen: Point): Grip | null {
    const near = (p: Point): boolean => {
      const at = this.host.view.toScreen(p.x, p.y);
      return Math.max(Math.abs(at.x - screen.x), Math.abs(at.y - screen.y)) <= TOLERANCE + 1;
    };
    if (this.host.canRotate(id) && near(this.turnPoint(geometry))) return { kind: "turn" };
    const handle = this.shownHandles(geometry).find((one) => near(handlePoint(geometry, one)));
    return handle ? { kind: "handle", handle } : null;
  }

  private paintHandles(ctx: CanvasRenderingContext2D, id: string, box: BoxGeometry): void {
    const { view } = this.host;
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = "#14161a";
    ctx.fillStyle = "#ffffff";
    for (const handle of this.shownHandles(box)) {
      const p = handlePoint(box, handle);
      const { x, y } = view.toScreen(p.x, p.y);
      ctx.fillRect(x - 4, y - 4, 8, 8);
      ctx.strokeRect(x - 4, y - 4, 8, 8);
    }
    if (!this.host.canRotate(id)) return;
    const top = handlePoint(box, { hx: 0, hy: -1 });
    const turn = this.turnPoint(box);
    const a = view.toScreen(top.x, top.y);
    const b = view.toScreen(turn.x, turn.y);
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.strokeStyle = "#ffffff";
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(b.x, b.y, 5, 0, 2 * Math.PI);
    ctx.strokeStyle = "#14161a";
    ctx.fill();
    ctx.stroke();
  }

  private paintMarquee(ctx: CanvasRenderingContext2D, rect: Rect): void {
    const { x, y } = this.host.view.toScreen(rect.x, rect.y);
    const width = rect.width * this.host.view.scale;
    const height = rect.height * this.host.view.scale;
    ctx.fillStyle = "rgba(120, 170, 255, 0.15)";
    ctx.fillRect(x, y, width, height);
    ctx.lineWidth = 1;
    ctx.strokeStyle = "rgba(160, 195, 255, 0.95)";
    ctx.strokeRect(x, y, width, height);
  }
}
