import fc from "fast-check";
import { expect, test } from "vitest";
import { UNKNOWN_STYLE } from "../labels/palette";
import { overlaps } from "./geometry";
import { HitIndex } from "./hit";
import { ellipseRing, hitShape, makeShape, type Shape } from "./shapes";

const rect = (id: string, left: number, top: number, width: number, height: number): Shape =>
  makeShape(id, "rect", [left, top, left + width, top + height], UNKNOWN_STYLE, id);

const ids = (shapes: readonly Shape[]): string[] => shapes.map(({ id }) => id);

test("outlines win over insides, then the smallest, then the topmost", () => {
  const index = new HitIndex();
  index.sync([rect("big", 0, 0, 100, 100), rect("small", 20, 20, 30, 30), rect("twin", 20, 20, 30, 30)]);
  expect(ids(index.at({ x: 35, y: 35 }, 2))).toEqual(["twin", "small", "big"]);
  expect(ids(index.at({ x: 1, y: 50 }, 2))).toEqual(["big"]);
  expect(ids(index.at({ x: 21, y: 35 }, 2))).toEqual(["twin", "small", "big"]);
  expect(ids(index.at({ x: 104, y: 50 }, 2))).toEqual([]);
});

test("a large shape's outline is caught inside a small one", () => {
  const index = new HitIndex();
  index.sync([rect("big", 0, 0, 100, 100), rect("small", -20, 40, 40, 20)]);
  expect(ids(index.at({ x: 0, y: 50 }, 2))[0]).toBe("big");
});

test("every kind is hit where it is drawn", () => {
  const make = (kind: Shape["kind"], points: number[]): Shape =>
    makeShape("s", kind, points, UNKNOWN_STYLE, "");
  const chain = make("chain", [0, 0, 10, 0, 10, 10]);
  expect(hitShape(chain, { x: 10.5, y: 5 }, 1)).toBe("edge");
  expect(hitShape(chain, { x: 5, y: 5 }, 1)).toBeNull();
  const ring = make("ring", [0, 0, 10, 0, 10, 10]);
  expect(hitShape(ring, { x: 8, y: 4 }, 1)).toBe("inside");
  expect(hitShape(ring, { x: 5, y: 5.5 }, 1)).toBe("edge");
  expect(hitShape(make("point", [3, 3]), { x: 4, y: 3 }, 1)).toBe("edge");
  const segments = make("segments", [0, 0, 4, 0, 10, 10, 14, 10]);
  expect(hitShape(segments, { x: 12, y: 10.2 }, 1)).toBe("edge");
  expect(hitShape(segments, { x: 7, y: 5 }, 1)).toBeNull();
  const ellipse = make("ring", ellipseRing([10, 0, 20, 5, 10, 10, 0, 5]));
  expect(hitShape(ellipse, { x: 10, y: 5 }, 0.5)).toBe("inside");
  expect(hitShape(ellipse, { x: 1, y: 0.5 }, 0.5)).toBeNull();
});

test("the index finds what a plain search finds, through changes", () => {
  const box = fc.record({
    id: fc.integer({ min: 0, max: 30 }),
    left: fc.integer({ min: 0, max: 500 }),
    top: fc.integer({ min: 0, max: 500 }),
    width: fc.integer({ min: 1, max: 100 }),
    height: fc.integer({ min: 1, max: 100 }),
  });
  const boxes = fc.uniqueArray(box, { maxLength: 25, selector: ({ id }) => id });
  fc.assert(
    fc.property(fc.array(boxes, { minLength: 1, maxLength: 6 }), (versions) => {
      const index = new HitIndex();
      for (const version of versions) {
        const shapes = version.map((b) => rect(String(b.id), b.left, b.top, b.width, b.height));
        index.sync(shapes);
        const area = { minX: 100, minY: 100, maxX: 300, maxY: 260 };
        expect(ids(index.query(area))).toEqual(ids(shapes.filter(({ bounds }) => overlaps(bounds, area))));
        expect(index.size).toBe(shapes.length);
      }
    }),
    { seed: 2 },
  );
});

test("tells which areas changed, and that all did after a large change", () => {
  const index = new HitIndex();
  const a = rect("a", 0, 0, 10, 10);
  index.sync([a]);
  expect(index.sync([a])).toEqual({ dirty: [] });
  const moved = rect("a", 50, 0, 10, 10);
  expect(index.sync([moved]).dirty).toEqual([a.bounds, moved.bounds]);
  expect(index.sync([]).dirty).toEqual([moved.bounds]);
  const many = Array.from({ length: 1000 }, (_, i) => rect(String(i), i, i, 5, 5));
  expect(index.sync(many).dirty).toBeNull();
  expect(index.query({ minX: 500, minY: 500, maxX: 500, maxY: 500 })).toHaveLength(6);
});
