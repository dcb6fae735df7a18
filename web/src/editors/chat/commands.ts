import type { Draft } from "mutative";
import type { Command, Session } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import { shiftedDigit } from "../../kit/labels/labels";
import { newUuid } from "../../kit/labels/uuid";
import {
  type ChatDoc,
  type ChatParams,
  isOrdered,
  type MessageDoc,
  modelsOf,
  mostTurns,
  newMessage,
  newTurn,
  place,
  type ThreadDoc,
  type TurnDoc,
} from "./model";

export type ChatSession = Session<ChatParams, ChatDoc>;
type ChatCommand = Command<ChatDoc, ChatParams>;

/** Where the labeler is: the view's `selection` holds the thread and the number of the turn. */
export interface Spot {
  thread: string;
  turn: number;
}

export function currentSpot({ doc, ui }: ChatSession): Spot {
  const { threads } = doc.getState();
  const [chosen] = ui.getState().selection;
  const names = Object.keys(threads);
  const at = chosen?.lastIndexOf("/") ?? -1;
  const thread = names.find((name) => name === chosen?.slice(0, at)) ?? names[0] ?? "";
  const last = Math.max(0, (threads[thread]?.turns.length ?? 0) - 1);
  const number = at < 0 ? last : Number(chosen?.slice(at + 1));
  return { thread, turn: Number.isInteger(number) ? Math.min(Math.max(0, number), last) : last };
}

export function goTo(session: ChatSession, { thread, turn }: Spot): void {
  session.ui.setState({ selection: [place(thread, turn)] });
}

/** The element of an attachment on the page. */
export const attachmentId = (ref: string): string => `chat:attachment:${ref}`;

const turnAt = ({ threads }: ChatDoc, { thread, turn }: Spot): TurnDoc | undefined => threads[thread]?.turns[turn];

/** Changes a turn; one undo step. */
export function editTurn(
  session: ChatSession,
  spot: Spot,
  label: string,
  fn: (turn: Draft<TurnDoc>) => void,
  mergeKey?: string,
): void {
  session.edit(
    label,
    (draft) => {
      const turn = draft.threads[spot.thread]?.turns[spot.turn];
      if (turn) fn(turn);
    },
    mergeKey === undefined ? {} : { mergeKey: `${place(spot.thread, spot.turn)}:${mergeKey}` },
  );
}

/** Changes an answer of a turn; one undo step. */
export function editMessage(
  session: ChatSession,
  spot: Spot,
  id: string,
  label: string,
  fn: (message: Draft<MessageDoc>) => void,
  mergeKey?: string,
): void {
  const change = (turn: Draft<TurnDoc>): void => {
    const message = turn.messages.find((one) => one.id === id);
    if (message) fn(message);
  };
  editTurn(session, spot, label, change, mergeKey === undefined ? undefined : `${id}:${mergeKey}`);
}

/** Whether another prompt may follow in a thread. */
export const mayGoOn = (params: ChatParams, thread: ThreadDoc): boolean =>
  thread.turns.length < mostTurns(params) && thread.turns.every(({ messages }) => messages.length > 0);

/** Writes the prompt that is not sent yet. */
export function draft(session: ChatSession, thread: string, text: string): void {
  session.edit(
    t("chat.edit.prompt"),
    (doc) => {
      const own = doc.threads[thread];
      if (own) own.draft = text;
    },
    { mergeKey: `draft:${thread}` },
  );
}

/**
 * Makes the written prompt a turn. Where models answer it gets the name of a request, which `asking.ts` sends; else an
 * empty answer, which the labeler writes.
 *
 * @returns the turn; null when there is nothing to send, or no turn left.
 */
export function send(session: ChatSession, thread: string): Spot | null {
  const { params } = session;
  const own = session.doc.getState().threads[thread];
  if (!own || own.draft.trim() === "" || !mayGoOn(params, own)) return null;
  const asks = modelsOf(params, thread).length > 0;
  const spot = { thread, turn: own.turns.length };
  session.edit(t("chat.edit.send"), (doc) => {
    const changed = doc.threads[thread]!;
    const turn = newTurn(changed.draft, asks ? newUuid() : null);
    if (!asks) turn.messages.push(newMessage(newUuid(), "", ""));
    changed.turns.push(turn);
    changed.draft = "";
  });
  goTo(session, spot);
  return spot;
}

/** Takes a turn back, with all that came after it: those answers followed from it. */
export function takeBack(session: ChatSession, { thread, turn }: Spot): void {
  session.edit(t("chat.edit.back"), (doc) => {
    const own = doc.threads[thread];
    if (!own?.turns[turn]) return;
    if (own.draft.trim() === "") own.draft = own.turns[turn].prompt;
    own.turns.splice(turn);
  });
}

/** The place of an answer in the order, from 1; null while it has none. */
export function rankOf({ order }: Pick<TurnDoc, "order">, id: string): number | null {
  const at = order.findIndex((group) => group.includes(id));
  return at < 0 ? null : at + 1;
}

/**
 * Puts an answer after those that are ranked already, or takes it out again.
 *
 * @param tied as good as the last one.
 */
