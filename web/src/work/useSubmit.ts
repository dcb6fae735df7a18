import { notifications } from "@mantine/notifications";
import { useRef } from "react";
import type { Issue } from "../editors";
import { unreadInput } from "../kit/doc/unread";
import { t } from "../kit/i18n";
import type { WorkController } from "./controller";
import { whyNotShown } from "./NotShown";
import type { Prepared } from "./prepare";

const PROBLEMS = "work.problems";

function say(color: string, title: string, message: string | undefined): void {
  notifications.hide(PROBLEMS);
  notifications.show({ id: PROBLEMS, color, title, message });
}

/** Whether another tab works on the task, and says so. */
export function isOnlyShown(controller: WorkController): boolean {
  const { far } = controller.tabs.state.getState();
  if (controller.isElsewhere) say("amber", t("work.otherTab.title"), t(far ? "work.otherTab.far" : "work.otherTab.text"));
  return controller.isElsewhere;
}

/** Says why nothing is handed in; true when something is not on the screen yet. */
export function isUnseen(controller: WorkController, painted: boolean): boolean {
  if (isOnlyShown(controller)) return true;
  const missing = controller.unseen();
  if (painted && missing.length === 0) return false;
  say("amber", t("work.shown.title"), whyNotShown(missing) || t("app.loading"));
  return true;
}

/** Whether everything that is typed is part of the answer; says what is not. */
function isAllRead(): boolean {
  const why = unreadInput();
  if (why !== null) say("danger", t("work.blocked", { count: 1 }), t("work.unread", { why }));
  return why === null;
}

/** Says why nothing was submitted and puts the first object concerned under the hands. */
function showProblems(prepared: Prepared, errors: readonly Issue[]): void {
  const [first] = errors;
  say("danger", t("work.blocked", { count: errors.length }), first?.message);
  if (first?.objectId) prepared.session.ui.setState({ selection: [first.objectId] });
}

interface Context {
  controller: WorkController;
  prepared: Prepared | null;
  /** Whether the task is on the screen. */
  painted: boolean;
  setChecking(checking: boolean): void;
  onDone(): void;
}

/** Hands in the answer on screen: seen, read and without known faults. */
export function useSubmit({ controller, prepared, painted, setChecking, onDone }: Context): () => void {
  const checking = useRef<Prepared | null>(null);
  const hand = (task: Prepared, issues: readonly Issue[]): void => {
    const errors = issues.filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
      showProblems(task, errors);
      return;
    }
    notifications.hide(PROBLEMS);
    controller.submit(task.assignment.stage === "review" ? "fix" : undefined);
    onDone();
  };
  const checkAndHand = async (task: Prepared): Promise<void> => {
    checking.current = task;
    setChecking(true);
    const issues = await task.session.check();
    if (checking.current === task) checking.current = null;
    setChecking(false);
    // Meanwhile another task may be on the screen, or what is typed may not be part of the answer.
    if (controller.state.getState().prepared === task && !isUnseen(controller, true) && isAllRead())
      hand(task, issues);
  };
  return () => {
    if (!prepared || prepared.mode !== "edit" || isUnseen(controller, painted) || !isAllRead()) return;
    // What the editor checks itself is handed in within the frame.
    if (!prepared.module.checkedByServer) hand(prepared, prepared.session.validate());
    else if (checking.current !== prepared) void checkAndHand(prepared);
  };
}
