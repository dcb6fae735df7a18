import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type BoxGeometry,
  type BoxLimits,
  HANDLES,
  handleCursor,
  handlePoint,
  isLargeEnough,
  moveBox,
  normalizeAngle,
  resizeBox,
  roundBox,
  turnBox,
} from "./boxMath";
import { boxCorners } from "./geometry";

const limits: BoxLimits = {
  bounds: { minX: 0, minY: 0, maxX: 1000, maxY: 500 },
  minWidth: 4,
  minHeight: 6,
  integer: false,
};
const box = (x: number, y: number, width: number, height: number, rotation = 0): BoxGeometry => ({
  x,
  y,
  width,
  height,
  rotation,
});

test("moving stops at the border and keeps the size", () => {
  expect(moveBox(box(10, 10, 50, 20), -30, 1000, limits)).toEqual(box(0, 480, 50, 20));
  expect(moveBox(box(10, 10, 50, 20, 0.5), -300, 0, limits)).toEqual(box(-25, 10, 50, 20, 0.5));
});

test("the opposite side stays, the smallest size holds, the pointer is clamped", () => {
  const b = box(100, 100, 50, 40);
  expect(resizeBox(b, { hx: 1, hy: 0 }, { x: 180, y: 0 }, limits)).toEqual(box(100, 100, 80, 40));
  expect(resizeBox(b, { hx: -1, hy: -1 }, { x: 90, y: 95 }, limits)).toEqual(box(90, 95, 60, 45));
  expect(resizeBox(b, { hx: 1, hy: 1 }, { x: 0, y: 0 }, limits)).toEqual(box(100, 100, 4, 6));
  expect(resizeBox(b, { hx: -1, hy: 0 }, { x: 500, y: 0 }, limits)).toEqual(box(146, 100, 4, 40));
  expect(resizeBox(b, { hx: 1, hy: 1 }, { x: 9999, y: 9999 }, limits)).toEqual(box(100, 100, 900, 400));
});

test("corner handles keep the proportions when asked", () => {
  const b = box(0, 0, 100, 50);
  const resized = resizeBox(b, { hx: 1, hy: 1 }, { x: 200, y: 60 }, limits, true);
  expect(resized.width / resized.height).toBeCloseTo(2);
});

test("resizing a turned box leaves the opposite corner in place", () => {
  const turned = fc.record({
    rotation: fc.double({ min: -3, max: 3, noNaN: true }),
    handle: fc.constantFrom(...HANDLES.filter(({ hx, hy }) => hx !== 0 && hy !== 0)),
    x: fc.integer({ min: 100, max: 900 }),
    y: fc.integer({ min: 50, max: 450 }),
  });
  fc.assert(
    fc.property(turned, ({ rotation, handle, x, y }) => {
      const before = box(400, 200, 120, 80, rotation || 0.1);
      const after = resizeBox(before, handle, { x, y }, limits);
      const opposite = { hx: -handle.hx as 1 | -1, hy: -handle.hy as 1 | -1 };
      const a = handlePoint(before, opposite);
      const b = handlePoint(after, opposite);
      expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(1e-6);
    }),
    { seed: 3 },
  );
});

test("an unturned box never leaves the bounds, wherever the pointer goes", () => {
  const pull = fc.record({
    handle: fc.constantFrom(...HANDLES),
    x: fc.integer({ min: -2000, max: 3000 }),
    y: fc.integer({ min: -2000, max: 3000 }),
  });
  fc.assert(
    fc.property(fc.array(pull, { maxLength: 10 }), (pulls) => {
      let b = box(400, 200, 120, 80);
      for (const { handle, x, y } of pulls) b = resizeBox(b, handle, { x, y }, limits);
      expect(b.x).toBeGreaterThanOrEqual(0);
      expect(b.y).toBeGreaterThanOrEqual(0);
      expect(b.x + b.width).toBeLessThanOrEqual(1000 + 1e-9);
      expect(b.y + b.height).toBeLessThanOrEqual(500 + 1e-9);
      expect(isLargeEnough(b, limits)).toBe(true);
    }),
    { seed: 4 },
  );
});

test("integer projects get whole pixels, others hundredths, turned boxes are exempt", () => {
  const whole = { ...limits, integer: true };
  expect(roundBox(box(10.4, 10.6, 20.2, 20.2), whole)).toEqual(box(10, 11, 21, 20));
  expect(roundBox(box(10.456, 1, 20.1, 2), limits)).toEqual(box(10.46, 1, 20.1, 2));
  expect(roundBox(box(10.456, 1, 20.1, 2, 0.3), whole).x).toBe(10.46);
});

test("nothing is too small only when both sides reach the minimum", () => {
  expect(isLargeEnough({ x: 0, y: 0, width: 4, height: 6 }, limits)).toBe(true);
  expect(isLargeEnough({ x: 0, y: 0, width: 3.9, height: 60 }, limits)).toBe(false);
  expect(isLargeEnough({ x: 0, y: 0, width: 0, height: 9 }, { ...limits, minWidth: 0 })).toBe(false);
});

test("turning looks at the pointer; Shift snaps to 15 degrees; angles stay within half a turn", () => {
  const b = box(0, 0, 100, 100);
  expect(turnBox(b, { x: 200, y: 50 }, false).rotation).toBeCloseTo(Math.PI / 2, 3);
  expect(turnBox(b, { x: 55, y: -200 }, true).rotation).toBe(0);
  expect(normalizeAngle(3 * Math.PI)).toBeCloseTo(Math.PI, 3);
  expect(normalizeAngle(-0.5)).toBe(-0.5);
  expect(Object.is(normalizeAngle(-1e-9), 0)).toBe(true);
});

test("corners of a turned box match the documented example", () => {
  const corners = boxCorners({ x: 600, y: 200, width: 150, height: 90 }, 0.1745).map(({ x, y }) => [x, y]);
  const documented = [
    [608.95, 187.66],
    [756.67, 213.7],
    [741.05, 302.34],
    [593.33, 276.3],
  ];
  corners.forEach(([x, y], i) => {
    expect(x).toBeCloseTo(documented[i]?.[0] ?? NaN, 1);
    expect(y).toBeCloseTo(documented[i]?.[1] ?? NaN, 1);
  });
});

test("handle cursors follow the rotation", () => {
  expect(handleCursor({ hx: 1, hy: 0 }, 0)).toBe("ew-resize");
  expect(handleCursor({ hx: 1, hy: 1 }, 0)).toBe("nwse-resize");
  expect(handleCursor({ hx: 1, hy: 0 }, Math.PI / 2)).toBe("ns-resize");
});
