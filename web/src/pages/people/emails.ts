/** The addresses in a pasted text, lower case, each once; anything may stand between them: commas, lines, names. */
export function emailsIn(text: string): string[] {
  const found = text
    .split(/[\s,;<>"]+/)
    .filter((word) => word.includes("@"))
    .map((word) => word.toLowerCase());
  return [...new Set(found)];
}
