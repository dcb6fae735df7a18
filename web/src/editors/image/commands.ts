import { pick } from "../../kit/doc/pick";
import type { Command } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import { labelKeys } from "../../kit/labels/labels";
import { nextIssue } from "../../kit/ui/nextIssue";
import { addBoxAt, drawBlocked, duplicate, grow, type ImageSession, notify, nudge, pickLabel } from "./edits";
import { remove, toggleHidden, toggleRelabel } from "./edits";
import { engineOf } from "./engine/engine";
import { projectOf } from "./project";
import type { ImageDoc, ImageParams } from "./types";

type ImageCommand = Command<ImageDoc, ImageParams>;

/** Screen pixels an arrow key moves the view when nothing is selected. */
const PAN_STEP = 64;
const ZOOM_STEP = 1.25;

/** Titles are read when shown, so that they follow the language. */
function command(
  id: string,
  group: string,
  keys: readonly string[],
  rest: Omit<ImageCommand, "id" | "title" | "group" | "keys">,
  values?: Record<string, unknown>,
  line?: string,
): ImageCommand {
  return {
    id: `image.${id}`,
    get title() {
      return t(`image.command.${group}.${id.split(".")[0] ?? id}`, values);
    },
    get line() {
      return line === undefined ? undefined : t(line);
    },
    get group() {
      return t(`image.group.${group}`);
    },
    keys,
    ...rest,
  };
}

const hasSelection = (session: ImageSession): boolean => session.ui.getState().selection.length > 0;

const tools: ImageCommand[] = [
  command("select", "tools", ["v"], { run: (session) => session.ui.setState({ tool: "select" }) }),
  command("box", "tools", ["b"], {
    mutates: true,
    when: (session) => (session.params.geometries.box?.objects_to_annotate ?? []).length > 0,
    // Whoever takes the tool means the next box, no longer what is selected.
    run: (session) => session.ui.setState({ tool: "box", picked: null }),
  }),
  command("escape", "tools", ["Escape"], {
    run(session) {
      const engine = engineOf(session);
      if (engine?.leaveField() || engine?.cancelGesture()) return;
      if (session.ui.getState().tool !== "select") session.ui.setState({ tool: "select" });
      else session.ui.setState({ selection: [] });
    },
  }),
];

function newBox(session: ImageSession): void {
  const engine = engineOf(session);
  const blocked = drawBlocked(session);
  if (!engine || blocked !== null) {
    if (blocked !== null) notify(session, blocked);
    return;
  }
  engine.cancelGesture();
  const { at, side } = engine.centre();
  addBoxAt(session, at, side);
}

const arrows = [
  { key: "ArrowLeft", dx: -1, dy: 0 },
  { key: "ArrowRight", dx: 1, dy: 0 },
  { key: "ArrowUp", dx: 0, dy: -1 },
  { key: "ArrowDown", dx: 0, dy: 1 },
] as const;

/** Arrows move the selected boxes (Shift: 10 pixels), Alt+arrows their right or lower side. */
const arrowCommands: ImageCommand[] = arrows.flatMap(({ key, dx, dy }) =>
  [1, 10].flatMap((step) => {
    const shift = step === 10 ? "Shift+" : "";
    return [
      command(
        `move.${key}.${step}`,
        "objects",
        [`${shift}${key}`],
        {
          run(session) {
            if (session.mode === "edit" && hasSelection(session)) nudge(session, dx * step, dy * step);
            else engineOf(session)?.stage.view.panBy(-dx * PAN_STEP, -dy * PAN_STEP);
          },
        },
        { step },
      ),
      command(
        `grow.${key}.${step}`,
        "objects",
        [`Alt+${shift}${key}`],
        { mutates: true, when: hasSelection, run: (session) => grow(session, dx * step, dy * step) },
        { step },
      ),
    ];
  }),
);

/** Selects the object after (or before) the selected one; false at the end of the list. */
function step(session: ImageSession, by: 1 | -1): boolean {
  const { order } = session.doc.getState();
  const { selection } = session.ui.getState();
  const at = order.indexOf(selection.at(-1) ?? "");
  const next = order[at < 0 ? (by > 0 ? 0 : order.length - 1) : at + by];
  if (next === undefined) return false;
  pick(session.ui, [next]);
  engineOf(session)?.show([next], "reveal");
  return true;
}

