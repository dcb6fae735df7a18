import { createStore } from "zustand/vanilla";

export interface Action {
  id: string;
  label: string;
  group: string;
  /** Keys as shown to people, e.g. `Ctrl+Enter`. */
  keys?: string;
  run(): void;
}

export interface Overlays {
  palette: boolean;
  cheatSheet: boolean;
  unsent: boolean;
  /** What the open page adds to the command palette. */
  pageActions: readonly Action[];
}

/** Which app-wide overlays are open; their code is loaded when they first open. */
export const overlays = createStore<Overlays>(() => ({
  palette: false,
  cheatSheet: false,
  unsent: false,
  pageActions: [],
}));
