import { useEffect } from "react";
import { isChecked, noteCheck } from "../doc/checks";
import type { Session } from "../doc/types";

/** Milliseconds without a change before the server is asked about the answer. */
const CHECK_DELAY = 600;

/** Asks the server's checker about the answer on screen, and publishes what it says. */
export function useChecks<P extends object, D>(
  session: Session<P, D>,
  answer: object,
  on: boolean,
): void {
  const { service, params } = session;
  useEffect(() => {
    if (!on || !service || isChecked(params, answer)) return undefined;
    const ask = async (): Promise<void> => {
      try {
        noteCheck(params, answer, await service.problems(answer));
        session.validate();
      } catch (error) {
        // Without the server nothing is known; it checks again when the answer is handed in.
        console.warn("the answer could not be checked", error);
      }
    };
    const timer = setTimeout(() => void ask(), CHECK_DELAY);
    return () => clearTimeout(timer);
  }, [session, service, params, answer, on]);
}
