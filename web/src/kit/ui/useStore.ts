import { useStore } from "zustand";
import type { ReadonlyStore } from "../doc/types";

/** Renders from a part of a session store; compared by `Object.is`. */
export function usePart<T, S>(store: ReadonlyStore<T>, select: (state: T) => S): S {
  return useStore(store, select);
}
