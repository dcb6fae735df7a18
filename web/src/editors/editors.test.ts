import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findConflicts } from "../kit/hotkeys";
import fieldMessages from "../kit/fields/messages.en.json";
import markdownMessages from "../kit/markdown/messages.en.json";
import mediaMessages from "../kit/media/messages.en.json";
import kitMessages from "../kit/messages.en.json";
import { loadEditor, OWN_EDITORS } from "./index";
import editorMessages from "./messages.en.json";

const messages: Record<string, string> = {
  ...kitMessages,
  ...fieldMessages,
  ...markdownMessages,
  ...mediaMessages,
  ...editorMessages,
};

describe.each([...OWN_EDITORS, "lidartopdown"])("%s", (type) => {
  test("its module names the type", async () => {
    expect((await loadEditor(type)).type).toBe(type);
  });

  test("no two commands share an id or a key", async () => {
    const { commands } = await loadEditor(type);
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
    expect(
      findConflicts(
        "editor",
        commands.map(({ id, keys = [] }) => ({ id, keys })),
      ),
    ).toEqual([]);
  });

  test("every command has a title and a heading in words", async () => {
    const { commands } = await loadEditor(type);
    for (const { id, title, group } of commands) {
      expect([id, Object.values(messages).includes(title) || /\d/u.test(title)]).toEqual([id, true]);
      expect([id, group === undefined || Object.values(messages).includes(group)]).toEqual([id, true]);
    }
  });
});

test("task types without an editor of their own get the generic one", async () => {
  expect(OWN_EDITORS).not.toContain("lidartopdown");
  expect((await loadEditor("constructor")).commands).toBe((await loadEditor("lidartopdown")).commands);
});

/** Source files of a folder, tests excluded. */
function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/u.test(entry.name) && !entry.name.endsWith(".test.ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

test("every text the code asks for exists, and every text is asked for", () => {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const code = [...sources(here), ...sources(join(here, "../kit"))];
  const used = new Set<string>();
  const prefixes: string[] = [];
  for (const text of code) {
    for (const [, id = ""] of text.matchAll(/"((?:kit|image|categorization|chat|generic)\.[a-z_]+(?:\.[A-Za-z_]+)*)"/gu)) {
      if (id in messages || text.includes(`t("${id}"`)) used.add(id);
    }
    for (const [, prefix = ""] of text.matchAll(/`((?:kit|image|categorization|chat|generic)\.[a-z_.]*)\$\{/gu))
      prefixes.push(prefix);
  }
  expect([...used].filter((id) => !(id in messages))).toEqual([]);
  const unused = Object.keys(messages).filter(
    (id) => !used.has(id) && !prefixes.some((prefix) => id.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
});
