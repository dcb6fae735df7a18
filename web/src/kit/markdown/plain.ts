const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** The words of a piece of markdown or HTML, for one line in a list or a tooltip; it may have been cut anywhere. */
export function plainText(text: string): string {
  return text
    .replaceAll(/<!--[\s\S]*?(?:-->|$)|<(script|style|title)\b[\s\S]*?(?:<\/\1\s*>|$)/giu, " ")
    .replaceAll(/<\/?[a-z!](?:[^<>"']|"[^"]*"|'[^']*')*(?:>|$)/giu, " ")
    .replaceAll(/&(amp|lt|gt|quot|apos|nbsp);/gu, (_, name: string) => ENTITIES[name] ?? "")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/(^|\s)(?:#{1,6}|[-+>]|\d+\.)(?=\s)/gu, "$1")
    .replaceAll(/[*_`|~]+/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
