import { createStore } from "zustand/vanilla";

/** One line of the command palette. */
export interface PaletteAction {
  id: string;
  title: string;
  group: string;
  /** tinykeys notation; the first is shown. */
  keys: readonly string[];
  /** Asked when the palette opens; false hides the line. */
  when(): boolean;
  run(): void;
}

export interface Overlays {
  palette: boolean;
  cheatSheet: boolean;
  unsent: boolean;
  /** What the open pages add to the command palette. */
  pageActions: readonly PaletteAction[];
}

/** Which app-wide overlays are open; their code is loaded when they first open. */
export const overlays = createStore<Overlays>(() => ({
  palette: false,
  cheatSheet: false,
  unsent: false,
  pageActions: [],
}));
