import type { Html, Nodes, PhrasingContent, Root, RootContent } from "mdast";
import { isHtml } from "./prepare";

const DOCUMENT = /^\s*(?:<!--[\s\S]*?-->\s*)*<(?:!doctype|html|head|body)\b/iu;

/** Whether a text is one web page, without markdown in it. */
export const isPage = (text: string): boolean => DOCUMENT.test(text);

/** The address that is all of a text; null when there is more. */
export function soleAddress(text: string): string | null {
  const [, address] = /^\s*<?(https?:\/\/[^\s<>"]+)>?\s*$/iu.exec(text) ?? [];
  return address ?? null;
}

/** HTML that is indented stays HTML: markdown would show it as code. */
export const outdented = (text: string): string =>
  /^\s*</u.test(text) && !isPage(text) ? text.replaceAll(/^[ \t]{4,}(?=<[a-z/!])/gimu, "") : text;

/** Takes a text that is a web page as it is: its empty and indented lines mean nothing. */
export function remarkPage() {
  return (tree: Root, file: unknown): void => {
    const source = String((file as { value: unknown }).value);
    if (isPage(source)) tree.children = [{ type: "html", value: source }];
  };
}

const TAG = /<\/?([a-z][^\s/>]*)/giu;

/** `<name>` in "Write <name> here" is no element: it is to be read. */
const isPlaceholder = (name: string): boolean => !name.includes(":") && !isHtml(name.toLowerCase());

const lines = (text: string): PhrasingContent[] =>
  text.split("\n").flatMap((line, index): PhrasingContent[] => {
    const words: PhrasingContent = { type: "text", value: line };
    return index === 0 ? [words] : [{ type: "break" }, words];
  });

function readable(node: Html, inline: boolean): RootContent {
  const [, first = ""] = /^<\/?([a-z][^\s/>]*)/iu.exec(node.value) ?? [];
  if (first && isPlaceholder(first)) {
    return inline ? { type: "text", value: node.value } : { type: "paragraph", children: lines(node.value) };
  }
  const value = node.value.replaceAll(TAG, (tag, name: string) => (isPlaceholder(name) ? `&lt;${tag.slice(1)}` : tag));
  return { ...node, value };
}

/** Keeps words in angle brackets that are no HTML. */
export function remarkPlaceholders() {
  return (tree: Root): void => {
    const walk = (node: Nodes): void => {
      if (!("children" in node)) return;
      const inline = ["paragraph", "heading", "emphasis", "strong", "delete", "link", "tableCell"].includes(node.type);
      node.children = node.children.map((child) =>
        child.type === "html" ? readable(child, inline) : child,
      ) as typeof node.children;
      for (const child of node.children) walk(child);
    };
    walk(tree);
  };
}

const SWALLOWING = /<(iframe|script|style|textarea|title|noembed|noframes|xmp)\b(?:"[^"]*"|'[^']*'|[^"'>])*>/giu;

/**
 * Ends elements that would swallow the rest of the text: HTML does not know `<iframe … />`, and takes what follows a
 * frame that nobody ends for what it holds.
 */
export function remarkClosed() {
  return (tree: Root): void => {
    const found: Html[] = [];
    const walk = (node: Nodes): void => {
      if (node.type === "html") found.push(node);
      if ("children" in node) for (const child of node.children) walk(child);
    };
    walk(tree);
    let later = "";
    for (const node of found.toReversed()) {
      const source = node.value;
      node.value = source.replaceAll(SWALLOWING, (tag: string, name: string, at: number) => {
        const rest = source.slice(at + tag.length) + later;
        const [next] = new RegExp(`<(/?)${name}\\b`, "iu").exec(rest) ?? [];
        const alone = tag.endsWith("/>") || (name.toLowerCase() === "iframe" && !next?.startsWith("</"));
        return alone ? `${tag}</${name}>` : tag;
      });
      later = source + later;
    }
  };
}
