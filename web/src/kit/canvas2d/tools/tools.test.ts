import { beforeEach, describe, expect, test, vi } from "vitest";
import { UNKNOWN_STYLE } from "../../labels/palette";
import type { BoxGeometry, BoxLimits } from "../boxMath";
import type { Rect } from "../geometry";
import { HitIndex } from "../hit";
import { makeShape } from "../shapes";
import { Viewport } from "../viewport";
import { type DrawBoxHost, DrawBoxTool } from "./drawBox";
import { type SelectHost, SelectTool } from "./select";
import type { ToolEvent } from "./tool";

const limits: BoxLimits = {
  bounds: { minX: 0, minY: 0, maxX: 400, maxY: 300 },
  minWidth: 5,
  minHeight: 5,
  integer: false,
};

/** One image pixel is one screen pixel here. */
function plainView(): Viewport {
  const view = new Viewport();
  view.resize(800, 600);
  view.setContent({ x: 0, y: 0, width: 400, height: 300 });
  view.actualSize();
  view.panBy(-view.x, -view.y);
  return view;
}

const at = (x: number, y: number, keys: Partial<ToolEvent> = {}): ToolEvent => ({
  image: { x, y },
  screen: { x, y },
  shift: false,
  alt: false,
  ctrl: false,
  ...keys,
});

describe("drawing", () => {
  const create = vi.fn<(rect: Rect) => void>();
  const notice = vi.fn<DrawBoxHost["notice"]>();
  let blocked: string | null = null;
  let tool: DrawBoxTool;

  beforeEach(() => {
    create.mockReset();
    notice.mockReset();
    blocked = null;
    tool = new DrawBoxTool({
      view: plainView(),
      limits: () => limits,
      blocked: () => blocked,
      style: () => UNKNOWN_STYLE,
      create,
      notice,
    });
  });

  test("a drag in any direction makes a box", () => {
    tool.down(at(50, 60));
    tool.move(at(20, 100));
    expect(tool.busy).toBe(true);
    tool.up(at(20, 100));
    expect(create).toHaveBeenCalledWith({ x: 20, y: 60, width: 30, height: 40 });
    expect(tool.busy).toBe(false);
  });

  test("two clicks make a box", () => {
    tool.down(at(10, 10));
    tool.up(at(11, 10));
    tool.move(at(80, 70));
    expect(tool.busy).toBe(true);
    tool.down(at(80, 70));
    tool.up(at(80, 70));
    expect(create).toHaveBeenCalledExactlyOnceWith({ x: 10, y: 10, width: 70, height: 60 });
  });

  test("the pointer outside the image is clamped, Shift makes a square that stays inside", () => {
    tool.down(at(-40, 290));
    tool.up(at(9999, -10));
    expect(create).toHaveBeenLastCalledWith({ x: 0, y: 0, width: 400, height: 290 });
    tool.down(at(350, 100));
    tool.up(at(500, 120, { shift: true }));
    expect(create).toHaveBeenLastCalledWith({ x: 350, y: 100, width: 50, height: 50 });
  });

  test("too small, blocked and cancelled drawings make nothing", () => {
    tool.down(at(10, 10));
    tool.up(at(90, 12));
    expect(notice).toHaveBeenLastCalledWith("too_small");
    blocked = "no label";
    tool.down(at(10, 10));
    expect(tool.busy).toBe(false);
    expect(tool.cursor()).toBe("not-allowed");
    expect(notice).toHaveBeenLastCalledWith("blocked", "no label");
    blocked = null;
    tool.down(at(10, 10));
    tool.move(at(60, 60));
    tool.cancel();
    tool.up(at(60, 60));
    expect(create).not.toHaveBeenCalled();
  });
});

