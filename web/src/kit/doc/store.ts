import { createStore } from "zustand/vanilla";
import type { Store, UiState } from "./types";

/** Makes a vanilla store; engines subscribe to it outside React. */
export function makeStore<T>(initial: T): Store<T> {
  return createStore<T>(() => initial);
}

/** View state of a freshly opened task. */
export function initialUiState(part: Partial<UiState> = {}): UiState {
  return {
    tool: "select",
    selection: [],
    picked: null,
    label: null,
    hidden: new Set<string>(),
    mediaSize: null,
    compare: "both",
    notice: null,
    ...part,
  };
}

/**
 * Watches one part of a store.
 *
 * @param select picks the part; compared by `Object.is`.
 * @param listener gets the new and the old part; not called for the present value.
 * @returns unsubscriber.
 */
export function watch<T, S>(
  store: { getState(): T; subscribe(listener: (state: T) => void): () => void },
  select: (state: T) => S,
  listener: (now: S, before: S) => void,
): () => void {
  let current = select(store.getState());
  return store.subscribe((state) => {
    const next = select(state);
    if (Object.is(next, current)) return;
    const before = current;
    current = next;
    listener(next, before);
  });
}