/** Tab belongs to the page unless the canvas has the focus and another object follows: no keyboard trap. */
function canStep(session: ImageSession, by: 1 | -1): boolean {
  const { order } = session.doc.getState();
  const at = order.indexOf(session.ui.getState().selection.at(-1) ?? "");
  const next = at < 0 ? order.length > 0 : order[at + by] !== undefined;
  return next && (engineOf(session)?.focused ?? false);
}

const objects: ImageCommand[] = [
  command("new", "objects", ["n"], { mutates: true, run: newBox }),
  command("new.enter", "objects", ["Enter"], {
    mutates: true,
    when: (session) => session.ui.getState().tool === "box",
    run: newBox,
  }),
  ...arrowCommands,
  command("delete", "objects", ["Delete", "Backspace"], {
    mutates: true,
    when: hasSelection,
    run: (session) => remove(session, session.ui.getState().selection),
  }),
  command("duplicate", "objects", ["$mod+d"], { mutates: true, when: hasSelection, run: duplicate }),
  command("all", "objects", ["$mod+a"], {
    run: (session) => pick(session.ui, session.doc.getState().order),
  }),
  command("next", "objects", ["Tab"], {
    when: (session) => canStep(session, 1),
    run: (session) => void step(session, 1),
  }),
  command("previous", "objects", ["Shift+Tab"], {
    when: (session) => canStep(session, -1),
    run: (session) => void step(session, -1),
  }),
  command("hide", "objects", ["h"], {
    when: hasSelection,
    run: (session) => toggleHidden(session, session.ui.getState().selection),
  }),
  command("show", "objects", ["Shift+h"], {
    run: (session) => session.ui.setState({ hidden: new Set<string>() }),
  }),
  command("problem", "objects", ["g"], {
    run(session) {
      const issue = nextIssue(session.validate(), session.ui.getState().selection.at(-1) ?? null);
      if (!issue) {
        notify(session, t("image.notice.no_problems"));
        return;
      }
      notify(session, issue.message);
      if (issue.objectId === undefined) return;
      pick(session.ui, [issue.objectId]);
      engineOf(session)?.show([issue.objectId], "reveal");
    },
  }),
];

const history: ImageCommand[] = [
  command("undo", "history", ["$mod+z"], { mutates: true, run: (session) => session.undo() }),
  command("redo", "history", ["$mod+Shift+z", "$mod+y"], { mutates: true, run: (session) => session.redo() }),
];

const view: ImageCommand[] = [
  command("fit", "view", ["f"], { run: (session) => engineOf(session)?.stage.view.fit() }),
  command("actual", "view", ["Shift+f"], { run: (session) => engineOf(session)?.stage.view.actualSize() }),
  command("zoomIn", "view", ["[Shift]++", "[Shift]+="], {
    run: (session) => engineOf(session)?.stage.zoomBy(ZOOM_STEP),
  }),
  command("zoomOut", "view", ["-"], {
    run: (session) => engineOf(session)?.stage.zoomBy(1 / ZOOM_STEP),
  }),
  command("zoomSelection", "view", ["z"], {
    when: hasSelection,
    run: (session) => engineOf(session)?.show(session.ui.getState().selection, "zoom"),
  }),
  command("pan", "view", ["Space"], {
    run: (session) => engineOf(session)?.stage.holdPan(true),
    release: (session) => engineOf(session)?.stage.holdPan(false),
  }),
  command("compare", "view", ["d"], {
    run(session) {
      const next = { both: "before", before: "after", after: "both" } as const;
      session.ui.setState({ compare: next[session.ui.getState().compare] });
    },
  }),
];

/** Digits pick labels 1-10, Shift+digits 11-20. */
const labels: ImageCommand[] = Array.from({ length: 20 }, (_, index) =>
  command(
    `label.${index + 1}`,
    "labels",
    labelKeys(index),
    {
      offered: (params) => projectOf(params).labels[index] !== undefined,
      run(session) {
        const label = projectOf(session.params).labels[index];
        if (label) pickLabel(session, label.choice);
      },
    },
    { number: index + 1 },
    index < 10 ? "image.command.labels.line" : "image.command.labels.line_more",
  ),
);

const relabel = command("relabel", "labels", ["r"], { mutates: true, when: hasSelection, run: toggleRelabel });

/** Everything the image editor can do; toolbar, keys and cheat-sheet are made from it. */
export const commands: readonly ImageCommand[] = [...tools, ...labels, relabel, ...objects, ...history, ...view];

/** A command by its id without the `image.` prefix. */
export function commandById(id: string): ImageCommand {
  const found = commands.find((one) => one.id === `image.${id}`);
  if (!found) throw new RangeError(`no command "${id}"`);
  return found;
}
