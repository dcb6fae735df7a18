import { expect, test } from "vitest";
import type { Overlay } from "../../../kit/doc/types";
import { addMessages } from "../../../kit/i18n";
import fixture from "../../../test/fixtures/imageannotation.json";
import { diff, toDoc } from "../model";
import { projectOf } from "../project";
import type { ImageDoc, ImageParams, ImageResponse } from "../types";
import { Scene } from "./scene";

addMessages({ "image.diff.removed": "− {label}", "image.diff.moved": "{label} moved" });

const params = fixture.params as unknown as ImageParams;
const response = fixture.response as unknown as ImageResponse;
const before = toDoc(params, response);

function later(): { doc: ImageDoc; overlay: Overlay<ImageDoc> } {
  const copy = structuredClone(response);
  const [car] = copy.annotations;
  if (car) car.left = 500;
  copy.annotations.splice(2, 1);
  const doc = toDoc(params, copy);
  return { doc, overlay: { reference: before, changes: diff(before, doc) } };
}

test("shows every object, with its display name", () => {
  const shapes = new Scene(projectOf(params), undefined).shapes(before, null, "after");
  expect(shapes.map(({ id }) => id)).toEqual(before.order);
  expect(shapes[1]?.tag).toBe("Trailer or caravan");
});

test("unchanged objects keep their shape between calls", () => {
  const scene = new Scene(projectOf(params), { boxes: [{ left: 0, top: 0, width: 5, height: 5 }] });
  const first = scene.shapes(before, null, "after");
  const moved: ImageDoc = {
    ...before,
    objects: {
      ...before.objects,
      [before.order[0] ?? ""]: { ...before.objects[before.order[0] ?? ""]!, left: 9 },
    },
  };
  const second = scene.shapes(moved, null, "after");
  expect(second.filter((shape, i) => shape !== first[i]).map(({ id }) => id)).toEqual([before.order[0]]);
  expect(second[0]?.id).toBe("layer:boxes:0");
});

test("a comparison marks changes, shows where things were and what is gone", () => {
  const { doc, overlay } = later();
  const shapes = new Scene(projectOf(params), undefined).shapes(doc, overlay, "both");
  const look = (id: string) => shapes.find((shape) => shape.id === id);
  const [car = "", trailer = "", puddle = ""] = before.order;
  expect(look(car)).toMatchObject({ emphasis: "strong", tag: "Car moved" });
  expect(look(`before:${car}`)).toMatchObject({ emphasis: "dim" });
  expect(look(`before:${puddle}`)).toMatchObject({ emphasis: "gone", tag: "− Puddle" });
  expect(look(trailer)).toMatchObject({ emphasis: "dim" });
  expect(look(`before:${trailer}`)).toBeUndefined();
});

test("before and after show one side alone", () => {
  const { doc, overlay } = later();
  const scene = new Scene(projectOf(params), undefined);
  expect(scene.shapes(doc, overlay, "before").map(({ id }) => id)).toEqual(
    before.order.map((id) => `before:${id}`),
  );
  expect(scene.shapes(doc, overlay, "after").map(({ id }) => id)).toEqual(doc.order);
});
