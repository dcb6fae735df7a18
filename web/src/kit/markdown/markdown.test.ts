import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { beforeEach, describe, expect, it } from "vitest";
import { frameOf, setFrameHosts } from "./frames";
import { isMarkdown } from "./Markdown";
import MarkdownBody from "./MarkdownBody";
import { plainText } from "./plain";
import { keptStyle } from "./styles";
import { attributesOf, XSS } from "../../test/xss";

const html = (text: string, instruction = true): string =>
  renderToStaticMarkup(createElement(MarkdownBody, { text, instruction }));

const DOC = "https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp";

beforeEach(() => setFrameHosts(["docs.google.com", "*.example.org"]));

describe("HTML in instructions", () => {
  it.each([
    ["<div>Draw <b>every</b> car.</div>", /<div>Draw <b>every<\/b> car\.<\/div>/],
    ["<table><tr><th>A<td>B</table>", /<table><tbody><tr><th>A<\/th><td>B<\/td><\/tr><\/tbody><\/table>/],
    ["<ol start=3><li>three<li>four</ol>", /<ol start="3"><li>three<\/li><li>four<\/li><\/ol>/],
    ["<details open><summary>More</summary>Hidden words</details>", /<details open=""><summary>More<\/summary>Hidden words<\/details>/],
    ['<img src="https://a.example/x.png" alt="A car" width=40>', /<img src="https:\/\/a\.example\/x\.png" alt="A car" width="40"/],
    ['<video><source src="https://a.example/x.mp4"></video>', /<video controls="" preload="metadata"><source src="https:\/\/a\.example\/x\.mp4"/],
    ['<span style="font-weight: bold">so</span>', /<span style="font-weight:bold">so<\/span>/],
    ["# Boxes\n\n<div>\n\n- **tight**\n\n</div>", /<h1>Boxes<\/h1>\s*<div>\s*<ul>\s*<li><strong>tight<\/strong>/],
    ["<section>\n\n    <p>indented</p>\n\n</section>", /<p>indented<\/p>/],
    ["<font color=red>red</font>", /<div class="lw-paper">.*<span.* style="color:red">red/],
    ["<center>middle</center>", /<div align="center">middle/],
    ["a < b and c > d", /a &lt; b and c &gt; d/],
    ["Write <name> here", /Write &lt;name&gt; here/],
    ["<thinking>\nfirst\nsecond\n</thinking>", /&lt;thinking&gt;<br\/>\s*first<br\/>\s*second<br\/>\s*&lt;\/thinking&gt;/],
    ["<div>Write <user-name> here</div>", /<div>Write &lt;user-name&gt; here<\/div>/],
    ["A word[^1].\n\n[^1]: Said below.", /href="#user-content-fn-1".*<li id="user-content-user-content-fn-1">/s],
    ["`<div>` is code", /<code>&lt;div&gt;<\/code>/],
  ])("f14: is shown: %s", (text, shown) => {
    expect(html(text)).toMatch(shown);
    expect(html(text)).not.toContain("lw-left-out");
  });

  it("f14: a whole web page is shown without its head, whatever its indentation", () => {
    const page =
      "<!DOCTYPE html>\n<html>\n  <head><title>Ours</title>\n    <style>p { color: red }</style></head>\n  <body>\n\n" +
      "      <h2>Rules</h2>\n\n        <p>Draw *all* cars.</p>\n  </body>\n</html>";
    const shown = html(page);
    expect(shown).toContain("<h2>Rules</h2>");
    expect(shown).toContain("<p>Draw *all* cars.</p>");
    expect(shown).not.toContain("Ours");
    expect(shown).not.toContain("color: red");
    expect(shown).toContain("Not shown: a style sheet.");
  });

  it("f14: what is left out is said in words", () => {
    const shown = html(
      "<p onclick=\"x()\">Look<script>x()</script><input name=a><select><option>1</select></p>" +
        '<object data="https://a.example/x.pdf"></object><a href="javascript:x()">go</a>' +
        '<p style="position: fixed; color: red">red</p><img src="file:///x.png">',
    );
    expect(shown).toContain(
      "Not shown: 2 scripts, 2 form fields, an embedded object, the target of a link, some styling, an image without a web address.",
    );
    expect(shown).toContain("go");
  });

  it.each(["<script>x()</script>", "<!-- only a comment -->", "<style>p{}</style>", "<div>  </div>", "<form></form>"])(
    "f14: an instruction of which nothing is left says so: %s",
    (text) => expect(html(text)).toContain("Nothing of this text can be shown here."),
  );
});