describe("selecting", () => {
  const boxes: Record<string, BoxGeometry> = {
    back: { x: 10, y: 10, width: 200, height: 150, rotation: 0 },
    front: { x: 60, y: 60, width: 50, height: 40, rotation: 0 },
    locked: { x: 300, y: 200, width: 50, height: 50, rotation: 0 },
  };
  let selection: readonly string[];
  let picks: number;
  let hidden: Set<string>;
  let shown: ReadonlyMap<string, BoxGeometry> | null;
  let written: ReadonlyMap<string, BoxGeometry>[];
  let tool: SelectTool;

  beforeEach(() => {
    selection = [];
    picks = 0;
    hidden = new Set();
    shown = null;
    written = [];
    const index = new HitIndex();
    index.sync(
      Object.entries(boxes).map(([id, { x, y, width, height }]) =>
        makeShape(id, "rect", [x, y, x + width, y + height], UNKNOWN_STYLE, id),
      ),
    );
    const host: SelectHost = {
      view: plainView(),
      index,
      limits: () => limits,
      selection: () => selection,
      select(ids) {
        selection = ids;
        picks += 1;
      },
      editable: (id) => (id === "locked" ? null : (boxes[id] ?? null)),
      canRotate: () => true,
      isHidden: (id) => hidden.has(id),
      preview: (_kind, next) => (shown = next),
      commit: () => {
        if (shown) written.push(shown);
        shown = null;
      },
      discard: () => (shown = null),
      activate: () => undefined,
    };
    tool = new SelectTool(host);
  });

  const click = (event: ToolEvent): void => {
    tool.down(event);
    tool.up(event);
  };

  test("a click takes the smallest, Alt the one behind, Shift adds, nothing deselects", () => {
    click(at(80, 80));
    expect(selection).toEqual(["front"]);
    click(at(80, 80, { alt: true }));
    expect(selection).toEqual(["back"]);
    click(at(80, 80, { alt: true }));
    expect(selection).toEqual(["front"]);
    click(at(320, 220, { shift: true }));
    expect(selection).toEqual(["front", "locked"]);
    click(at(390, 20));
    expect(selection).toEqual([]);
  });

  test("f01: taking hold of a drawn box, by its area or a handle, selects it by hand", () => {
    selection = ["front"];
    click(at(80, 80));
    expect([selection, picks]).toEqual([["front"], 1]);
    tool.down(at(110, 100));
    expect([selection, picks]).toEqual([["front"], 2]);
  });

  test("hidden objects cannot be hit", () => {
    hidden.add("front");
    click(at(80, 80));
    expect(selection).toEqual(["back"]);
  });

  test("a drag moves all selected boxes and writes once", () => {
    selection = ["front", "back", "locked"];
    tool.down(at(80, 80));
    tool.move(at(81, 80));
    expect(shown).toBeNull();
    tool.move(at(90, 95));
    expect([...(shown?.keys() ?? [])]).toEqual(["front", "back"]);
    tool.move(at(100, 100));
    tool.up(at(100, 100));
    expect(written).toHaveLength(1);
    expect(written[0]?.get("front")).toEqual({ ...boxes.front, x: 80, y: 80 });
    expect(selection).toEqual(["front", "back", "locked"]);
  });

  test("Shift keeps a move on one axis", () => {
    selection = ["front"];
    tool.down(at(80, 80));
    tool.move(at(100, 84, { shift: true }));
    tool.up(at(100, 84, { shift: true }));
    expect(written[0]?.get("front")).toMatchObject({ x: 80, y: 60 });
  });

  test("handles resize, the turning handle turns", () => {
    selection = ["front"];
    tool.move(at(110, 100));
    expect(tool.cursor()).toBe("nwse-resize");
    tool.down(at(110, 100));
    tool.move(at(130, 130));
    tool.up(at(130, 130));
    expect(written[0]?.get("front")).toEqual({ x: 60, y: 60, width: 70, height: 70, rotation: 0 });
    tool.down(at(85, 34));
    tool.move(at(200, 80));
    tool.up(at(200, 80));
    expect(written[1]?.get("front")?.rotation).toBeCloseTo(Math.PI / 2, 1);
  });

  test("cancelling a drag shows the stored boxes again and writes nothing", () => {
    selection = ["front"];
    tool.down(at(80, 80));
    tool.move(at(150, 150));
    tool.cancel();
    tool.up(at(150, 150));
    expect(shown).toBeNull();
    expect(written).toEqual([]);
  });

  test("a frame drawn on empty ground selects what lies in it", () => {
    tool.down(at(2, 2));
    tool.move(at(250, 180));
    tool.up(at(250, 180));
    expect([...selection].sort()).toEqual(["back", "front"]);
  });

  test("locked objects can be selected but not dragged", () => {
    tool.down(at(325, 225));
    tool.move(at(350, 250));
    tool.up(at(350, 250));
    expect(selection).toEqual(["locked"]);
    expect(written).toEqual([]);
  });
});
