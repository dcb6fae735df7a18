import { UNKNOWN_STYLE } from "../labels/palette";
import { outlineOf, type WireGeometry } from "./annotation";
import { makeShape, type Shape } from "./shapes";

/** Ids of layer drawings begin so; they cannot be selected. */
export const LAYER = "layer:";

const TYPES: Readonly<Record<string, string>> = {
  boxes: "box",
  lines: "line",
  polygons: "polygon",
  cuboids: "cuboid",
  points: "point",
};

/** Read-only drawings of a task's `layers` param: arrays of shapes in response form. */
export function layerShapes(layers: unknown): Shape[] {
  if (typeof layers !== "object" || layers === null) return [];
  return Object.entries(layers).flatMap(([name, items]) => {
    const type = TYPES[name];
    if (type === undefined || !Array.isArray(items)) return [];
    return items.flatMap((item: unknown, index) => {
      const outline = outlineOf({ ...(item as Omit<WireGeometry, "type">), type });
      const label = (item as { label?: unknown }).label;
      const tag = typeof label === "string" ? label : "";
      return outline
        ? [makeShape(`${LAYER}${name}:${index}`, outline.kind, outline.points, UNKNOWN_STYLE, tag)]
        : [];
    });
  });
}
