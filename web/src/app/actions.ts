import { useEffect, useRef } from "react";
import { bindKeys } from "../kit/hotkeys";
import { overlays, type PaletteAction } from "./overlays";

/** Something a page offers by key and in the command palette. */
export interface PageAction {
  /** Unique in the app, dotted: `work.submit`. */
  id: string;
  label: string;
  group: string;
  /** tinykeys notation; none = palette only. */
  keys?: readonly string[];
  /** Asked at the key press; without it the action always applies. */
  when?: () => boolean;
  /** Fire again while the key is held down; off, because most actions must happen once. */
  repeat?: boolean;
  run(): void;
}

/**
 * Binds a page's actions while it is mounted and lists them in the palette.
 *
 * `actions` may be rebuilt on every render: keys always run the newest version.
 */
export function usePageActions(scope: string, actions: readonly PageAction[]): void {
  const newest = useRef(actions);
  useEffect(() => {
    newest.current = actions;
  });
  const signature = actions.map(({ id, label, keys }) => `${id}|${label}|${keys?.join(",")}`).join("\n");
  useEffect(() => {
    const find = (id: string) => newest.current.find((action) => action.id === id);
    const bound = newest.current.map(({ id, label, group, keys = [], repeat = false }) => ({
      id,
      title: label,
      group,
      keys,
      repeat,
      when: () => find(id)?.when?.() ?? true,
      run: () => find(id)?.run(),
    }));
    const keyed = bound.filter(({ keys }) => keys.length > 0);
    // A dialog has the keyboard for itself; the palette is a dialog too and asks `when` alone.
    const unbind = bindKeys(scope, keyed);
    const mine = new Set<PaletteAction>(bound);
    overlays.setState(({ pageActions }) => ({ pageActions: [...pageActions, ...bound] }));
    return () => {
      unbind();
      overlays.setState(({ pageActions }) => ({
        pageActions: pageActions.filter((action) => !mine.has(action)),
      }));
    };
  }, [scope, signature]);
}
