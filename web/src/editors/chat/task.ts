import { createContext, useContext } from "react";
import type { Asker } from "./asking";
import type { ChatSession, Spot } from "./commands";
import type { ChatParams, MessageDoc } from "./model";

/** What every part of the screen wants to know about the task. */
export interface TaskContext {
  session: ChatSession;
  params: ChatParams;
  editing: boolean;
  asker: Asker;
  /** What the server's checker says to the answer to a field, or to a criterion, of a turn or of one of its messages. */
  problem: (spot: Spot, message: string | null, name: string) => string | null;
  /** A message as it was in the answer that this one is compared with. */
  earlier: ((id: string) => MessageDoc | undefined) | null;
}

export const Task = createContext<TaskContext | null>(null);

export function useTask(): TaskContext {
  const found = useContext(Task);
  if (!found) throw new Error("outside a conversation");
  return found;
}
