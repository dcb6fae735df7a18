/** Lengths that stay within the text: nothing negative, nothing in units of the window. */
const LENGTH = String.raw`(?:0|\d{1,4}(?:\.\d+)?(?:px|pt|em|rem|ex|ch|%))`;
const COLOR = String.raw`(?:#[0-9a-f]{3,8}|[a-z]{3,24}|(?:rgb|hsl)a?\([\d.,%\s/]+\))`;
const LINE = "(?:none|hidden|solid|dashed|dotted|double|groove|ridge|inset|outset)";
const SIDES = "(?:-(?:top|right|bottom|left))?";

const value = (pattern: string): RegExp => new RegExp(`^${pattern}$`, "u");
const several = (pattern: string): RegExp => value(`${pattern}(?:\\s+${pattern}){0,3}`);

/** Properties that can neither leave the text, nor load anything, nor hide words; others are left out. */
const KEPT: readonly (readonly [property: RegExp, value: RegExp])[] = [
  [/^(?:color|background-color|border(?:-(?:top|right|bottom|left))?-color)$/u, value(COLOR)],
  [/^font-size$/u, value("(?:(?:[89]|[1-3]\\d)(?:\\.\\d+)?(?:px|pt)|(?:0?\\.[5-9]\\d*|[1-3](?:\\.\\d+)?)r?em|(?:[5-9]\\d|[1-3]\\d\\d)%|(?:xx?-)?(?:small|large)|medium|smaller|larger)")],
  [/^font-weight$/u, value("(?:normal|bold|bolder|lighter|[1-9]00)")],
  [/^font-style$/u, value("(?:normal|italic|oblique)")],
  [/^text-align$/u, value("(?:left|right|center|justify|start|end)")],
  [/^text-decoration(?:-line)?$/u, several("(?:none|underline|overline|line-through)")],
  [/^text-transform$/u, value("(?:none|uppercase|lowercase|capitalize)")],
  [/^vertical-align$/u, value("(?:baseline|sub|super|top|middle|bottom|text-top|text-bottom)")],
  [/^white-space$/u, value("(?:normal|nowrap|pre|pre-wrap|pre-line)")],
  [/^list-style(?:-type)?$/u, value("[a-z-]{3,24}")],
  [/^(?:max-)?width$/u, value(`(?:auto|${LENGTH})`)],
  [/^height$/u, value(`(?:auto|${LENGTH})`)],
  [new RegExp(`^(?:margin|padding)${SIDES}$`, "u"), several(`(?:auto|${LENGTH})`)],
  [new RegExp(`^border${SIDES}$`, "u"), several(`(?:${LENGTH}|${LINE}|${COLOR})`)],
  [/^border-(?:width|radius)$/u, several(LENGTH)],
  [/^border-style$/u, several(LINE)],
  [/^border-collapse$/u, value("(?:collapse|separate)")],
  [/^line-height$/u, value(`(?:normal|[1-3](?:\\.\\d+)?|${LENGTH})`)],
  [/^float$/u, value("(?:left|right|none)")],
];

export interface KeptStyle {
  /** Declarations to keep; empty when there are none. */
  style: string;
  /** Whether a declaration was left out. */
  dropped: boolean;
  /** Whether colours are set: they were chosen for black on white. */
  coloured: boolean;
}

/** The harmless declarations of an inline style. */
export function keptStyle(text: string): KeptStyle {
  const kept: string[] = [];
  let dropped = false;
  for (const declaration of text.split(";")) {
    const colon = declaration.indexOf(":");
    if (colon < 0) {
      dropped ||= declaration.trim() !== "";
      continue;
    }
    const given = declaration.slice(0, colon).trim().toLowerCase();
    const name = given === "background" ? "background-color" : given;
    const to = declaration
      .slice(colon + 1)
      .replace(/!important/iu, "")
      .trim()
      .toLowerCase();
    if (KEPT.some(([property, pattern]) => property.test(name) && pattern.test(to))) kept.push(`${name}: ${to}`);
    else dropped = true;
  }
  const coloured = kept.some((one) => /^(?:color|background-color):/u.test(one));
  return { style: kept.join("; "), dropped, coloured };
}
