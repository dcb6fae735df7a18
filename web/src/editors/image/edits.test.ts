import { beforeEach, expect, test } from "vitest";
import { pick } from "../../kit/doc/pick";
import { createSession } from "../../kit/doc/session";
import type { Mode } from "../../kit/doc/types";
import { createMediaContext } from "../../kit/media/context";
import { createImageCache } from "../../kit/media/image";
import "../../test/messages";
import fixture from "../../test/fixtures/imageannotation.json";
import * as edits from "./edits";
import { diff, toDoc, toResponse, validate } from "./model";
import type { ImageDoc, ImageParams, ImageResponse } from "./types";

const params = fixture.params as unknown as ImageParams;
const response = fixture.response as unknown as ImageResponse;
const CAR = "0f3c3d4c-6b1c-4f28-9ad0-2b1f0a5f7d10";
const TRAILER = "9f6f39b4-55c9-4a6e-8b1d-f06f5a5f9c11";
const PUDDLE = "8b6f0000-0000-4000-8000-000000000001";
const BICYCLE = "c0de0000-0000-4000-8000-000000000006";
const media = createMediaContext([], createImageCache({ decode: () => Promise.reject(new Error("unused")) }));
const model = { type: "imageannotation", docVersion: 1, toDoc, toResponse, validate, diff };

function open(
  p: ImageParams = params,
  r: ImageResponse | null = response,
  mode: Mode = "edit",
): edits.ImageSession {
  const session = createSession<ImageParams, ImageDoc, ImageResponse>({
    id: "a",
    model,
    params: p,
    media,
    mode,
    response: r,
  });
  session.ui.setState({ mediaSize: { width: 1280, height: 720 }, label: "Car" });
  return session;
}

let session: edits.ImageSession;
beforeEach(() => {
  session = open();
});

const select = (...ids: string[]): void => pick(session.ui, ids);
const object = (id: string) => session.doc.getState().objects[id];
const notice = () => session.ui.getState().notice?.text;

test("a drawn box has the current label, is selected, and is one undo step", () => {
  edits.addBox(session, { x: 1, y: 2, width: 30, height: 40 });
  const [id] = session.ui.getState().selection;
  expect(object(id ?? "")).toMatchObject({
    type: "box",
    label: "Car",
    left: 1,
    top: 2,
    width: 30,
    height: 40,
  });
  expect(session.doc.getState().order.at(-1)).toBe(id);
  session.undo();
  expect(session.toResponse()).toEqual(response);
});

test("a keyboard box lies in the middle, keeps the smallest size and stays inside", () => {
  edits.addBoxAt(session, { x: 640, y: 360 }, 500);
  expect(edits.selected(session)[0]).toMatchObject({ left: 590, top: 310, width: 100, height: 100 });
  edits.addBoxAt(session, { x: 0, y: 0 }, 1);
  expect(edits.selected(session)[0]).toMatchObject({ left: 0, top: 0, width: 8, height: 8 });
});

test("drawing is refused with a reason", () => {
  expect(edits.drawBlocked(session)).toBeNull();
  session.ui.setState({ label: "Puddle" });
  expect(edits.drawBlocked(session)).toContain("label");
  session.ui.setState({ label: "Car", mediaSize: null });
  expect(edits.drawBlocked(session)).toContain("loading");
  const closed = open({ ...params, can_add_base_annotations: false });
  expect(edits.drawBlocked(closed)).toContain("does not allow");
  edits.addBox(closed, { x: 1, y: 2, width: 30, height: 40 });
  expect(closed.toResponse()).toEqual(response);
  expect(edits.drawBlocked(open(params, response, "review"))).toContain("cannot be changed");
});

test("nudging moves boxes only, stops at the border and merges into one step", () => {
  select(CAR, PUDDLE);
  for (let i = 0; i < 5; i += 1) edits.nudge(session, -1, 0);
  edits.nudge(session, -10_000, 0);
  expect(object(CAR)).toMatchObject({ left: 0, top: 220.25, width: 188 });
  expect(object(PUDDLE)).toEqual(response.annotations[2]);
  session.undo();
  expect(session.toResponse()).toEqual(response);
});

