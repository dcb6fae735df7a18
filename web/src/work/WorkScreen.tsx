import { useDocumentTitle } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { ApiError, type Stage } from "../api";
import { usePageActions } from "../app/actions";
import { connection } from "../app/connection";
import { homeOf } from "../app/permissions";
import { useUser } from "../app/session";
import type { Change } from "../editors";
import { t } from "../kit/i18n";
import { Later } from "../kit/ui/Later";
import { Banners } from "./Banners";
import type { WorkController } from "./controller";
import type { WorkDialog } from "./dialogs";
import { EditorPane } from "./EditorPane";
import { NotShown, useMissing } from "./NotShown";
import type { Prepared } from "./prepare";
import { SubmitBar } from "./SubmitBar";
import { taskActions } from "./taskActions";
import { useController } from "./useController";
import { isOnlyShown, isUnseen, useSubmit } from "./useSubmit";
import { Waiting } from "./Waiting";
import { WorkHeader } from "./WorkHeader";

const loadDialogs = async () => (await import("./dialogs")).DialogHost;

interface Props {
  stage: Stage;
  project: string | null;
  /** Assignment to open first. */
  reopen: string | null;
}

/** What the work screen can do with the task on it; bars, keys and palette all call these. */
export interface WorkCommands {
  submit(): void;
  accept(): void;
  fix(): void;
  toggleChanges(): void;
  openDialog(dialog: WorkDialog): void;
  skip(reason: string): void;
  sendBack(comment: string): void;
  leave(): void;
}

/** The labelling screen: one task at a time, the next ones already in memory. */
export function WorkScreen({ stage, project, reopen }: Props) {
  const controller = useController(stage, project, reopen);
  const taking = useStore(controller.taker.state);
  const { prepared, upcoming, ahead, failure } = useStore(controller.state);
  const [readyId, setReadyId] = useState<string | null>(null);
  const [announcement, announce] = useState("");
  const id = prepared?.assignment.id ?? null;
  const reloadOffered = useReloadOffer(controller, id);
  useRestoredNotice(prepared);
  const { dialog, setDialog, comparing, setComparing } = usePerTask(id);
  useDocumentTitle(`${(project === "" ? t("work.noProject") : project) ?? t("work.anyProject")} · ${t(`stage.${stage}`)} · Labelwright`);
  const painted = id !== null && readyId === id;
  const [checking, setChecking] = useState(false);
  const commands = useCommands({ controller, prepared, painted, setDialog, setComparing, setChecking, announce });
  const elsewhere = useStore(controller.tabs.state, (state) => state.elsewhere) !== null;
  const missing = useMissing(prepared?.session ?? null);
  const actions = taskActions(prepared, comparing, commands, {
    unseen: missing.length > 0 || elsewhere,
    checking,
    elsewhere,
  });
  usePageActions(
    "work",
    actions.filter(({ disabled }) => !disabled),
  );

  const changes = prepared && comparing ? changesOf(prepared) : null;
  return (
    <div
      className="work"
      data-testid="work"
      data-assignment-id={id ?? undefined}
      data-task-id={prepared?.assignment.task.task_id}
      data-ahead={ahead}
      data-ready={painted ? "true" : "false"}
      data-unseen={missing.length}
    >
      <WorkHeader
        controller={controller}
        stage={stage}
        project={project}
        reloadOffered={reloadOffered}
        onLeave={commands.leave}
      />
      <Banners controller={controller} prepared={prepared} lost={taking.currentLost} />
      <main className="work-stage" aria-label={t("work.stage")} inert={elsewhere}>
        {[prepared, upcoming].map(
          (task) =>
            task && (
              <EditorPane
                key={task.assignment.id}
                prepared={task}
                shown={task === prepared}
                changes={task === prepared ? changes : null}
                active={dialog === null && !elsewhere}
                onPainted={setReadyId}
              />
            ),
        )}
        {!prepared && (
          <Waiting taking={taking} failure={failure} controller={controller} onLeave={commands.leave} />
        )}
      </main>
      <SubmitBar actions={actions} changes={changes}>
        {prepared && !elsewhere && (
          <NotShown session={prepared.session} module={prepared.module} onReport={commands.skip} />
        )}
      </SubmitBar>
      <div className="sr-only" role="status" aria-live="polite">
        {announcement}
      </div>
      {/* Loaded behind the first task and not with the first dialog: by then the server may be out of reach. */}
      <Later
        load={loadDialogs}
        wanted={readyId !== null || taking.status === "empty"}
        props={{ dialog, controller, commands, onClose: () => setDialog(null) }}
      />
    </div>
  );
}

