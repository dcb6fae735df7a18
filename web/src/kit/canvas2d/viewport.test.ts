import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { MAX_SCALE, Viewport } from "./viewport";

function view(width = 800, height = 600): Viewport {
  const viewport = new Viewport();
  viewport.resize(width, height);
  viewport.setContent({ x: 0, y: 0, width: 3840, height: 2160 });
  return viewport;
}

test("fit shows the whole image, centred", () => {
  const viewport = view();
  const min = viewport.toScreen(0, 0);
  const max = viewport.toScreen(3840, 2160);
  expect(min.x).toBeCloseTo(16);
  expect(max.x).toBeCloseTo(784);
  expect((min.y + max.y) / 2).toBeCloseTo(300);
});

test("zooming keeps the pixel under the pointer within half a pixel, whatever the sequence", () => {
  const zoom = fc.record({
    x: fc.integer({ min: 0, max: 800 }),
    y: fc.integer({ min: 0, max: 600 }),
    factor: fc.double({ min: 0.2, max: 5, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(zoom, { maxLength: 20 }), (zooms) => {
      const viewport = view();
      for (const { x, y, factor } of zooms) {
        const pixel = viewport.toImage(x, y);
        viewport.zoomAt(x, y, factor);
        const after = viewport.toScreen(pixel.x, pixel.y);
        expect(Math.hypot(after.x - x, after.y - y)).toBeLessThan(0.5);
        expect(viewport.scale).toBeLessThanOrEqual(MAX_SCALE);
      }
    }),
    { seed: 1 },
  );
});

test("screen and image coordinates are inverse", () => {
  const viewport = view();
  viewport.zoomAt(100, 50, 3);
  viewport.panBy(-33, 12);
  const image = viewport.toImage(123, 456);
  const screen = viewport.toScreen(image.x, image.y);
  expect(screen.x).toBeCloseTo(123);
  expect(screen.y).toBeCloseTo(456);
  const visible = viewport.visible();
  expect(viewport.toScreen(visible.minX, visible.minY)).toEqual({
    x: expect.closeTo(0),
    y: expect.closeTo(0),
  });
});

test("a fitted image is fitted again when the canvas changes size; a zoomed one keeps its middle", () => {
  const viewport = view();
  viewport.resize(400, 600);
  expect(viewport.toScreen(0, 0).x).toBeCloseTo(16);
  viewport.zoomAt(200, 300, 4);
  const middle = viewport.toImage(200, 300);
  viewport.resize(500, 700);
  const after = viewport.toScreen(middle.x, middle.y);
  expect(after.x).toBeCloseTo(250);
  expect(after.y).toBeCloseTo(350);
  expect(viewport.fitted).toBe(false);
});

test("actual size is one image pixel per screen pixel", () => {
  const viewport = view();
  viewport.actualSize();
  expect(viewport.scale).toBeCloseTo(1);
});

test("reveal moves only what is out of view, zoomTo centres", () => {
  const viewport = view();
  viewport.zoomAt(0, 0, 8);
  const before = { x: viewport.x, y: viewport.y };
  const inside = viewport.toImage(100, 100);
  viewport.reveal({ ...inside, width: 10, height: 10 });
  expect({ x: viewport.x, y: viewport.y }).toEqual(before);
  viewport.reveal({ x: 3000, y: 1500, width: 50, height: 40 });
  const visible = viewport.visible();
  expect(visible.minX).toBeLessThanOrEqual(3000);
  expect(visible.maxX).toBeGreaterThanOrEqual(3050);
  expect(visible.maxY).toBeGreaterThanOrEqual(1540);
  viewport.zoomTo({ x: 3000, y: 1500, width: 50, height: 40 });
  const centre = viewport.toScreen(3025, 1520);
  expect(centre.x).toBeCloseTo(400);
  expect(centre.y).toBeCloseTo(300);
});

test("listeners hear changes only", () => {
  const viewport = view();
  const listener = vi.fn<() => void>();
  const stop = viewport.subscribe(listener);
  viewport.fit();
  expect(listener).not.toHaveBeenCalled();
  viewport.panBy(1, 0);
  expect(listener).toHaveBeenCalledOnce();
  stop();
  viewport.panBy(1, 0);
  expect(listener).toHaveBeenCalledOnce();
});
