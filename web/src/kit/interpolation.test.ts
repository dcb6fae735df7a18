import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GeometryName, interpolate, type InterpolationOptions, type TrackFrame } from "./interpolation";

interface Vector {
  name: string;
  geometry: GeometryName;
  keyframes: TrackFrame[];
  keys: number[];
  options: InterpolationOptions;
  expected: TrackFrame[];
}

const file = new URL("../../../contract/vectors/interpolation.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Vector[] };

describe("the vectors that the server is tested with, too", () => {
  test.each(vectors)("$name", ({ geometry, keyframes, keys, options, expected }) => {
    expect(interpolate(geometry, keyframes, keys, options)).toEqual(expected);
    expect(interpolate(geometry, keyframes.toReversed(), keys.toReversed(), options)).toEqual(expected);
  });
});

test("there are vectors of every geometry", () => {
  expect(new Set(vectors.map((one) => one.geometry))).toEqual(
    new Set(["box", "polygon", "line", "point", "cuboid", "ellipse"]),
  );
});

test("two keyframes in one frame are refused, and no keyframes give no frames", () => {
  const twice = [
    { key: 1, x: 0, y: 0 },
    { key: 1, x: 1, y: 1 },
  ];
  expect(() => interpolate("point", twice, [0, 1, 2])).toThrow(RangeError);
  expect(interpolate("point", [], [0, 1, 2], { extend: true })).toEqual([]);
});

test("every frame as a keyframe gives the same frames again, within the bounds of the first ones", () => {
  const points = fc.uniqueArray(
    fc.record({
      key: fc.nat(40),
      x: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      y: fc.integer({ min: -5000, max: 5000 }),
    }),
    { selector: (one) => one.key, minLength: 2, maxLength: 6 },
  );
  const keys = Array.from({ length: 41 }, (_, i) => i);
  fc.assert(
    fc.property(points, (keyframes) => {
      const frames = interpolate("point", keyframes, keys);
      const again = interpolate("point", frames, keys);
      expect(again).toEqual(frames.map((one) => ({ ...one, is_keyframe: true })));
      const xs = keyframes.map((one) => one.x);
      for (const frame of frames) {
        expect(frame["x"]).toBeGreaterThanOrEqual(Math.min(...xs));
        expect(frame["x"]).toBeLessThanOrEqual(Math.max(...xs));
      }
    }),
  );
});
