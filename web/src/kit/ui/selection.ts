/** Selection after a click: plain replaces, Ctrl toggles, Shift takes the range from the last row. */
export function selectionAfterClick(
  ids: readonly string[],
  selection: readonly string[],
  clicked: string,
  modifiers: { shift: boolean; ctrl: boolean },
): readonly string[] {
  if (modifiers.ctrl) {
    return selection.includes(clicked) ? selection.filter((id) => id !== clicked) : [...selection, clicked];
  }
  const anchor = selection.at(-1);
  if (!modifiers.shift || anchor === undefined) return [clicked];
  const from = ids.indexOf(anchor);
  const to = ids.indexOf(clicked);
  if (from < 0 || to < 0) return [clicked];
  const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  // The anchor stays last, so that the next Shift-click starts from it again.
  return [...range.filter((id) => id !== anchor), anchor];
}
