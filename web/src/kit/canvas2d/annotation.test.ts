import { expect, test } from "vitest";
import fixture from "../../test/fixtures/imageannotation.json";
import { outlineOf, type WireGeometry } from "./annotation";
import { layerShapes } from "./layers";

const byType = (type: string, label?: string): WireGeometry =>
  fixture.response.annotations.find(
    (one) => one.type === type && (label === undefined || one.label === label),
  ) as WireGeometry;

test("each geometry of the wire gets its outline", () => {
  expect(outlineOf(byType("box", "Car"))).toEqual({ kind: "rect", points: [411.5, 220.25, 599.5, 316.75] });
  const turned = outlineOf(byType("box", "Trailer"));
  expect(turned?.kind).toBe("ring");
  expect(turned?.points[0]).toBeCloseTo(608.95, 1);
  expect(outlineOf(byType("polygon"))).toEqual({ kind: "ring", points: [12, 700.5, 80.1, 690, 96, 733] });
  expect(outlineOf(byType("line"))).toEqual({ kind: "chain", points: [3, 719, 400, 388.2] });
  expect(outlineOf(byType("point"))).toEqual({ kind: "point", points: [512.3, 301.9] });
  const ellipse = outlineOf(byType("ellipse"));
  expect(ellipse?.kind).toBe("ring");
  expect(Math.max(...(ellipse?.points ?? []).filter((_, i) => i % 2 === 0))).toBeCloseTo(173, 0);
  expect(outlineOf(byType("cuboid"))).toEqual({ kind: "segments", points: [137, 219, 245, 219] });
});

test("a cuboid without edges is drawn from its six vertices", () => {
  const { edges: _edges, ...cuboid } = byType("cuboid");
  const outline = outlineOf(cuboid);
  expect(outline?.points).toHaveLength(7 * 4);
  expect(outline?.points).toEqual(expect.arrayContaining([245, 219, 316, 165]));
});

test("incomplete or unknown geometries are not drawn", () => {
  expect(outlineOf({ type: "box", left: 1, top: 2 })).toBeNull();
  expect(outlineOf({ type: "ellipse", vertices: [{ x: 1, y: 2 }] })).toBeNull();
  expect(outlineOf({ type: "point" })).toBeNull();
  expect(outlineOf({ type: "helix" })).toBeNull();
});

test("layers become drawings that carry their label", () => {
  const shapes = layerShapes({
    boxes: [{ left: 1, top: 2, width: 3, height: 4, label: "zone" }, { broken: true }],
    lines: [
      {
        vertices: [
          { x: 0, y: 0 },
          { x: 5, y: 5 },
        ],
      },
    ],
    unknown: [{}],
  });
  expect(shapes.map(({ id, kind, tag }) => [id, kind, tag])).toEqual([
    ["layer:boxes:0", "rect", "zone"],
    ["layer:lines:0", "chain", ""],
  ]);
  expect(layerShapes(undefined)).toEqual([]);
});
