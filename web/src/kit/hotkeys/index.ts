import { useSyncExternalStore } from "react";
import type { Command, Mode, Session } from "../doc/types";
import { watchLayout } from "./keyboard";
import { type Binding, createHotkeyRegistry, type HotkeyRegistry, type KeyStorage } from "./registry";

export { type Binding, type Conflict, findConflicts, HotkeyConflictError, type HotkeyRow, isTextField } from "./registry";
export { digitOf, isComposing } from "./press";

/** `localStorage`, or null where reading it throws (blocked cookies). */
function pageStorage(): KeyStorage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // the browser forbids storage: default keys apply
  }
}

/** The app's one registry; `hotkeys.attach(window)` is called when the first binding comes. */
export const hotkeys = createHotkeyRegistry(pageStorage());

let detach: (() => void) | null = null;

/** True while a dialog or drawer has the keyboard. */
export function dialogOpen(): boolean {
  return globalThis.document?.querySelector('[role="dialog"][aria-modal="true"]') != null;
}

/**
 * Binds keys while mounted: call in an effect and return the result.
 *
 * @param inDialog whether they are for what a dialog shows; all others wait until it is closed.
 */
export function bindKeys(scope: string, bindings: readonly Binding[], inDialog = false): () => void {
  if (typeof window !== "undefined" && detach === null) {
    detach = hotkeys.attach(window);
    watchLayout(hotkeys.keyboard, window);
  }
  const waiting = bindings.map((one) => ({ ...one, when: () => !dialogOpen() && (one.when?.() ?? true) }));
  return hotkeys.register(scope, inDialog ? bindings : waiting);
}

/** Whether a command may run: never changes in `review` and `view`, never outside its own condition. */
export function canRun<P, D>(command: Command<D, P>, session: Session<P, D>, mode: Mode): boolean {
  if (command.mutates && mode !== "edit") return false;
  return command.when?.(session) ?? true;
}

/** Bindings of an editor's commands for one session. */
export function commandBindings<P, D>(
  commands: readonly Command<D, P>[],
  session: Session<P, D>,
  mode: Mode,
): Binding[] {
  return commands
    .filter(({ keys = [], offered }) => keys.length > 0 && (offered?.(session.params) ?? true))
    .map((command) => ({
      id: command.id,
      title: command.title,
      group: command.group,
      line: command.line,
      keys: command.keys ?? [],
      when: () => canRun(command, session, mode),
      run: () => command.run(session),
      release: command.release && (() => command.release?.(session)),
    }));
}

/** Renders again when keys are bound, or the keyboard turns out to be another one: for whatever shows keys. */
export function useHotkeys(): HotkeyRegistry {
  useSyncExternalStore(subscribeRows, () => hotkeys.rows());
  useSyncExternalStore(subscribeKeyboard, () => hotkeys.keyboard.version);
  return hotkeys;
}

const subscribeRows = (listener: () => void) => hotkeys.subscribe(listener);
const subscribeKeyboard = (listener: () => void) => hotkeys.keyboard.subscribe(listener);
