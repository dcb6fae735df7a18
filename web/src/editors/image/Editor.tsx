import { ActionIcon, Button, Loader, SegmentedControl, Tooltip } from "@mantine/core";
import { type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Point } from "../../kit/canvas2d/geometry";
import { pick } from "../../kit/doc/pick";
import type { Issue, Mode, Overlay, UiState } from "../../kit/doc/types";
import { Keys, useCaps } from "../../kit/hotkeys/Keys";
import { bindKeys, canRun, commandBindings } from "../../kit/hotkeys";
import { t } from "../../kit/i18n";
import {
  BoxIcon,
  FitIcon,
  RedoIcon,
  SelectIcon,
  UndoIcon,
  WarningIcon,
  ZoomInIcon,
  ZoomOutIcon,
} from "../../kit/ui/icons";
import { IssueList } from "../../kit/ui/IssueList";
import { ObjectList } from "../../kit/ui/ObjectList";
import { Side } from "../../kit/ui/Side";
import { usePart } from "../../kit/ui/useStore";
import type { EditorProps } from "../contract";
import { commandById, commands } from "./commands";
import { type ImageSession, remove, toggleHidden } from "./edits";
import { engineOf, type EngineStatus, type HookedElement, ImageEngine } from "./engine/engine";
import "./image.css";
import { Labels } from "./Labels";
import { diff } from "./model";
import { projectOf } from "./project";
import { createRows, removedRows } from "./rows";
import { GlobalForm, SelectionForm } from "./SelectionForm";
import type { ImageDoc, ImageParams } from "./types";

type Props = EditorProps<ImageParams, ImageDoc>;

