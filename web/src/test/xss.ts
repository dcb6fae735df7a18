import fixture from "./fixtures/xss.json";

/** Ways in which texts have carried code into pages, after OWASP's cheat sheet and sanitisers' own bug reports. */
export const XSS: readonly string[] = fixture;

/** Every attribute of a piece of HTML as written by React, where `<`, `>` and `"` in values are escaped. */
export function attributesOf(html: string): { tag: string; name: string; value: string }[] {
  const found: { tag: string; name: string; value: string }[] = [];
  for (const [, tag = "", attributes = ""] of html.matchAll(/<([a-z][^\s/>]*)((?:[^>"]|"[^"]*")*)>/giu)) {
    found.push({ tag, name: "class", value: "" });
    for (const [, name = "", value = ""] of attributes.matchAll(/([^\s=/"]+)="([^"]*)"/gu)) {
      found.push({ tag, name: name.toLowerCase(), value: unescaped(value) });
    }
  }
  return found;
}

const unescaped = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");
