import { type PageAction, usePageActions } from "../app/actions";
import { t } from "../kit/i18n";
import type { Prepared } from "./prepare";
import type { WorkCommands } from "./WorkScreen";

/** The work screen's keys; none of them is a key of an editor that is active at the same time. */
export const KEYS = {
  submit: ["$mod+Enter"],
  skip: ["Shift+KeyS", "$mod+Space"],
  instruction: ["KeyI"],
  last: ["Shift+KeyU"],
  leave: ["Shift+KeyQ"],
  accept: ["KeyA"],
  fix: ["KeyE"],
  sendBack: ["KeyS", "KeyR"],
  sendBackFix: ["Shift+KeyR"],
  changes: ["Shift+KeyD"],
} as const satisfies Record<string, readonly string[]>;

/** Offers the work screen's commands by key and in the palette. */
export function useWorkActions(prepared: Prepared | null, commands: WorkCommands): void {
  const group = t("work.group");
  const reviewing = prepared?.mode === "review";
  const fixing = prepared?.mode === "edit" && prepared.assignment.stage === "review";
  const always: PageAction[] = [
    { id: "work.last", label: t("work.last"), group, keys: KEYS.last, run: () => commands.openDialog("last") },
    { id: "work.leave", label: t("work.leave"), group, keys: KEYS.leave, run: commands.leave },
  ];
  const open: PageAction[] = [
    { id: "work.skip", label: t("work.skip.action"), group, keys: KEYS.skip, run: () => commands.openDialog("skip") },
    {
      id: "work.instruction",
      label: t("work.instruction"),
      group,
      keys: KEYS.instruction,
      run: () => commands.openDialog("instruction"),
    },
  ];
  const editing: PageAction[] = [
    {
      id: "work.submit",
      label: t(fixing ? "work.submitFix" : "work.submit"),
      group,
      keys: KEYS.submit,
      run: commands.submit,
    },
  ];
  const fix: PageAction[] = [
    { id: "work.changes", label: t("work.showChanges"), group, keys: KEYS.changes, run: commands.toggleChanges },
    {
      id: "work.sendBack",
      label: t("work.sendBack.action"),
      group,
      keys: KEYS.sendBackFix,
      run: () => commands.openDialog("sendBack"),
    },
  ];
  const review: PageAction[] = [
    { id: "work.accept", label: t("work.accept"), group, keys: KEYS.accept, run: commands.accept },
    { id: "work.fix", label: t("work.fix"), group, keys: KEYS.fix, run: commands.fix },
    {
      id: "work.sendBack",
      label: t("work.sendBack.action"),
      group,
      keys: KEYS.sendBack,
      run: () => commands.openDialog("sendBack"),
    },
  ];
  usePageActions("work", [
    ...(prepared && !reviewing ? editing : []),
    ...(fixing ? fix : []),
    ...(reviewing ? review : []),
    ...(prepared ? open : []),
    ...always,
  ]);
}
