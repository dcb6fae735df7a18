import { describe, expect, it } from "vitest";
import editorMessages from "../editors/messages.en.json";
import { t } from "../kit/i18n";
import kitMessages from "../kit/messages.en.json";
import "./messages";
import appMessages from "./messages.en.json";
import "../pages/messages";
import pageMessages from "../pages/messages.en.json";
import workMessages from "../work/messages.en.json";

const sources = import.meta.glob<string>("../{app,pages,work}/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const files = Object.entries(sources).filter(([path]) => !path.includes(".test."));
const code = files.map(([, text]) => text).join("\n");
/** Ids such as `t(`stage.${stage}`)`, also behind a condition. */
const PUT_TOGETHER = /\bt\([^)`]*`([a-z][A-Za-z.]+\.)\$\{/g;
const ids = [appMessages, pageMessages, workMessages].flatMap((one) => Object.keys(one));

describe("messages", () => {
  it("has a text for every id in the code", () => {
    const used = [...code.matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1] as string);
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has a text for every id that is put together", () => {
    const prefixes = [...code.matchAll(PUT_TOGETHER)].map((match) => match[1] as string);
    expect(prefixes.length).toBeGreaterThan(10);
    expect(prefixes.filter((prefix) => !ids.some((id) => id.startsWith(prefix)))).toEqual([]);
  });

  it("has no text that nothing uses", () => {
    const built = [...code.matchAll(PUT_TOGETHER)].map((match) => match[1] as string);
    const unused = ids.filter(
      (id) => !code.includes(`"${id}"`) && !built.some((prefix) => id.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });

  it("has the pages' own texts used by pages alone, each of which loads them", () => {
    const pages = files.filter(([path]) => path.includes("/pages/"));
    const elsewhere = files.filter(([path]) => !path.includes("/pages/")).map(([, text]) => text);
    const used = Object.keys(pageMessages).filter((id) =>
      elsewhere.some((text) => text.includes(`t("${id}"`) || text.includes(`id="${id}"`)),
    );
    expect(used).toEqual([]);
    const without = pages.filter(([path, text]) => path.endsWith("Page.tsx") && !text.includes("../messages"));
    expect(without.map(([path]) => path)).toEqual(["../pages/login/LoginPage.tsx"]);
  });

  it("shares no id with kit or editors", () => {
    const others = new Set([...Object.keys(kitMessages), ...Object.keys(editorMessages)]);
    expect(ids.filter((id) => others.has(id))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it("counts in words", () => {
    expect(t("tasks.total", { count: 1 })).toBe("1 task");
    expect(t("tasks.total", { count: 1200 })).toBe("1,200 tasks");
  });
});
