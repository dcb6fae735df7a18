import type { Store, UiState } from "./types";

/**
 * Selects by hand: a click, a frame, a list row, Tab.
 *
 * Only such a selection is relabelled by the label keys. Whatever selects without being asked (drawing, copying,
 * deleting, undo, a refused submit) sets `selection` alone.
 */
export function pick(ui: Store<UiState>, ids: readonly string[]): void {
  ui.setState({ selection: ids, picked: ids });
}

/** Whether what is selected now was selected by hand. */
export function isPicked({ selection, picked }: UiState): boolean {
  return selection.length > 0 && selection === picked;
}

/** Sets the selection after undo or redo: it counts as made by hand only where it stays what it was. */
export function restoreSelection(ui: Store<UiState>, ids: readonly string[]): void {
  const { selection } = ui.getState();
  const same = ids.length === selection.length && ids.every((id, index) => id === selection[index]);
  // A copy, because the array in the history may be the one that was made by hand once.
  if (!same) ui.setState({ selection: [...ids] });
}
