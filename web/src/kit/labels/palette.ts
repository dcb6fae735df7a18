/**
 * Label colours: Okabe and Ito's colour-blind-safe set (2008), black replaced by a light grey and blue lightened so
 * that every one keeps at least 3:1 against the dark outline drawn under it.
 */
export const LABEL_COLORS = [
  "#56b4e9",
  "#e69f00",
  "#00b88a",
  "#f0e442",
  "#cc79a7",
  "#ef6c2e",
  "#5c8dff",
  "#c8ccd2",
] as const;

/** Dash patterns in screen pixels: the second cue besides colour; the empty one is a solid line. */
export const LABEL_DASHES: readonly (readonly number[])[] = [[], [9, 4], [3, 3], [12, 3, 3, 3]];

export interface LabelStyle {
  color: string;
  /** Index into `LABEL_DASHES`. */
  dash: number;
}

/** Style of a label outside the project's list. */
export const UNKNOWN_STYLE: LabelStyle = { color: "#9aa1ab", dash: 2 };

/**
 * Colour and dash of the n-th label. Neighbours differ in both; all pairs are distinct for the first 32 labels.
 *
 * @param index position among the leaves, from 0.
 */
export function labelStyle(index: number): LabelStyle {
  if (index < 0) return UNKNOWN_STYLE;
  const count = LABEL_COLORS.length;
  const round = Math.floor(index / count);
  return {
    color: LABEL_COLORS[index % count] ?? UNKNOWN_STYLE.color,
    dash: ((index % count) + round) % LABEL_DASHES.length,
  };
}
