/** A label or choice as Scale's API writes it; with `subchoices` it is a folder and cannot be chosen. */
export interface LabelDescription {
  choice: string;
  subchoices?: readonly LabelOption[];
  display?: string;
  description?: string;
  instance_label?: boolean;
}
export type LabelOption = string | LabelDescription;

/** A choosable label with what is shown for it. */
export interface Leaf {
  /** The value on the wire. */
  choice: string;
  display: string;
  description: string | null;
  /** Displayed names of the folders around it, outermost first. */
  folders: readonly string[];
}

const described = (option: LabelOption): LabelDescription =>
  typeof option === "string" ? { choice: option } : option;

/** The leaves of a label tree in the order of the wire; folders themselves are not choosable. */
export function leavesOf(
  options: readonly LabelOption[] | undefined,
  folders: readonly string[] = [],
): Leaf[] {
  return (options ?? []).flatMap((option) => {
    const { choice, display = choice, description = null, subchoices } = described(option);
    return subchoices && subchoices.length > 0
      ? leavesOf(subchoices, [...folders, display])
      : [{ choice, display, description, folders }];
  });
}

/** What is shown for a wire value; the value itself when it is not among the leaves. */
export function displayOf(leaves: readonly Leaf[], choice: string): string {
  return leaves.find((leaf) => leaf.choice === choice)?.display ?? choice;
}

/** One row of a label list: a folder heading or a choosable leaf with its place among all leaves. */
export type LabelRow =
  | { kind: "folder"; key: string; title: string; depth: number }
  | { kind: "leaf"; key: string; leaf: Leaf; index: number; depth: number };

/**
 * Rows for a list with folder headings, reduced to leaves whose name or folder contains all words of `query`.
 *
 * @param leaves all leaves; `index` of a row counts in this list, so keys stay put while searching.
 * @param query typed search, case-insensitive; empty keeps all.
 */
export function labelRows(leaves: readonly Leaf[], query = ""): LabelRow[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rows: LabelRow[] = [];
  let open: readonly string[] = [];
  leaves.forEach((leaf, index) => {
    const text = [...leaf.folders, leaf.display, leaf.choice].join(" ").toLocaleLowerCase();
    if (!words.every((word) => text.includes(word))) return;
    let shared = 0;
    while (shared < leaf.folders.length && leaf.folders[shared] === open[shared]) shared += 1;
    leaf.folders.slice(shared).forEach((title, i) => {
      const depth = shared + i;
      rows.push({ kind: "folder", key: `folder:${index}:${depth}`, title, depth });
    });
    open = leaf.folders;
    rows.push({ kind: "leaf", key: `leaf:${index}`, leaf, index, depth: leaf.folders.length });
  });
  return rows;
}

/**
 * Keys that pick the n-th label: 1-9 and 0, then the same with Shift; none from the 21st on.
 *
 * Where Shift and a digit print something that has a meaning of its own, Ctrl is needed too.
 */
export function labelKeys(index: number): readonly string[] {
  if (index < 0 || index >= 20) return [];
  const digit = String((index + 1) % 10);
  return index < 10 ? [digit] : shiftedDigit(digit);
}

/** Shift and a digit, with the way that works on every keyboard. */
export const shiftedDigit = (digit: number | string): readonly string[] => [
  `Shift+Digit${digit}`,
  `Control+Shift+Digit${digit}`,
];