describe("frames in instructions", () => {
  it("f14: a Google document is shown in a sandbox, with a link beside it", () => {
    const shown = html(`<iframe src="${DOC}/pub?embedded=true" width="100%" height="900"></iframe>`);
    expect(shown).toMatch(/<iframe src="https:\/\/docs\.google\.com[^"]*\/pub\?embedded=true"/);
    expect(shown).toMatch(/sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"/);
    expect(shown).toMatch(/<a href="https:\/\/docs\.google\.com/);
    expect(shown).not.toContain("lw-left-out");
  });

  it.each([
    `<iframe src="${DOC}/pub" width="640"/> Then draw.`,
    `<iframe src="${DOC}/pub"> Then draw.`,
    `<iframe src='${DOC}/pub' />\n\n- Then\n- draw.`,
    `<IFRAME SRC=${DOC}/pub></IFRAME> Then draw.`,
    `<div><iframe src="${DOC}/pub" title="a > b"/><p>Then draw.</p></div>`,
    `<!doctype html><body><iframe src="${DOC}/pub"><p>Then draw.</p>`,
    `Look: <iframe src="${DOC}/pub"/> Then draw.`,
    `<iframe src="${DOC}/pub"/>\n\n<iframe src="${DOC}/pub"></iframe>\n\nThen draw.`,
  ])("f14: what follows a frame that nobody ended is shown: %s", (text) => {
    const shown = html(text);
    expect(shown).toMatch(/<iframe src="https:\/\/docs\.google\.com/);
    expect(shown).toContain("draw.");
    expect(shown).not.toContain("lw-left-out");
  });

  it("f14: code with such a frame stays as it is", () => {
    expect(html("Write `<iframe src=x>` here.")).toContain("<code>&lt;iframe src=x&gt;</code> here.");
  });

  it("f14: words for those without scripts are shown, for none run here", () => {
    expect(html("First <noscript><b>second</b></noscript>")).toContain("First <b>second</b>");
    expect(html('<script src="x"/> Then draw.')).toMatch(/Then draw\..*Not shown: a script\./s);
  });

  it("f14: a frame of another host becomes a link, and that is said", () => {
    const shown = html('<iframe src="https://evil.example/x"></iframe>');
    expect(shown).not.toContain("<iframe");
    expect(shown).toContain('href="https://evil.example/x"');
    expect(shown).toContain("Not shown: an embedded page of a host that is not allowed.");
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "", "/api/session", "about:blank"])(
    "f14: a frame of no page is left out: %s",
    (src) => {
      const shown = html(`Words <iframe src="${src}" srcdoc="<script>x()</script>"></iframe>`);
      expect(shown).not.toMatch(/<iframe|srcdoc|<a /);
      expect(shown).toContain("Not shown: an embedded page");
    },
  );

  it.each([`${DOC}/edit`, `${DOC}/edit?usp=sharing`, `  ${DOC}\n`, `<${DOC}/view>`])(
    "f14: the address of a Google document alone is that document: %s",
    (text) => {
      const shown = html(text);
      expect(shown).toContain(`src="${DOC}/preview"`);
      expect(shown).toContain("This instruction is a document elsewhere:");
    },
  );

  it("f14: another address alone is a link, and it is said that the instruction is there", () => {
    const shown = html("https://wiki.example/rules");
    expect(shown).toContain("This instruction is a document elsewhere:");
    expect(shown).toContain('<a href="https://wiki.example/rules"');
    expect(html("https://wiki.example/rules", false)).not.toContain("elsewhere");
  });

  it("f14: hosts are compared whole", () => {
    expect(frameOf("https://docs.google.com/x")).not.toBeNull();
    expect(frameOf("//docs.google.com/x")).not.toBeNull();
    expect(frameOf("https://a.example.org/x")).not.toBeNull();
    for (const other of [
      "https://docs.google.com.evil.example/",
      "https://evildocs.google.com/",
      "https://example.org/",
      "https://badexample.org/",
      "https://docs.google.com@evil.example/",
      "javascript://docs.google.com/%0aalert(1)",
      "ftp://docs.google.com/",
    ])
      expect(frameOf(other)).toBeNull();
  });
});

const ALLOWED_ATTRIBUTE = /^(?:href|src|srcset|title|alt|class|id|target|rel|style|role|align|color|width|height|controls|preload|loading|referrerpolicy|sandbox|poster|type|start|open|checked|disabled|name|colspan|rowspan|cellpadding|cellspacing|border|lang|dir|aria-\w+|data-footnote\S*|value|media|kind|srclang|label|loop|muted|tabindex|action|size|method)$/;

describe("XSS", () => {
  it.each(XSS)("f14: no code comes through: %s", (text) => {
    const shown = html(text);
    for (const { tag, name, value } of attributesOf(shown)) {
      expect(tag).not.toMatch(/^(?:script|style|object|embed|svg|math|base|meta|link|form|template|noscript|frame)$/);
      expect(name).toMatch(ALLOWED_ATTRIBUTE);
      const bare = value.replaceAll(/[\p{Cc}\s]/gu, "").toLowerCase();
      expect(bare).not.toMatch(/^(?:javascript|vbscript|data:text|data:application|file|blob)/);
      const style = name === "style" ? bare : "";
      expect(style).not.toMatch(/url\(|expression|position|import|behavior|binding/);
    }
  });
});

it("f14: of inline styles the harmless ones stay", () => {
  expect(keptStyle("color: red; position: fixed; top: 0")).toEqual({ style: "color: red", dropped: true, coloured: true });
  expect(keptStyle("BACKGROUND: #FFF !important;").style).toBe("background-color: #fff");
  expect(keptStyle("margin: 0 auto; padding-left: 20px").style).toBe("margin: 0 auto; padding-left: 20px");
  for (const bad of [
    "background: url(https://a.example/x)",
    "margin: -200px",
    "width: 200vw",
    "display: none",
    "color: var(--x)",
    "font-size: 0",
    "--x: 1",
    "color: red/**/url(x)",
    "opacity: 0",
    "z-index: 9",
  ])
    expect(keptStyle(bad)).toMatchObject({ style: "", dropped: true });
});

it("f14: words without marks need no parser", () => {
  expect(isMarkdown("Draw a box around every car.")).toBe(false);
  for (const text of ["<div>", "*a*", "a\nb", "see https://a.example", "1. one", "- one", "&nbsp;", "a@b.example"])
    expect(isMarkdown(text)).toBe(true);
});

it.each([
  ["<h1>Rules</h1><p>Draw <b>all</b> &amp; more</p>", "Rules Draw all & more"],
  ["<style>p{}</style><!-- no -->Words <img src='a>b'", "Words"],
  ["# One\n\n- *two* [three](https://a.example)", "One two three"],
  ["5 < 6 and 7 > 6", "5 < 6 and 7 6"],
])("f14: tooltips and lists have the words only: %s", (text, words) => expect(plainText(text)).toBe(words));
