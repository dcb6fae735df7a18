import { beforeEach, describe, expect, it } from "vitest";
import { pick } from "../../kit/doc/pick";
import { createSession } from "../../kit/doc/session";
import { createMediaContext } from "../../kit/media/context";
import { createImageCache } from "../../kit/media/image";
import "../../test/messages";
import { commandById } from "./commands";
import * as edits from "./edits";
import { imageEditor } from "./index";
import { type Annotation, GEOMETRIES, type GeometryName, type ImageParams } from "./types";

const LABELS = ["one", "two", "three"];
const media = createMediaContext([], createImageCache({ decode: () => Promise.reject(new Error("unused")) }));
const params = (rest: Partial<ImageParams> = {}): ImageParams => ({
  attachment: "https://example.org/a.jpg",
  geometries: Object.fromEntries(GEOMETRIES.map((name) => [name, { objects_to_annotate: LABELS }])),
  ...rest,
});

function open(p: ImageParams = params(), annotations: Annotation[] = []): edits.ImageSession {
  const session = createSession({
    id: "a",
    model: imageEditor,
    params: p,
    media,
    mode: "edit",
    response: { annotations, global_attributes: {}, links: [] },
  });
  session.ui.setState({ mediaSize: { width: 640, height: 480 } });
  return session;
}

const of = (type: GeometryName, uuid: string, label = "one"): Annotation => ({
  uuid,
  type,
  label,
  ...(type === "box" ? { left: 10, top: 10, width: 50, height: 50 } : { vertices: [{ x: 1, y: 1 }] }),
});

let session: edits.ImageSession;
beforeEach(() => {
  session = open();
});

const digit = (n: number): void => commandById(`label.${n}`).run(session);
const run = (id: string): void => commandById(id).run(session);
const draw = (x = 20): void => edits.addBox(session, { x, y: 20, width: 40, height: 40 });
const labels = () => session.doc.getState().order.map((id) => session.doc.getState().objects[id]?.label);
const selection = () => session.ui.getState().selection;

describe("f01: label keys", () => {
  it("f01: 1 B draw, 2 B draw, 3 B draw gives the labels 1, 2, 3", () => {
    for (const n of [1, 2, 3]) {
      digit(n);
      run("box");
      draw(20 * n);
    }
    expect(labels()).toEqual(LABELS);
    expect(session.ui.getState().tool).toBe("box");
  });

  it("f01: the same without B, with boxes made by the keyboard and nudged, and after Esc or V", () => {
    digit(1);
    draw();
    digit(2);
    edits.addBoxAt(session, { x: 100, y: 100 }, 200);
    edits.nudge(session, 5, 0);
    edits.grow(session, 5, 0);
    run("escape");
    digit(3);
    draw();
    run("select");
    digit(1);
    draw();
    expect(labels()).toEqual(["one", "two", "three", "one"]);
  });

  it.each(GEOMETRIES)("f01: a %s selected by hand is relabelled, and a box drawn after it is not", (type) => {
    session = open(params(), [of(type, "x")]);
    pick(session.ui, ["x"]);
    digit(2);
    expect(labels()).toEqual(["two"]);
    expect(session.ui.getState().tool).toBe("select");
    run("box");
    digit(3);
    draw();
    digit(1);
    expect(labels()).toEqual(["two", "three"]);
  });

  it("f01: Tab, the list and Ctrl+A select by hand", () => {
    session = open(params(), [of("box", "x"), of("polygon", "y")]);
    run("all");
    digit(2);
    expect(labels()).toEqual(["two", "two"]);
    draw();
    digit(3);
    expect(labels()).toEqual(["two", "two", "two"]);
    pick(session.ui, [session.doc.getState().order[2]!]);
    digit(1);
    expect(labels()).toEqual(["two", "two", "one"]);
  });

  it("f01: undo after drawing selects an older box, and leaves its label alone", () => {
    digit(1);
    draw();
    pick(session.ui, selection());
    digit(2);
    run("box");
    draw();
    session.undo();
    expect(selection()).toHaveLength(1);
    digit(3);
    expect(labels()).toEqual(["two"]);
    draw();
    session.undo();
    session.redo();
    digit(1);
    expect(labels()).toEqual(["two", "three"]);
  });

  it("f01: undo of a relabelling keeps the selection in hand", () => {
    session = open(params(), [of("box", "x")]);
    pick(session.ui, ["x"]);
    digit(2);
    session.undo();
    expect(labels()).toEqual(["one"]);
    digit(3);
    expect(labels()).toEqual(["three"]);
  });

  it("f01: copies, and what is selected after a delete, are not relabelled", () => {
    session = open(params(), [of("box", "x"), of("box", "y"), of("box", "z")]);
    pick(session.ui, ["x"]);
    edits.duplicate(session);
    digit(2);
    expect(labels()).toEqual(["one", "one", "one", "one"]);
    pick(session.ui, ["x"]);
    edits.remove(session, ["x"]);
    expect(selection()).toEqual(["y"]);
    digit(3);
    expect(labels()).toEqual(["one", "one", "one"]);
  });

  it("f01: an object that a refused submit points to is not relabelled", () => {
    session = open(params(), [of("box", "x")]);
    session.ui.setState({ selection: ["x"] });
    digit(2);
    expect(labels()).toEqual(["one"]);
  });

  it("f01: R hands the drawn box to the label keys, and takes it away again", () => {
    digit(1);
    draw();
    expect(edits.relabels(session)).toBe(false);
    run("relabel");
    expect(edits.relabels(session)).toBe(true);
    digit(2);
    expect(labels()).toEqual(["two"]);
    run("relabel");
    digit(3);
    expect(labels()).toEqual(["two"]);
  });

  it("f01: locked labels stay, with a reason, and boxes can be drawn on", () => {
    session = open(
      params({ base_annotations: { annotations: [of("box", "x")] }, can_edit_base_annotation_labels: false }),
      [of("box", "x")],
    );
    pick(session.ui, ["x"]);
    digit(2);
    expect(labels()).toEqual(["one"]);
    expect(session.ui.getState().notice?.text).toBe("The object cannot have the label “two”.");
    run("box");
    draw();
    expect(labels()).toEqual(["one", "two"]);
  });

  it("f01: a task opened again draws with the label chosen then", () => {
    session = open(params(), [of("box", "x", "two")]);
    expect(edits.relabels(session)).toBe(false);
    digit(3);
    draw();
    expect(labels()).toEqual(["two", "three"]);
  });
});
