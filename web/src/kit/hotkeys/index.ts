import type { Command, Mode, Session } from "../doc/types";
import { type Binding, createHotkeyRegistry, type KeyStorage } from "./registry";

export { type Binding, type Conflict, findConflicts, HotkeyConflictError, type HotkeyRow } from "./registry";
export { keyCaps } from "./keyLabel";

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

/** Binds keys while mounted: call in an effect and return the result. */
export function bindKeys(scope: string, bindings: readonly Binding[]): () => void {
  if (typeof window !== "undefined") detach ??= hotkeys.attach(window);
  return hotkeys.register(scope, bindings);
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
    .filter((command) => (command.keys?.length ?? 0) > 0)
    .map((command) => ({
      id: command.id,
      title: command.title,
      group: command.group,
      keys: command.keys ?? [],
      when: () => canRun(command, session, mode),
      run: () => command.run(session),
      release: command.release && (() => command.release?.(session)),
    }));
}
