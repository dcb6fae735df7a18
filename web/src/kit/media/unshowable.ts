import { addMessages, t } from "../i18n";
import messages from "./messages.en.json";

addMessages(messages);

/** Why something cannot be shown; `picture` is a video without one. */
export type Reason = "blank" | "empty" | "format" | "load" | "picture" | "status";

/** A file that was fetched, or not even that, but cannot be shown. */
export class Unshowable extends Error {
  override readonly name = "Unshowable";

  constructor(
    readonly reason: Reason,
    url: string,
    readonly status: number | null = null,
  ) {
    super(`${reason}${status === null ? "" : ` ${status}`}: ${url}`);
  }
}

/** The reason in words, to go into a sentence. */
export function reasonOf(error: unknown): string {
  const { reason, status } = error instanceof Unshowable ? error : { reason: "load", status: null };
  return t(`kit.shown.reason.${reason}`, { status });
}
