import { useCallback, useEffect, useRef, useState } from "react";
import type { ModelCandidate } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import { newUuid } from "../../kit/labels/uuid";
import { type ChatSession, editTurn, type Spot } from "./commands";
import { goesOnWith, newMessage, place } from "./model";

/** How asking goes: absent when nobody is being asked. */
export type Asking = "busy" | { error: string };

export interface Asker {
  /** By `place(thread, turn)`. */
  state: ReadonlyMap<string, Asking>;
  /** Asks the models about a turn that waits for them; a second call while they are asked does nothing. */
  ask: (spot: Spot) => Promise<void>;
  /** Asks them anew: what they said before is dropped. */
  again: (spot: Spot) => Promise<void>;
}

/** What was said in the thread up to a turn's prompt. */
function messagesOf(session: ChatSession, { thread, turn }: Spot) {
  const turns = session.doc.getState().threads[thread]?.turns.slice(0, turn + 1) ?? [];
  return turns.flatMap((one, index) => {
    const prompt = { role: "user" as const, text: one.prompt };
    return index === turn ? [prompt] : [prompt, { role: "assistant" as const, text: goesOnWith(one) }];
  });
}

function keep(session: ChatSession, spot: Spot, request: string, found: readonly ModelCandidate[]): void {
  editTurn(session, spot, t("chat.edit.answers"), (turn) => {
    // Meanwhile the turn may have been taken back, or asked again.
    if (turn.request !== request || turn.messages.length > 0) return;
    for (const { id, source, text, error } of found) {
      if (text === null) turn.failed.push({ source, error: error ?? "" });
      else turn.messages.push(newMessage(id, source, text));
    }
  });
}

/** Asks the models; what waits for an answer when the task is opened, after a reload, is asked at once. */
export function useAsker(session: ChatSession, on: boolean): Asker {
  const [state, setState] = useState<ReadonlyMap<string, Asking>>(new Map());
  /** The requests under way: a second one would only hear that there is a first. */
  const asked = useRef(new Set<string>());
  const note = useCallback((key: string, asking: Asking | null): void => {
    setState((before) => {
      const after = new Map(before);
      if (asking === null) after.delete(key);
      else after.set(key, asking);
      return after;
    });
  }, []);
  const ask = useCallback(
    async (spot: Spot): Promise<void> => {
      const key = place(spot.thread, spot.turn);
      const request = session.doc.getState().threads[spot.thread]?.turns[spot.turn]?.request;
      const asks = session.service?.askModels;
      if (!request || !asks || asked.current.has(request)) return;
      asked.current.add(request);
      note(key, "busy");
      try {
        const body = { requestId: request, ...spot, messages: messagesOf(session, spot) };
        keep(session, spot, request, await asks(body));
        note(key, null);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        note(key, { error: error.message });
      } finally {
        asked.current.delete(request);
      }
    },
    [session, note],
  );
  const again = useCallback(
    (spot: Spot): Promise<void> => {
      editTurn(session, spot, t("chat.edit.again"), (turn) => {
        Object.assign(turn, { request: newUuid(), failed: [], messages: [], order: [] });
      });
      return ask(spot);
    },
    [session, ask],
  );
  useEffect(() => {
    if (!on) return;
    for (const [thread, { turns }] of Object.entries(session.doc.getState().threads)) {
      turns.forEach(({ request, messages, failed }, turn) => {
        if (request && messages.length === 0 && failed.length === 0) void ask({ thread, turn });
      });
    }
  }, [session, on, ask]);
  return { state, ask, again };
}