export function rankNext(session: ChatSession, spot: Spot, id: string, tied: boolean): void {
  editTurn(session, spot, t("chat.edit.rank"), (turn) => {
    const before = turn.order.some((group) => group.includes(id));
    turn.order = turn.order
      .map((group) => group.filter((one) => one !== id))
      .filter((group) => group.length > 0);
    if (before) return;
    const last = turn.order.at(-1);
    if (tied && last) last.push(id);
    else turn.order.push([id]);
  });
}

/** Gives an answer a place, with whoever has it already; null takes it out. */
export function rankAt(session: ChatSession, spot: Spot, id: string, rank: number | null): void {
  editTurn(session, spot, t("chat.edit.rank"), (turn) => {
    const ranks = new Map<string, number>();
    turn.order.forEach((group, index) => group.forEach((one) => ranks.set(one, index + 1)));
    ranks.delete(id);
    if (rank !== null) ranks.set(id, rank);
    const places = [...new Set(ranks.values())].sort((a, b) => a - b);
    turn.order = places.map((at) =>
      turn.messages.map((message) => message.id).filter((one) => ranks.get(one) === at),
    );
  });
}

function isRanked(session: ChatSession): boolean {
  const turn = turnAt(session.doc.getState(), currentSpot(session));
  return turn !== undefined && isOrdered(session.params, turn);
}

function answerAt(session: ChatSession, index: number): string | null {
  return turnAt(session.doc.getState(), currentSpot(session))?.messages[index]?.id ?? null;
}

function stepTurn(session: ChatSession, by: 1 | -1): void {
  const { thread, turn } = currentSpot(session);
  const count = session.doc.getState().threads[thread]?.turns.length ?? 0;
  if (turn + by >= 0 && turn + by < count) goTo(session, { thread, turn: turn + by });
}

function stepThread(session: ChatSession, by: 1 | -1): void {
  const { threads } = session.doc.getState();
  const names = Object.keys(threads);
  const name = names[names.indexOf(currentSpot(session).thread) + by];
  if (name !== undefined) goTo(session, { thread: name, turn: Math.max(0, threads[name]!.turns.length - 1) });
}

function command(
  group: string,
  id: string,
  keys: readonly string[],
  rest: Omit<ChatCommand, "id" | "title" | "group" | "keys">,
  values?: Record<string, unknown>,
  line?: string,
): ChatCommand {
  return {
    id: `chat.${id}`,
    get title() {
      return t(`chat.command.${group}.${id.split(".")[0] ?? id}`, values);
    },
    get line() {
      return line === undefined ? undefined : t(line);
    },
    get group() {
      return t(`chat.group.${group}`);
    },
    keys,
    ...rest,
  };
}

const ranks = Array.from({ length: 8 }, (_, index) => {
  const run = (session: ChatSession, tied: boolean): void => {
    const id = answerAt(session, index);
    if (id !== null) rankNext(session, currentSpot(session), id, tied);
  };
  const rest = { mutates: true, when: (session: ChatSession) => isRanked(session) && answerAt(session, index) !== null };
  const number = index + 1;
  return [
    command("judge", `rank.${number}`, [String(number)], { ...rest, run: (session) => run(session, false) }, { number }, "chat.command.judge.rank_line"),
    command("judge", `tie.${number}`, shiftedDigit(number), { ...rest, run: (session) => run(session, true) }, { number }, "chat.command.judge.tie_line"),
  ];
}).flat();

/** Everything the editor of conversations can do; what needs the screen is bound there. */
export const commands: readonly ChatCommand[] = [
  ...ranks,
  command("judge", "unrank", ["0"], {
    mutates: true,
    when: isRanked,
    run: (session) => editTurn(session, currentSpot(session), t("chat.edit.rank"), (turn) => void (turn.order = [])),
  }),
  command("move", "next", ["ArrowDown"], { run: (session) => stepTurn(session, 1) }),
  command("move", "previous", ["ArrowUp"], { run: (session) => stepTurn(session, -1) }),
  command("move", "thread_next", ["]", "Shift+ArrowRight"], {
    when: ({ doc }) => Object.keys(doc.getState().threads).length > 1,
    run: (session) => stepThread(session, 1),
  }),
  command("move", "thread_previous", ["[", "Shift+ArrowLeft"], {
    when: ({ doc }) => Object.keys(doc.getState().threads).length > 1,
    run: (session) => stepThread(session, -1),
  }),
  command("talk", "back", ["Shift+KeyB"], {
    mutates: true,
    when: (session) => turnAt(session.doc.getState(), currentSpot(session)) !== undefined,
    run: (session) => takeBack(session, currentSpot(session)),
  }),
  command("talk", "fail", ["x"], {
    mutates: true,
    run: (session) =>
      session.edit(t("chat.edit.failure"), (doc) => {
        doc.failure = doc.failure ? null : { kind: "error", message: "", type: "PROMPT_INFEASIBLE" };
      }),
  }),
  command("history", "undo", ["$mod+z"], { mutates: true, run: (session) => session.undo() }),
  command("history", "redo", ["$mod+Shift+z", "$mod+y"], { mutates: true, run: (session) => session.redo() }),
  command("view", "compare", ["d"], {
    run: ({ ui }) => ui.setState({ compare: ui.getState().compare === "after" ? "both" : "after" }),
  }),
];
