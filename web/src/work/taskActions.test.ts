import { describe, expect, it, vi } from "vitest";
import { commands as categorization } from "../editors/categorization/commands";
import { commands as image } from "../editors/image/commands";
import { normalizeKeys } from "../kit/hotkeys/registry";
import type { Prepared } from "./prepare";
import { taskActions } from "./taskActions";
import type { WorkCommands } from "./WorkScreen";

const run = () => vi.fn<() => void>();
const commands: WorkCommands = {
  submit: run(),
  accept: run(),
  fix: run(),
  toggleChanges: run(),
  openDialog: run(),
  skip: run(),
  sendBack: run(),
  leave: run(),
};

const prepared = (stage: "attempt" | "review", mode: "edit" | "review") =>
  ({ mode, assignment: { stage } }) as Prepared;

const buttons = (task: Prepared | null) =>
  taskActions(task, false, commands)
    .filter(({ place }) => place === "right")
    .map(({ testId }) => testId);

describe("taskActions", () => {
  it("offers what fits the stage and the mode", () => {
    expect(buttons(prepared("attempt", "edit"))).toEqual(["submit"]);
    expect(buttons(prepared("review", "review"))).toEqual(["send-back", "fix", "accept"]);
    expect(buttons(prepared("review", "edit"))).toEqual(["changes", "send-back", "submit"]);
  });

  it("disables what needs a task while there is none", () => {
    const disabled = taskActions(null, false, commands).filter((action) => action.disabled);
    expect(disabled.map(({ testId }) => testId)).toEqual(["skip", "instructions", "submit"]);
  });

  it("f06: what another tab works on is neither skipped, judged nor handed in here", () => {
    const holdup = { unseen: true, checking: false, elsewhere: true };
    for (const task of [prepared("attempt", "edit"), prepared("review", "review"), prepared("review", "edit")]) {
      const left = taskActions(task, false, commands, holdup).filter((one) => !one.disabled && !one.blocked);
      expect(left.map(({ testId }) => testId)).toEqual(["instructions", "last", "leave"]);
    }
  });

  it.each([
    ["attempt", "edit"],
    ["review", "review"],
    ["review", "edit"],
  ] as const)("uses no key of an editor (%s, %s)", (stage, mode) => {
    const mine = taskActions(prepared(stage, mode), false, commands).flatMap(({ keys = [] }) =>
      keys.map((key) => normalizeKeys(key)),
    );
    expect(new Set(mine).size).toBe(mine.length);
    for (const editor of [image, categorization]) {
      const active = editor.filter(({ mutates }) => mode === "edit" || !mutates);
      const theirs = new Set(active.flatMap(({ keys = [] }) => keys.map((key) => normalizeKeys(key))));
      expect(mine.filter((key) => theirs.has(key))).toEqual([]);
    }
  });
});