/** The open dialog and the comparison belong to one task: with the next one they are closed. */
function usePerTask(id: string | null) {
  const [open, setOpen] = useState<{ id: string | null; dialog: WorkDialog } | null>(null);
  const [comparedId, setComparedId] = useState<string | null>(null);
  return {
    dialog: open?.id === id ? open.dialog : null,
    setDialog: (dialog: WorkDialog | null) => setOpen(dialog && { id, dialog }),
    comparing: id !== null && comparedId === id,
    setComparing: (change: (before: boolean) => boolean) =>
      setComparedId((compared) => (change(compared === id) ? id : null)),
  };
}

/** Differences between the answer under review and the fix. */
function changesOf({ module, session, assignment }: Prepared): readonly Change[] {
  const before: unknown = module.toDoc(assignment.task.params, assignment.base);
  return module.diff?.(before, session.doc.getState(), session.params) ?? [];
}

interface CommandContext {
  controller: WorkController;
  prepared: Prepared | null;
  /** Whether the task is on the screen. */
  painted: boolean;
  setChecking(checking: boolean): void;
  setDialog(dialog: WorkDialog | null): void;
  setComparing(change: (before: boolean) => boolean): void;
  announce(text: string): void;
}

function useCommands({
  controller,
  prepared,
  painted,
  setChecking,
  setDialog,
  setComparing,
  announce,
}: CommandContext): WorkCommands {
  const navigate = useNavigate();
  const user = useUser();
  const leave = useCallback(() => void navigate({ to: homeOf(user.role) }), [navigate, user.role]);
  const moveOn = (text: string) => {
    setDialog(null);
    announce(text);
  };
  const submit = useSubmit({ controller, prepared, painted, setChecking, onDone: () => moveOn(t("work.submitted")) });
  return {
    submit,
    accept() {
      if (prepared?.mode !== "review" || isUnseen(controller, painted)) return;
      controller.submit("accept");
      moveOn(t("work.accepted"));
    },
    fix() {
      if (prepared?.mode === "review") void controller.startFix().then(() => announce(t("work.fixing")));
    },
    toggleChanges() {
      if (prepared?.assignment.stage === "review" && prepared.mode === "edit")
        setComparing((before) => !before);
    },
    openDialog: setDialog,
    skip(reason) {
      if (isOnlyShown(controller)) return setDialog(null);
      controller.skip(reason).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        // Unreported, the lease simply runs out: the task is not lost, only later.
        notifications.show({ color: "amber", message: t("work.skip.failed", { message: error.message }) });
      });
      moveOn(t("work.skipped"));
    },
    sendBack(comment) {
      if (isOnlyShown(controller)) return setDialog(null);
      controller.submit("send_back", comment);
      moveOn(t("work.sentBack"));
    },
    leave,
  };
}

const RESTORED = "work.restored";

/** Says where the answer on screen comes from when it was not begun here and now. */
function useRestoredNotice(prepared: Prepared | null): void {
  useEffect(() => {
    if (!prepared || prepared.source === "base") return undefined;
    const message = t(`work.restored.${prepared.source}`);
    notifications.show({
      id: RESTORED,
      message,
      ...(prepared.source === "kept" ? { autoClose: false } : {}),
    });
    return () => {
      notifications.hide(RESTORED);
    };
  }, [prepared]);
}

/** A newer build is offered only when a task has just come up and nothing was done on it yet. */
function useReloadOffer(controller: WorkController, id: string | null): boolean {
  const newBuild = useStore(connection, (state) => state.newBuild);
  const [offered, setOffered] = useState(false);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    const fresh = shown.current !== id;
    shown.current = id;
    if (fresh) setOffered(newBuild !== null);
  }, [id, newBuild]);
  const { prepared } = useStore(controller.state);
  useEffect(() => prepared?.session.onChange(() => setOffered(false)), [prepared]);
  return offered && newBuild !== null;
}
