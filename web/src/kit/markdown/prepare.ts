import type { Element, ElementContent, Properties, Root, RootContent } from "hast";
import { t } from "../i18n";
import { frameOf, webAddress } from "./frames";
import { SCHEMA } from "./schema";
import { keptStyle } from "./styles";

/** What of a text is not shown, by its kind in the catalogue (`kit.markdown.left.<kind>`), and how often. */
export type LeftOut = Map<string, number>;

interface Noted {
  left: LeftOut;
  /** Whether colours are kept that were chosen for white paper. */
  coloured: boolean;
}

type Node = RootContent;

/** Elements that only hold others, under the name of one that is known. */
const RENAMED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["html", "body", "main", "header", "footer", "nav", "article", "aside", "address", "hgroup", "fieldset"].map(
      (name) => [name, "div"],
    ),
  ),
  ...Object.fromEntries(["font", "label", "big", "nobr", "blink", "marquee", "data"].map((name) => [name, "span"])),
  center: "div",
  legend: "p",
  acronym: "abbr",
  dir: "ul",
  menu: "ul",
};

/** Elements that are not shown, and what they are called; an empty name is not worth a word. */
const REMOVED: Readonly<Record<string, string>> = {
  script: "script",
  style: "styles",
  link: "styles",
  input: "field",
  select: "field",
  textarea: "field",
  svg: "drawing",
  math: "formula",
  canvas: "drawing",
  object: "object",
  embed: "object",
  applet: "object",
  frameset: "frame",
  frame: "frame",
  head: "",
  title: "",
  meta: "",
  base: "",
  template: "",
  datalist: "",
  param: "",
};

const UNWRAPPED = new Set(
  (
    "area button dialog fencedframe form image isindex keygen listing map meter noembed noframes noscript optgroup option" +
    " output plaintext portal progress rb rtc search slot xmp"
  ).split(" "),
);

/** Whether a name is that of an element of HTML. */
export const isHtml = (name: string): boolean =>
  UNWRAPPED.has(name) ||
  Object.hasOwn(RENAMED, name) ||
  Object.hasOwn(REMOVED, name) ||
  (SCHEMA.tagNames?.includes(name) ?? false);

const PICTURE = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]/iu;
const LINK = /^(?:https?|mailto|tel):/iu;
const SCHEME = /^[^/?#]*:/u;

function count({ left }: Noted, what: string): void {
  if (what) left.set(what, (left.get(what) ?? 0) + 1);
}

const text = (value: string): ElementContent => ({ type: "text", value });

const element = (tagName: string, properties: Properties, children: ElementContent[]): Element => ({
  type: "element",
  tagName,
  properties,
  children,
});

const isUnsafe = (href: string): boolean => SCHEME.test(href) && !LINK.test(href);

/** A frame of an allowed host, else a link to its page. */
function frame({ properties }: Element, noted: Noted): Node[] {
  const page = webAddress(properties.src);
  const shown = page && frameOf(page.href);
  if (shown) {
    const { width, height } = properties;
    const title = typeof properties.title === "string" ? properties.title : page.host;
    return [element("iframe", { src: shown, title, width, height }, [])];
  }
  count(noted, "frame");
  if (!page) return [];
  return [element("p", {}, [element("a", { href: page.href }, [text(t("kit.markdown.frame", { host: page.host }))])])];
}

/** Whether an element may load its address; one without an address may have children that do. */
function mayLoad({ tagName, properties }: Element): boolean {
  const address = String(properties.src ?? "").trim();
  if (tagName === "img" && PICTURE.test(address)) return true;
  return webAddress(address) !== null || !SCHEME.test(address);
}

const LOADING = new Set(["img", "video", "audio", "source", "track"]);

/** The properties that may stay; scripts and unsafe addresses are noted. */
function kept(node: Element, noted: Noted): Properties {
  const properties: Properties = {};
  for (const [name, value] of Object.entries(node.properties)) {
    if (/^on/iu.test(name)) count(noted, "script");
    else if (name === "href" && isUnsafe(String(value).trim())) count(noted, "link");
    else if (name === "style") {
      const { style, dropped, coloured } = keptStyle(String(value));
      if (dropped) noted.left.set("styling", 1);
      noted.coloured ||= coloured;
      if (style) properties.style = style;
    } else properties[name] = value;
  }
  if (node.tagName === "center") properties.align = "center";
  if (node.tagName === "font" && typeof properties.color === "string") {
    const { style, coloured } = keptStyle(`color: ${properties.color}`);
    noted.coloured ||= coloured;
    if (style) properties.style = style;
  }
  return properties;
}

function prepared(node: Node, noted: Noted): Node[] {
  if (node.type === "text") return [node];
  if (node.type !== "element") return [];
  const { tagName } = node;
  // A list of things to do is written with these.
  const tick = tagName === "input" && node.properties.type === "checkbox" && node.properties.disabled === true;
  if (Object.hasOwn(REMOVED, tagName) && !tick) {
    count(noted, REMOVED[tagName] ?? "");
    return [];
  }
  if (tagName === "iframe") return frame(node, noted);
  if (LOADING.has(tagName) && !mayLoad(node)) {
    count(noted, tagName === "img" ? "image" : "media");
    return [];
  }
  const children = node.children.flatMap((child) => prepared(child, noted)) as ElementContent[];
  if (tagName === "button") count(noted, "field");
  const name = RENAMED[tagName] ?? tagName;
  if (!SCHEMA.tagNames?.includes(name)) return children;
  return [{ ...node, tagName: name, properties: kept(node, noted), children }];
}

/** Whether anything is to be seen. */
const isVisible = (node: Node): boolean =>
  (node.type === "text" && node.value.trim() !== "") ||
  (node.type === "element" &&
    (["img", "video", "audio", "iframe", "hr"].includes(node.tagName) || node.children.some(isVisible)));

function told(left: LeftOut): string {
  const words = [...left].map(([what, times]) => t(`kit.markdown.left.${what}`, { count: times }));
  return words.join(", ");
}

interface File {
  data: { noted?: Noted };
}

/** Before sanitising: notes what will not be shown, and turns what has a harmless form into that. */
export function rehypePrepare() {
  return (tree: Root, file: unknown): void => {
    const noted: Noted = { left: new Map(), coloured: false };
    (file as File).data.noted = noted;
    tree.children = tree.children.flatMap((node) => prepared(node as Node, noted));
  };
}

/** After sanitising: says in words what is not shown. */
export function rehypeTell() {
  return (tree: Root, file: unknown): void => {
    const { noted } = (file as File).data;
    const content = tree.children as Node[];
    const empty = !content.some(isVisible);
    const shown: Node[] = noted?.coloured
      ? [element("div", { className: ["lw-paper"] }, content as ElementContent[])]
      : content;
    const notes: string[] = [];
    if (empty) notes.push(t("kit.markdown.empty"));
    if (noted && noted.left.size > 0) notes.push(t("kit.markdown.left", { what: told(noted.left) }));
    const note = element("p", { className: ["lw-left-out"], role: "note" }, [text(notes.join(" "))]);
    tree.children = notes.length > 0 ? [...shown, note] : shown;
  };
}