function ToolButton({
  id,
  session,
  mode,
  icon,
  pressed,
}: {
  id: string;
  session: ImageSession;
  mode: Mode;
  icon: ReactNode;
  pressed?: boolean;
}) {
  const command = commandById(id);
  const caps = useCaps(command.keys ?? []);
  const label = caps.length === 0 ? command.title : `${command.title} (${caps.join(" ")})`;
  return (
    <Tooltip label={label} position="right" openDelay={400}>
      <ActionIcon
        size={32}
        variant={pressed ? "light" : "subtle"}
        {...(pressed ? {} : { color: "gray" })}
        aria-label={label}
        aria-pressed={pressed}
        disabled={!canRun(command, session, mode)}
        onClick={() => {
          command.run(session);
          engineOf(session)?.focus();
        }}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function Toolbar({ session, mode }: { session: ImageSession; mode: Mode }) {
  const tool = usePart(session.ui, (ui) => ui.tool);
  const undoLabel = usePart(session.history, (state) => state.undoLabel);
  const redoLabel = usePart(session.history, (state) => state.redoLabel);
  const shared = { session, mode };
  return (
    <div className="lw-toolbar" role="toolbar" aria-orientation="vertical" aria-label={t("image.toolbar")}>
      <ToolButton {...shared} id="select" icon={<SelectIcon />} pressed={tool === "select"} />
      {mode === "edit" && <ToolButton {...shared} id="box" icon={<BoxIcon />} pressed={tool === "box"} />}
      <span className="lw-toolbar-gap" />
      <ToolButton {...shared} id="fit" icon={<FitIcon />} />
      <ToolButton {...shared} id="zoomIn" icon={<ZoomInIcon />} />
      <ToolButton {...shared} id="zoomOut" icon={<ZoomOutIcon />} />
      {mode === "edit" && (
        <>
          <span className="lw-toolbar-gap" />
          <span data-off={undoLabel === null}>
            <ToolButton {...shared} id="undo" icon={<UndoIcon />} />
          </span>
          <span data-off={redoLabel === null}>
            <ToolButton {...shared} id="redo" icon={<RedoIcon />} />
          </span>
        </>
      )}
    </div>
  );
}

/** Mounts the engine; returns its status and re-creates it only for another session. */
function useEngine(
  session: ImageSession,
  canvas: RefObject<HookedElement | null>,
  position: RefObject<HTMLSpanElement | null>,
) {
  const [status, setStatus] = useState<EngineStatus>("loading");
  useEffect(() => {
    const container = canvas.current;
    if (!container) return undefined;
    // Written straight into the DOM: the pointer never causes a render.
    const onPointer = (at: Point | null, scale: number): void => {
      const zoom = `${Math.round(scale * 100)} %`;
      const text = at ? `${Math.floor(at.x)}, ${Math.floor(at.y)}  ·  ${zoom}` : zoom;
      if (position.current) position.current.textContent = text;
    };
    const engine = new ImageEngine(container, session, { onPointer, onStatus: setStatus });
    return () => engine.destroy();
  }, [session, canvas, position]);
  return status;
}

function useOverlay(session: ImageSession, overlay: Overlay<ImageDoc> | undefined): Overlay<ImageDoc> | null {
  const doc = usePart(session.doc, (state) => state);
  const reference = overlay?.reference;
  return useMemo(() => (reference ? { reference, changes: diff(reference, doc) } : null), [reference, doc]);
}

function CompareSwitch({ session, changes }: { session: ImageSession; changes: number }) {
  const compare = usePart(session.ui, (ui) => ui.compare);
  return (
    <div className="lw-compare">
      <SegmentedControl
        size="xs"
        value={compare}
        aria-label={t("image.compare.title")}
        data={[
          { value: "both", label: t("image.compare.both", { count: changes }) },
          { value: "before", label: t("image.compare.before") },
          { value: "after", label: t("image.compare.after") },
        ]}
        onChange={(value) => session.ui.setState({ compare: value as UiState["compare"] })}
      />
    </div>
  );
}

function StatusLine({
  session,
  position,
}: {
  session: ImageSession;
  position: RefObject<HTMLSpanElement | null>;
}) {
  const notice = usePart(session.ui, (ui) => ui.notice);
  const tool = usePart(session.ui, (ui) => ui.tool);
  const hint = session.mode === "edit" ? t(`image.hint.${tool}`) : t("image.hint.review");
  return (
    <div className="lw-status">
      <span key={notice?.at} className="lw-status-text" data-notice={notice !== null} role="status">
        {notice?.text ?? hint}
      </span>
      <span ref={position} className="lw-status-position" />
    </div>
  );
}

function Objects({
  session,
  mode,
  overlay,
}: {
  session: ImageSession;
  mode: Mode;
  overlay: Overlay<ImageDoc> | null;
}) {
  const doc = usePart(session.doc, (state) => state);
  const selection = usePart(session.ui, (ui) => ui.selection);
  const hidden = usePart(session.ui, (ui) => ui.hidden);
  const issues = usePart(session.issues, (state) => state);
  const toRows = useMemo(() => createRows(projectOf(session.params)), [session]);
  const shownIssues = mode === "edit" ? issues : NO_ISSUES;
  const changes = overlay?.changes ?? NO_CHANGES;
  const rows = useMemo(
    () => [
      ...toRows(doc, { issues: shownIssues, changes, hidden }),
      ...(overlay ? removedRows(overlay, projectOf(session.params)) : []),
    ],
    [toRows, doc, shownIssues, changes, hidden, overlay, session],
  );
  const actions = useMemo(
    () => ({
      onSelect: (ids: readonly string[]) => {
        pick(session.ui, ids);
        engineOf(session)?.show(ids.slice(-1), "reveal");
      },
      onActivate: (id: string) => {
        engineOf(session)?.show([id], "zoom");
        engineOf(session)?.focus();
      },
      onToggleHidden: (id: string) => toggleHidden(session, [id]),
      onDelete: (ids: readonly string[]) => remove(session, ids),
    }),
    [session],
  );
  return (
    <div
      role="group"
      className="lw-panel-section lw-panel-grow"
      aria-label={t("image.objects.title", { count: doc.order.length })}
    >
      <h2 className="lw-section-title">{t("image.objects.title", { count: doc.order.length })}</h2>
      <ObjectList
        rows={rows}
        selection={selection}
        onSelect={actions.onSelect}
        onActivate={actions.onActivate}
        onToggleHidden={actions.onToggleHidden}
        onDelete={mode === "edit" ? actions.onDelete : undefined}
      />
    </div>
  );
}

const NO_ISSUES: readonly Issue[] = [];
const NO_CHANGES: Overlay["changes"] = [];

function Problems({ session }: { session: ImageSession }) {
  const issues = usePart(session.issues, (state) => state);
  if (issues.length === 0) return null;
  return (
    <details className="lw-panel-section lw-panel-issues">
      <summary>
        <WarningIcon />
        <span className="lw-row-text">
          {t("kit.issues.title", { count: issues.length })} · {issues[0]?.message}
        </span>
        <Keys keys={commandById("problem").keys ?? []} />
      </summary>
      <IssueList
        issues={issues}
        onJump={({ objectId }) => {
          if (objectId === undefined) return;
          pick(session.ui, [objectId]);
          engineOf(session)?.show([objectId], "reveal");
        }}
      />
    </details>
  );
}

/** The image editor: canvas, tools and panels. Fills its container. */
export function Editor({ session, mode, overlay, active = true }: Props) {
  const canvas = useRef<HookedElement>(null);
  const position = useRef<HTMLSpanElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const status = useEngine(session, canvas, position);
  const failure = usePart(session.shown.parts, (parts) => parts.get(session.params.attachment)?.reason ?? "");
  const compared = useOverlay(session, overlay);
  const project = projectOf(session.params);
  const disabled = mode !== "edit";

  useEffect(() => engineOf(session)?.setOverlay(compared), [session, compared]);
  useEffect(() => engineOf(session)?.setReadOnly(disabled), [session, disabled]);
  const comparing = compared !== null && disabled;
  useEffect(() => {
    if (comparing) session.ui.setState({ compare: "both" });
  }, [session, comparing]);
  useEffect(() => {
    if (!active) return undefined;
    canvas.current?.focus({ preventScroll: true });
    const findLabel = {
      id: "image.findLabel",
      title: t("image.command.labels.find"),
      group: t("image.group.labels"),
      keys: ["[Shift]+/"],
      when: () => search.current !== null,
      run: () => search.current?.focus(),
    };
    return bindKeys("editor", [...commandBindings(commands, session, mode), findLabel], mode === "view");
  }, [session, mode, active]);

  return (
    <div className="lw-image">
      <Toolbar session={session} mode={mode} />
      <div className="lw-canvas-area">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come through the registry */}
        <div
          ref={canvas}
          className="lw-canvas"
          data-testid="canvas"
          data-status={status}
          role="application"
          tabIndex={0}
          aria-label={t("image.canvas.help")}
        />
        {status === "loading" && (
          <div className="lw-canvas-message">
            <Loader size="sm" color="gray" />
          </div>
        )}
        {status === "error" && (
          <div className="lw-canvas-message" role="alert">
            <p>{t("image.load_failed", { reason: failure })}</p>
            <Button size="xs" variant="default" onClick={() => void engineOf(session)?.load()}>
              {t("image.load_again")}
            </Button>
          </div>
        )}
        {compared && <CompareSwitch session={session} changes={compared.changes.length} />}
        <StatusLine session={session} position={position} />
      </div>
      <Side className="lw-panel" label={t("image.panel")} landmark={mode !== "view"}>
        {mode === "edit" && <Labels session={session} searchRef={search} />}
        <Objects session={session} mode={mode} overlay={compared} />
        {project.writesAttributes && (
          <div className="lw-panel-section lw-panel-form">
            {Object.keys(project.attributes).length > 0 && (
              <div role="group" aria-label={t("image.attributes.title")}>
                <h2 className="lw-section-title">{t("image.attributes.title")}</h2>
                <SelectionForm session={session} disabled={disabled} />
              </div>
            )}
            {Object.keys(project.globalAttributes).length > 0 && (
              <div role="group" aria-label={t("image.globals.title")}>
                <h2 className="lw-section-title">{t("image.globals.title")}</h2>
                <GlobalForm session={session} disabled={disabled} />
              </div>
            )}
          </div>
        )}
        {mode === "edit" && <Problems session={session} />}
      </Side>
    </div>
  );
}
