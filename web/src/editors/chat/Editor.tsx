import { Button, SegmentedControl, Textarea } from "@mantine/core";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import type { Issue } from "../../kit/doc/types";
import { bindKeys, commandBindings, isComposing } from "../../kit/hotkeys";
import { t } from "../../kit/i18n";
import { Markdown } from "../../kit/markdown/Markdown";
import { usePart } from "../../kit/ui/useStore";
import type { EditorProps } from "../contract";
import { useChecks } from "../../kit/ui/useChecks";
import { useAsker } from "./asking";
import "./chat.css";
import { type ChatSession, commands, currentSpot, draft, goTo, mayGoOn, send } from "./commands";
import {
  type ChatDoc,
  type ChatParams,
  type MessageDoc,
  modelsOf,
  place,
  placed,
  problemAt,
  startOf,
  type ThreadDoc,
  toResponse,
} from "./model";
import { SidePanel } from "./SidePanel";
import { Task, type TaskContext, useTask } from "./task";
import { Turn } from "./Turn";

type Props = EditorProps<ChatParams, ChatDoc>;

/** Where the next prompt is written. */
function Prompt({
  thread,
  own,
  promptRef,
}: {
  thread: string;
  own: ThreadDoc;
  promptRef: RefObject<HTMLTextAreaElement | null>;
}) {
  const { session, params, asker } = useTask();
  const asks = modelsOf(params, thread).length > 0;
  const sent = (): void => {
    const spot = send(session, thread);
    if (spot && asks) void asker.ask(spot);
  };
  const first = own.turns.length === 0;
  return (
    <div className="lw-chat-next" id={`chat:draft:${thread}`}>
      <Textarea
        ref={promptRef}
        label={t(first ? "chat.prompt.first" : "chat.prompt.next")}
        description={t(asks ? "chat.prompt.asks" : "chat.prompt.writes")}
        autosize
        minRows={2}
        maxRows={16}
        value={own.draft}
        onChange={(event) => draft(session, thread, event.currentTarget.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || own.draft.trim() === "") return;
          // The same keys hand in the task elsewhere: not while there is a prompt to send.
          event.preventDefault();
          sent();
        }}
      />
      <Button size="xs" disabled={own.draft.trim() === ""} onClick={sent}>
        {t(asks ? "chat.send.asks" : "chat.send.writes")}
      </Button>
    </div>
  );
}

/** One conversation: what was said before, its turns, and the next prompt. */
function Thread({
  thread,
  own,
  promptRef,
}: {
  thread: string;
  own: ThreadDoc;
  promptRef: RefObject<HTMLTextAreaElement | null>;
}) {
  const { session, params, editing } = useTask();
  usePart(session.ui, (ui) => ui.selection);
  const current = currentSpot(session);
  const start = startOf(params, thread);
  return (
    <div className="lw-chat-thread">
      {start.map(({ role, content }, index) => (
        <div key={index /* oxlint-disable-line react/no-array-index-key -- given once and never changed */} className="lw-chat-start" data-role={role}>
          <p className="lw-section-title">{t(`chat.role.${role}`)}</p>
          <Markdown text={typeof content === "string" ? content : (content.text ?? "")} />
        </div>
      ))}
      {own.turns.length === 0 && !editing && <p className="lw-empty">{t("chat.empty")}</p>}
      {own.turns.map((turn, number) => (
        <Turn
          key={number /* oxlint-disable-line react/no-array-index-key -- turns are their numbers */}
          spot={{ thread, turn: number }}
          turn={turn}
          current={current.turn === number}
          last={number === own.turns.length - 1}
        />
      ))}
      {editing && mayGoOn(params, own) && <Prompt thread={thread} own={own} promptRef={promptRef} />}
    </div>
  );
}

function jump(session: ChatSession, issue: Issue): void {
  const at = issue.objectId ?? "";
  const [thread, turn] = at.split("/");
  if (thread !== undefined && turn !== undefined) goTo(session, { thread, turn: Number(turn) });
  // The thread may be another one, which is drawn first.
  requestAnimationFrame(() => {
    const element = document.getElementById(`chat:${at}`);
    element?.scrollIntoView({ block: "nearest" });
    element?.querySelector<HTMLElement>("input,textarea,button")?.focus();
  });
}

/** Every message of a document by its id. */
function messagesOf(doc: ChatDoc): ReadonlyMap<string, MessageDoc> {
  const turns = Object.values(doc.threads).flatMap((thread) => thread.turns);
  return new Map(turns.flatMap(({ messages }) => messages).map((message) => [message.id, message]));
}

/** The editor of conversations: the turns on the left, everything about the whole on the right. */
export function Editor({ session, mode, overlay, active = true }: Props) {
  const { params } = session;
  const editing = mode === "edit";
  const doc = usePart(session.doc, (state) => state);
  const issues = usePart(session.issues, (found) => found);
  const compare = usePart(session.ui, (ui) => ui.compare);
  usePart(session.ui, (ui) => ui.selection);
  const prompt = useRef<HTMLTextAreaElement>(null);
  const answer = useMemo(() => toResponse(doc, params), [doc, params]);
  useChecks(session, answer, editing);
  const asker = useAsker(session, editing && active);
  useEffect(() => {
    if (!active) return undefined;
    const focus = {
      id: "chat.prompt",
      title: t("chat.command.talk.prompt"),
      group: t("chat.group.talk"),
      keys: ["p"],
      when: () => prompt.current !== null,
      run: () => prompt.current?.focus(),
    };
    return bindKeys("editor", [...commandBindings(commands, session, mode), focus], mode === "view");
  }, [session, mode, active]);
  const comparing = overlay !== undefined && !editing;
  useEffect(() => {
    if (comparing) session.ui.setState({ compare: "both" });
  }, [session, comparing]);
  const spot = currentSpot(session);
  useEffect(() => {
    const element = document.getElementById(`chat:${place(spot.thread, spot.turn)}`);
    if (!element?.contains(document.activeElement)) element?.scrollIntoView({ block: "nearest" });
  }, [spot.thread, spot.turn]);
  const context = useMemo((): TaskContext => {
    const parts = placed(doc, params);
    const before = overlay && compare !== "after" ? messagesOf(overlay.reference) : null;
    return {
      session,
      params,
      editing,
      asker,
      problem: ({ thread, turn }, message, name) => {
        const at = thread === "task" && turn < 0 ? "task" : place(thread, turn, message ?? undefined);
        return problemAt(issues, parts, at, name);
      },
      earlier: before && ((id) => before.get(id)),
    };
  }, [session, params, editing, asker, doc, issues, overlay, compare]);
  const names = Object.keys(doc.threads);
  const own = doc.threads[spot.thread];
  return (
    <Task value={context}>
      <div className="lw-chat">
        <div className="lw-chat-main" role="group" aria-label={t("chat.conversation")}>
          {names.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label={t("chat.threads")}
              value={spot.thread}
              data={names}
              onChange={(thread) =>
                goTo(session, { thread, turn: Math.max(0, (doc.threads[thread]?.turns.length ?? 0) - 1) })
              }
            />
          )}
          {overlay && compare !== "after" && overlay.changes.length > 0 && (
            <ul className="lw-chat-changes" aria-label={t("chat.changed")}>
              {overlay.changes.map(({ path, message }) => (
                <li key={path}>{message}</li>
              ))}
            </ul>
          )}
          {own && <Thread key={spot.thread} thread={spot.thread} own={own} promptRef={prompt} />}
        </div>
        <SidePanel landmark={mode !== "view"} doc={doc} issues={issues} onJump={(issue) => jump(session, issue)} />
      </div>
    </Task>
  );
}