test("growing changes the right and lower side, down to the smallest size; turned boxes along their sides", () => {
  select(CAR);
  edits.grow(session, 12, -5);
  expect(object(CAR)).toMatchObject({ left: 411.5, top: 220.25, width: 200, height: 91.5 });
  edits.grow(session, -999, 0);
  expect(object(CAR)?.width).toBe(4);
  select(TRAILER);
  edits.grow(session, 10, 0);
  expect(object(TRAILER)).toMatchObject({ width: 160, height: 90, rotation: 0.1745 });
});

test("moving a turned box moves its corners along", () => {
  select(TRAILER);
  edits.nudge(session, 10, 20);
  const [corner] = object(TRAILER)?.vertices ?? [];
  expect(corner?.x).toBeCloseTo(618.95, 0);
  expect(corner?.y).toBeCloseTo(207.66, 0);
});

test("deleting takes links and linked answers along and selects the next object", () => {
  edits.remove(session, [CAR]);
  expect(object(CAR)).toBeUndefined();
  expect(object(TRAILER)?.attributes).toEqual({});
  expect(session.doc.getState().links).toEqual([]);
  expect(session.ui.getState().selection).toEqual([TRAILER]);
  session.undo();
  expect(session.toResponse()).toEqual(response);
});

test("locked objects are neither moved, relabelled nor deleted", () => {
  session = open({
    ...params,
    base_annotations: { annotations: response.annotations },
    can_edit_base_annotations: false,
    can_edit_base_annotation_labels: false,
    can_delete_base_annotations: false,
  });
  select(CAR);
  edits.nudge(session, 5, 5);
  edits.pickLabel(session, "Bicycle");
  edits.remove(session, [CAR]);
  expect(session.toResponse()).toEqual(response);
  expect(notice()).toContain("cannot be deleted");
});

test("picking a label relabels what may have it, and starts drawing when nothing is selected", () => {
  select(BICYCLE, PUDDLE);
  edits.pickLabel(session, "Motorcycle");
  expect(object(BICYCLE)?.label).toBe("Motorcycle");
  expect(object(PUDDLE)?.label).toBe("Puddle");
  expect(session.ui.getState()).toMatchObject({ label: "Motorcycle", tool: "select" });
  select();
  edits.pickLabel(session, "Car");
  expect(session.ui.getState().tool).toBe("box");
});

test("answers are given to all selected objects and can be taken back", () => {
  edits.setAttribute(session, [CAR, BICYCLE], "occlusion", "50%");
  expect([object(CAR)?.attributes?.occlusion, object(BICYCLE)?.attributes?.occlusion]).toEqual([
    "50%",
    "50%",
  ]);
  edits.setAttribute(session, [CAR], "occlusion", undefined);
  expect(object(CAR)?.attributes).not.toHaveProperty("occlusion");
  edits.setGlobal(session, "is_night", "Yes");
  expect(session.toResponse()).toHaveProperty("global_attributes.is_night", "Yes");
  edits.setGlobal(session, "is_night", undefined);
  expect(session.toResponse()).toHaveProperty("global_attributes", {});
});

test("duplicates are new objects beside the old ones", () => {
  select(CAR, PUDDLE);
  edits.duplicate(session);
  const [copy, ...others] = edits.selected(session);
  expect(others).toEqual([]);
  expect(copy).toMatchObject({ label: "Car", left: 423.5, top: 232.25, attributes: { heading: 274 } });
  expect(copy?.uuid).not.toBe(CAR);
});

test("hiding is a view matter: the answer stays", () => {
  edits.toggleHidden(session, [CAR, TRAILER]);
  expect(session.ui.getState().hidden.has(CAR)).toBe(true);
  edits.toggleHidden(session, [CAR]);
  expect([...session.ui.getState().hidden]).toEqual([TRAILER]);
  expect(session.toResponse()).toEqual(response);
});
