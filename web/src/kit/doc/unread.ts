import { useEffect } from "react";

/** Inputs whose text is not in the document, because it cannot be read, and why. */
const inputs = new Map<object, string>();

/** The first reason why what is typed is not part of the answer; null when all of it is. */
export function unreadInput(): string | null {
  return inputs.values().next().value ?? null;
}

/** Notes that an input's text could not be taken over; null when it was. */
export function useUnread(reason: string | null): void {
  useEffect(() => {
    if (reason === null) return undefined;
    const input = {};
    inputs.set(input, reason);
    return () => {
      inputs.delete(input);
    };
  }, [reason]);
}
