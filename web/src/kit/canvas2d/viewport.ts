import { type Bounds, clamp, type Point, type Rect } from "./geometry";

export interface ViewportState {
  /** Screen pixels per image pixel. */
  scale: number;
  /** Screen position of the image's origin, CSS pixels from the canvas' top-left corner. */
  x: number;
  y: number;
}

export const MAX_SCALE = 64;
/** Free border around a fitted image, CSS pixels. */
const FIT_MARGIN = 16;

/** Maps image pixels to the canvas and back; knows nothing of drawing. */
export class Viewport {
  private state: ViewportState = { scale: 1, x: 0, y: 0 };
  private screen = { width: 1, height: 1 };
  private content: Rect = { x: 0, y: 0, width: 1, height: 1 };
  private following = true;
  private readonly listeners = new Set<() => void>();

  get scale(): number {
    return this.state.scale;
  }

  get x(): number {
    return this.state.x;
  }

  get y(): number {
    return this.state.y;
  }

  get size(): { width: number; height: number } {
    return this.screen;
  }

  /** Whether the view still shows the fitted image, so that a resize fits again. */
  get fitted(): boolean {
    return this.following;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Sets the canvas size, CSS pixels. */
  resize(width: number, height: number): void {
    const before = this.screen;
    this.screen = { width: Math.max(1, width), height: Math.max(1, height) };
    if (this.following) {
      this.fit();
      return;
    }
    // The middle of the view stays where it is, e.g. when a side panel opens.
    const dx = (this.screen.width - before.width) / 2;
    const dy = (this.screen.height - before.height) / 2;
    this.set({ ...this.state, x: this.state.x + dx, y: this.state.y + dy });
  }

  /** Sets the area to fit, image pixels: the image with its padding. */
  setContent(content: Rect): void {
    this.content = { ...content, width: Math.max(1, content.width), height: Math.max(1, content.height) };
    this.fit();
  }

  toScreen(x: number, y: number): Point {
    return { x: x * this.state.scale + this.state.x, y: y * this.state.scale + this.state.y };
  }

  toImage(x: number, y: number): Point {
    return { x: (x - this.state.x) / this.state.scale, y: (y - this.state.y) / this.state.scale };
  }

  /** The part of the image plane the canvas shows, image pixels. */
  visible(): Bounds {
    const min = this.toImage(0, 0);
    const max = this.toImage(this.screen.width, this.screen.height);
    return { minX: min.x, minY: min.y, maxX: max.x, maxY: max.y };
  }

  /** Zooms by `factor`, keeping the image pixel under the screen point `(x, y)` where it is. */
  zoomAt(x: number, y: number, factor: number): void {
    const scale = clamp(this.state.scale * factor, this.minScale(), MAX_SCALE);
    const kept = this.toImage(x, y);
    this.following = false;
    this.set({ scale, x: x - kept.x * scale, y: y - kept.y * scale });
  }

  panBy(dx: number, dy: number): void {
    this.following = false;
    this.set({ ...this.state, x: this.state.x + dx, y: this.state.y + dy });
  }

  /** Shows the whole content. */
  fit(): void {
    this.following = true;
    this.show(this.content, FIT_MARGIN, MAX_SCALE);
  }

  /** One image pixel per CSS pixel, the middle of the view stays. */
  actualSize(): void {
    this.zoomAt(this.screen.width / 2, this.screen.height / 2, 1 / this.state.scale);
  }

  /** Centres `rect` with room around it, at most eight-fold. */
  zoomTo(rect: Rect): void {
    this.following = false;
    this.show(rect, Math.min(this.screen.width, this.screen.height) / 4, Math.max(8, this.fitScale()));
  }

  /** Moves as little as needed to bring `rect` into view; the zoom stays. */
  reveal(rect: Rect): void {
    const a = this.toScreen(rect.x, rect.y);
    const b = this.toScreen(rect.x + rect.width, rect.y + rect.height);
    const shift = (from: number, to: number, length: number): number => {
      if (from >= 0 && to <= length) return 0;
      return to - from > length
        ? (length - to - from) / 2
        : from < 0
          ? FIT_MARGIN - from
          : length - FIT_MARGIN - to;
    };
    const dx = shift(a.x, b.x, this.screen.width);
    const dy = shift(a.y, b.y, this.screen.height);
    if (dx !== 0 || dy !== 0) this.panBy(dx, dy);
  }

  private fitScale(): number {
    return Math.min(
      Math.max(1, this.screen.width - 2 * FIT_MARGIN) / this.content.width,
      Math.max(1, this.screen.height - 2 * FIT_MARGIN) / this.content.height,
    );
  }

  private minScale(): number {
    return Math.min(this.fitScale() / 4, 1);
  }

  private show(rect: Rect, margin: number, maxScale: number): void {
    const width = Math.max(1, this.screen.width - 2 * margin);
    const height = Math.max(1, this.screen.height - 2 * margin);
    const wanted = Math.min(width / Math.max(rect.width, 1e-6), height / Math.max(rect.height, 1e-6));
    const scale = clamp(wanted, this.minScale(), maxScale);
    this.set({
      scale,
      x: this.screen.width / 2 - (rect.x + rect.width / 2) * scale,
      y: this.screen.height / 2 - (rect.y + rect.height / 2) * scale,
    });
  }

  private set(next: ViewportState): void {
    const { scale, x, y } = this.state;
    if (next.scale === scale && next.x === x && next.y === y) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  }
}
