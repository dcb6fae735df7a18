import type { ComponentType, SVGProps } from "react";
import type { PageAction } from "../app/actions";
import { IconBook, IconCheck, IconHistory, IconPencil, IconReturn, IconSend, IconSkip } from "../app/icons";
import { t } from "../kit/i18n";
import type { Prepared } from "./prepare";
import type { WorkCommands } from "./WorkScreen";

/** What can be done with the whole task; button, key and palette line are made from it. */
export interface TaskAction extends PageAction {
  /** End of the bar below the editor; `null` leaves it to key and palette. */
  place: "left" | "right" | null;
  /** `data-testid` of the button. */
  testId: string;
  icon: ComponentType<SVGProps<SVGSVGElement> & { size?: number }> | null;
  /** The one thing to do next. */
  primary?: boolean;
  disabled: boolean;
  /** Whether the button is off although the key says why: something of the task was not on the screen. */
  blocked?: boolean;
  /** Whether it is under way. */
  busy?: boolean;
}

/** What holds up the answer. */
export interface Holdup {
  /** Something of the task was not on the screen. */
  unseen: boolean;
  /** The server is looking at the answer. */
  checking: boolean;
  /** Another tab works on the task: here nothing is done with it. */
  elsewhere?: boolean;
}

/** What only looks at the task, or leaves it. */
const LOOKS: ReadonlySet<string> = new Set(["work.instruction", "work.last", "work.leave"]);

/** None of these is a key of an editor that is active at the same time. */
const KEYS = {
  submit: ["$mod+Enter"],
  skip: ["Shift+KeyS", "$mod+Space"],
  instruction: ["KeyI"],
  last: ["Shift+KeyU"],
  leave: ["Shift+KeyQ"],
  accept: ["KeyA"],
  fix: ["KeyE"],
  sendBack: ["KeyS"],
  changes: ["Shift+KeyD"],
} as const satisfies Record<string, readonly string[]>;

/** The actions of the task on screen, those of the bar in their order there. */
export function taskActions(
  prepared: Prepared | null,
  comparing: boolean,
  commands: WorkCommands,
  { unseen, checking, elsewhere = false }: Holdup = { unseen: false, checking: false },
): TaskAction[] {
  const review = prepared?.assignment.stage === "review";
  const actions = [
    ...always(prepared, commands),
    ...(review && prepared.mode === "review" ? judging(commands, unseen) : []),
    ...(review && prepared.mode === "edit" ? fixing(comparing, commands) : []),
    ...(prepared?.mode === "review"
      ? []
      : [{ ...submitting(prepared, review, commands), blocked: unseen, busy: checking }]),
  ];
  // Keys of the answer say why nothing is handed in; the others are off.
  return elsewhere
    ? actions.map((one) => (LOOKS.has(one.id) || "blocked" in one ? one : { ...one, disabled: true }))
    : actions;
}

function always(prepared: Prepared | null, { openDialog, leave }: WorkCommands): TaskAction[] {
  const group = t("work.group");
  const disabled = prepared === null;
  return [
    {
      id: "work.skip",
      label: t("work.skip.action"),
      keys: KEYS.skip,
      run: () => openDialog("skip"),
      group,
      place: "left",
      testId: "skip",
      icon: IconSkip,
      disabled,
    },
    {
      id: "work.instruction",
      label: t("work.instruction"),
      keys: KEYS.instruction,
      run: () => openDialog("instruction"),
      group,
      place: "left",
      testId: "instructions",
      icon: IconBook,
      disabled,
    },
    {
      id: "work.last",
      label: t("work.last"),
      keys: KEYS.last,
      run: () => openDialog("last"),
      group,
      place: "left",
      testId: "last",
      icon: IconHistory,
      disabled: false,
    },
    {
      id: "work.leave",
      label: t("work.leave"),
      keys: KEYS.leave,
      run: leave,
      group,
      place: null,
      testId: "leave",
      icon: null,
      disabled: false,
    },
  ];
}

const sendingBack = ({ openDialog }: WorkCommands): TaskAction => ({
  id: "work.sendBack",
  label: t("work.sendBack.action"),
  keys: KEYS.sendBack,
  run: () => openDialog("sendBack"),
  group: t("work.group"),
  place: "right",
  testId: "send-back",
  icon: IconReturn,
  disabled: false,
});

function judging(commands: WorkCommands, unseen: boolean): TaskAction[] {
  const shared = { group: t("work.group"), place: "right" as const, disabled: false };
  return [
    sendingBack(commands),
    {
      ...shared,
      id: "work.fix",
      label: t("work.fix"),
      keys: KEYS.fix,
      run: commands.fix,
      testId: "fix",
      icon: IconPencil,
    },
    {
      ...shared,
      id: "work.accept",
      label: t("work.accept"),
      keys: KEYS.accept,
      run: commands.accept,
      testId: "accept",
      icon: IconCheck,
      primary: true,
      blocked: unseen,
    },
  ];
}

function fixing(comparing: boolean, commands: WorkCommands): TaskAction[] {
  return [
    {
      id: "work.changes",
      label: t(comparing ? "work.hideChanges" : "work.showChanges"),
      keys: KEYS.changes,
      run: commands.toggleChanges,
      group: t("work.group"),
      place: "right",
      testId: "changes",
      icon: null,
      disabled: false,
    },
    sendingBack(commands),
  ];
}

function submitting(prepared: Prepared | null, fix: boolean, { submit }: WorkCommands): TaskAction {
  return {
    id: "work.submit",
    label: t(fix ? "work.submitFix" : "work.submit"),
    keys: KEYS.submit,
    run: submit,
    group: t("work.group"),
    place: "right",
    testId: "submit",
    icon: IconSend,
    primary: true,
    disabled: prepared === null,
  };
}
