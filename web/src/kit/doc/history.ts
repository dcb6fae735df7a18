import { apply, create, type Draft, type Patches } from "mutative";
import { makeStore } from "./store";
import type { DocChange, EditOptions, Gesture, HistoryState, ReadonlyStore, Store } from "./types";

interface Step {
  label: string;
  patches: Patches<true>;
  inverse: Patches<true>;
  selectionBefore: readonly string[];
  selectionAfter: readonly string[];
  mergeKey: string | undefined;
  at: number;
  bytes: number;
}

export interface HistoryOptions {
  /** Undo steps kept, at least. */
  maxSteps?: number;
  /** Rough size of all kept patches, bytes; older steps are dropped above it. */
  maxBytes?: number;
  /** Milliseconds within which edits with one `mergeKey` become one step. */
  mergeWindow?: number;
  /** Clock, milliseconds. */
  now?: () => number;
  /** Selection to restore with a step. */
  selection?: { get(): readonly string[]; set(ids: readonly string[]): void };
}

export interface History<D> {
  doc: ReadonlyStore<D>;
  state: ReadonlyStore<HistoryState>;
  edit(label: string, fn: (draft: Draft<D>) => void, options?: EditOptions): void;
  gesture(label: string, onCancel?: () => void): Gesture<D>;
  undo(): void;
  redo(): void;
  /** Ends a running gesture without writing; false when none was running. */
  cancelGesture(): boolean;
  onChange(listener: (change: DocChange<D>) => void): () => void;
}

/** Estimates the memory a JSON value takes, bytes; close enough to bound the history. */
export function roughBytes(value: unknown): number {
  if (typeof value === "string") return 16 + 2 * value.length;
  if (value === null || typeof value !== "object") return 8;
  let sum = 32;
  if (Array.isArray(value)) for (const item of value) sum += roughBytes(item);
  else for (const [key, item] of Object.entries(value)) sum += 2 * key.length + roughBytes(item);
  return sum;
}

/**
 * Undo and redo by patches: each step keeps what changed and how to change it back, not the document.
 *
 * @param initial plain JSON document.
 */
export function createHistory<D extends object>(initial: D, options: HistoryOptions = {}): History<D> {
  const { maxSteps = 300, maxBytes = 32 * 2 ** 20, mergeWindow = 1000, now = Date.now, selection } = options;
  const doc: Store<D> = makeStore(initial);
  const state = makeStore<HistoryState>({ undoLabel: null, redoLabel: null, revision: 0 });
  const listeners = new Set<(change: DocChange<D>) => void>();
  let done: Step[] = [];
  let undone: Step[] = [];
  let bytes = 0;
  let running: { cancel(): void } | null = null;

  const publish = (label: string, patches: Patches<true>, next: D, kind: DocChange<D>["kind"]): void => {
    doc.setState(next, true);
    state.setState({
      undoLabel: done.at(-1)?.label ?? null,
      redoLabel: undone.at(-1)?.label ?? null,
      revision: state.getState().revision + 1,
    });
    for (const listener of listeners) listener({ label, patches, doc: next, kind });
  };

  const trim = (): void => {
    while (done.length > 1 && (done.length > maxSteps || bytes > maxBytes)) bytes -= done.shift()?.bytes ?? 0;
  };

  const push = (step: Step): void => {
    const last = done.at(-1);
    for (const dropped of undone) bytes -= dropped.bytes;
    undone = [];
    bytes += step.bytes;
    if (
      last &&
      step.mergeKey !== undefined &&
      last.mergeKey === step.mergeKey &&
      step.at - last.at < mergeWindow
    ) {
      last.patches = [...last.patches, ...step.patches];
      last.inverse = [...step.inverse, ...last.inverse];
      last.selectionAfter = step.selectionAfter;
      last.bytes += step.bytes;
      last.at = step.at;
    } else {
      done.push(step);
    }
    trim();
  };

  const write = (label: string, fn: (draft: Draft<D>) => void, mergeKey?: string): void => {
    const before = doc.getState();
    const [next, patches, inverse] = create(
      before,
      (draft) => {
        fn(draft);
      },
      { enablePatches: true },
    ) as unknown as [D, Patches<true>, Patches<true>];
    if (patches.length === 0) return;
    const selected = selection?.get() ?? [];
    const size = roughBytes(patches) + roughBytes(inverse);
    push({
      label,
      patches,
      inverse,
      selectionBefore: selected,
      selectionAfter: selected,
      mergeKey,
      at: now(),
      bytes: size,
    });
    publish(label, patches, next, "edit");
  };

  const travel = (from: Step[], to: Step[], kind: "undo" | "redo"): void => {
    if (running) {
      running.cancel();
      return;
    }
    const step = from.pop();
    if (!step) return;
    // Commands select what they made only after the edit, so the selection to redo to is known here at the earliest.
    if (kind === "undo") step.selectionAfter = selection?.get() ?? [];
    // A merge must not reach across an undo.
    step.mergeKey = undefined;
    to.push(step);
    const patches = kind === "undo" ? step.inverse : step.patches;
    publish(step.label, patches, apply(doc.getState(), patches) as D, kind);
    selection?.set(kind === "undo" ? step.selectionBefore : step.selectionAfter);
  };

  return {
    doc,
    state,
    edit: (label, fn, editOptions) => write(label, fn, editOptions?.mergeKey),
    gesture(label, onCancel) {
      running?.cancel();
      let pending: ((draft: Draft<D>) => void) | null = null;
      let active = true;
      const finish = (): boolean => {
        if (!active) return false;
        active = false;
        if (running === handle) running = null;
        return true;
      };
      const handle: Gesture<D> = {
        get active() {
          return active;
        },
        preview(fn) {
          if (active) pending = fn;
        },
        commit(fn) {
          const last = fn ?? pending;
          if (finish() && last) write(label, last);
        },
        cancel() {
          if (finish()) onCancel?.();
        },
      };
      running = handle;
      return handle;
    },
    undo: () => travel(done, undone, "undo"),
    redo: () => travel(undone, done, "redo"),
    cancelGesture() {
      if (!running) return false;
      running.cancel();
      return true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
