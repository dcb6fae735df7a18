import RBush from "rbush";
import { type Bounds, growBounds, type Point } from "./geometry";
import { hitShape, type Shape } from "./shapes";

interface Item extends Bounds {
  shape: Shape;
  /** Place in the drawing order. */
  order: number;
}

/** What one synchronisation changed: the shapes before and after, for partial repainting. */
export interface SceneChange {
  /** Bounds that look different now, image pixels; null when everything may have changed. */
  dirty: Bounds[] | null;
}

/** Above this many changed shapes one bulk load beats single inserts. */
const BULK_LIMIT = 400;

/** The drawn shapes with a spatial index: drawing order, culling and hit tests. */
export class HitIndex {
  private readonly tree = new RBush<Item>();
  private items = new Map<string, Item>();

  get size(): number {
    return this.items.size;
  }

  get(id: string): Shape | undefined {
    return this.items.get(id)?.shape;
  }

  /**
   * Replaces the content. Shapes that are the same object as before cost one comparison.
   *
   * @param shapes in drawing order, later ones on top.
   */
  sync(shapes: readonly Shape[]): SceneChange {
    const next = new Map<string, Item>();
    const added: Item[] = [];
    const removed: Item[] = [];
    shapes.forEach((shape, order) => {
      const old = this.items.get(shape.id);
      if (old && old.shape === shape) {
        old.order = order;
        next.set(shape.id, old);
        return;
      }
      if (old) removed.push(old);
      const item: Item = { ...shape.bounds, shape, order };
      added.push(item);
      next.set(shape.id, item);
    });
    for (const [id, item] of this.items) if (!next.has(id)) removed.push(item);
    this.items = next;
    if (added.length + removed.length > BULK_LIMIT) {
      this.tree.clear();
      this.tree.load([...next.values()]);
      return { dirty: null };
    }
    for (const item of removed) this.tree.remove(item);
    for (const item of added) this.tree.insert(item);
    return { dirty: [...removed, ...added].map(({ shape }) => shape.bounds) };
  }

  /** Shapes touching `bounds`, in drawing order. */
  query(bounds: Bounds): Shape[] {
    return this.tree
      .search(bounds)
      .sort((a, b) => a.order - b.order)
      .map(({ shape }) => shape);
  }

  /**
   * Shapes under a point, best first: outlines before insides, then the smallest, then the topmost.
   *
   * @param tolerance image pixels around the point.
   */
  at(p: Point, tolerance: number): Shape[] {
    const around = growBounds({ minX: p.x, minY: p.y, maxX: p.x, maxY: p.y }, tolerance * 2);
    return this.tree
      .search(around)
      .map((item) => ({ item, hit: hitShape(item.shape, p, tolerance) }))
      .filter(({ hit }) => hit !== null)
      .sort(
        (a, b) =>
          Number(b.hit === "edge") - Number(a.hit === "edge") ||
          a.item.shape.area - b.item.shape.area ||
          b.item.order - a.item.order,
      )
      .map(({ item }) => item.shape);
  }
}
