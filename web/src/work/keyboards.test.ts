import { describe, expect, it } from "vitest";
import { loadEditor, OWN_EDITORS } from "../editors";
import { createKeyboard } from "../kit/hotkeys/keyboard";
import { capsOf, keysOfEvent } from "../kit/hotkeys/keyLabel";
import { fits, patternOf, pressesOf } from "../kit/hotkeys/press";
import { type Binding, createHotkeyRegistry, type HotkeyRegistry } from "../kit/hotkeys/registry";
import { ALTGR, keyEvent, type Layout, LAYOUTS, type as typeKey, type TypedKey } from "../test/layouts";
import "../test/messages";
import type { Prepared } from "./prepare";
import { taskActions } from "./taskActions";
import type { WorkCommands } from "./WorkScreen";

type Keyed = { id: string; keys: readonly string[] };

const commands = new Proxy({}, { get: () => () => undefined }) as WorkCommands;
const sources = import.meta.glob<string>(["../{app,pages}/**/*.tsx", "./FixView.tsx", "../editors/*/Editor.tsx"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Keys that are written into components: `keys: ["n"]`, and `action("reject", "KeyR", …)`. */
function writtenIn(path: RegExp): Keyed[] {
  return Object.entries(sources)
    .filter(([file]) => path.test(file))
    .flatMap(([file, text]) => {
      // What acts only while somebody types in a field is in nobody's way.
      const lists = [...text.matchAll(/keys: \[((?:"[^"]*"(?:, )?)+)\](?!,\s*when: [^,]*isTextField\()/gu)].map(([, keys = ""]) => keys);
      const calls = [...text.matchAll(/\baction\("\w+", ("[^"]+")/gu)].map(([, keys = ""]) => keys);
      return [...lists, ...calls].map((keys, index) => ({
        id: `${file}#${index}`,
        keys: [...keys.matchAll(/"([^"]*)"/gu)].map(([, one = ""]) => one),
      }));
    });
}

// Escape only leaves text fields there, and what an editor does with it comes first.
const APP = writtenIn(/\/app\//u).filter(({ keys }) => keys.join() !== "Escape");
const PAGES = ["deliveries", "callbacks", "people", "tasks"];
const SCREENS = [
  ["attempt", "edit"],
  ["review", "review"],
  ["review", "edit"],
] as const;

/** What is bound at the same time: everything that some screen offers, as if all of it applied. */
async function scopes(): Promise<[string, Keyed[]][]> {
  const found: [string, Keyed[]][] = PAGES.map((page) => [page, [...APP, ...writtenIn(new RegExp(`/pages/${page}/`, "u"))]]);
  for (const type of [...OWN_EDITORS, "lidartopdown"]) {
    const { commands: all } = await loadEditor(type);
    const folder = OWN_EDITORS.includes(type) ? (type === "imageannotation" ? "image" : type) : "generic";
    const own = writtenIn(new RegExp(`/editors/${folder.startsWith("chat") ? "chat" : folder}/`, "u"));
    for (const [stage, mode] of SCREENS) {
      const task = { mode, assignment: { stage } } as Prepared;
      const editor = all.flatMap(({ id, keys = [], mutates }) => (mode === "edit" || !mutates ? [{ id, keys }] : []));
      const work = taskActions(task, false, commands).map(({ id, keys = [] }) => ({ id, keys }));
      found.push([`${type} ${stage} ${mode}`, [...APP, ...work, ...editor, ...own]]);
    }
  }
  return found;
}

/** A registry in which each binding notes its id, on a keyboard that has been typed on. */
function bound(keyed: readonly Keyed[], layout: Layout): { registry: HotkeyRegistry; ran: Set<string> } {
  const ran = new Set<string>();
  const registry = createHotkeyRegistry(null, createKeyboard());
  const bindings: Binding[] = keyed
    .filter(({ keys }) => keys.length > 0)
    .map(({ id, keys }) => ({ id, keys, title: id, run: () => void ran.add(id) }));
  registry.handle(typeKey(layout, "KeyJ"));
  registry.register("all", bindings);
  ran.clear();
  return { registry, ran };
}

const NAMED = (
  "Enter Escape Tab Delete Backspace Space ArrowLeft ArrowRight ArrowUp ArrowDown"
).split(" ");
const DOWN: TypedKey[] = [false, true].flatMap((shift) => [
  { shift },
  { shift, ctrl: true },
  { shift, alt: true },
]);

/** Every key of a keyboard with every modifier. */
function* everyKey(layout: Layout): Generator<KeyboardEvent> {
  for (const down of DOWN) {
    for (const code of layout.keys()) yield typeKey(layout, code, down);
    for (const code of NAMED) {
      yield keyEvent(code === "Space" ? " " : code, code, down);
    }
  }
}

const stacks = await scopes();

describe("f05: keyboards", () => {
  it("f05: the keys of every screen are looked at", () => {
    expect(APP.length).toBeGreaterThanOrEqual(2);
    for (const [screen, keyed] of stacks) expect([screen, keyed.length > APP.length]).toEqual([screen, true]);
  });

  it.each(Object.keys(LAYOUTS))("f05: on %s every action has a key, and no key two actions", (name) => {
    const layout = LAYOUTS[name]!;
    for (const [screen, keyed] of stacks) {
      const { registry, ran } = bound(keyed, layout);
      for (const event of everyKey(layout)) {
        registry.handle(event);
        const meanings = pressesOf(event, registry.keyboard.latin);
        const owners = meanings.map((press) =>
          keyed.filter(({ keys }) => keys.some((one) => fits(patternOf(one), press))).map(({ id }) => id),
        );
        const first = owners.find((ids) => ids.length > 0) ?? [];
        expect([screen, event.key, first.length <= 1 ? [] : first]).toEqual([screen, event.key, []]);
      }
      const silent = keyed.filter(({ id, keys }) => keys.length > 0 && !ran.has(id)).map(({ id }) => id);
      expect([screen, silent]).toEqual([screen, []]);
    }
  });

  it.each(Object.keys(LAYOUTS))("f05: on %s the cheat sheet shows keys that run their action", (name) => {
    const layout = LAYOUTS[name]!;
    for (const [, keyed] of stacks) {
      const { registry, ran } = bound(keyed, layout);
      // As Chromium does: what every key prints without Shift.
      registry.keyboard.setBase(new Map([...layout].map(([code, [plain]]) => [code, plain])));
      registry.handle(typeKey(layout, "KeyJ"));
      for (const { id, keys } of keyed.filter((one) => one.keys.length > 0)) {
        const caps = capsOf(registry, keys) ?? [];
        ran.clear();
        registry.handle(pressCaps(layout, caps));
        expect([id, caps, [...ran]]).toEqual([id, caps, [id]]);
      }
    }
  });

  it.each(Object.keys(LAYOUTS))("f05: on %s AltGr, dead keys and input methods do nothing", (name) => {
    const layout = LAYOUTS[name]!;
    for (const [screen, keyed] of stacks) {
      const { registry, ran } = bound(keyed, layout);
      for (const code of layout.keys()) {
        for (const shift of [false, true]) {
          const [plain, shifted] = layout.get(code)!;
          const written = ALTGR[name]?.[code] ?? (shift ? shifted : plain);
          registry.handle(keyEvent(written, code, { shift, altGr: true }));
          // Windows holds Ctrl and Alt down for AltGr.
          registry.handle(keyEvent(written, code, { shift, altGr: true, ctrl: true, alt: true }));
          registry.handle(keyEvent(written, code, { shift, ctrl: true, alt: true }));
          registry.handle(keyEvent("Dead", code, { shift }));
          registry.handle(keyEvent("Process", code, { shift }));
          registry.handle(keyEvent(plain, code, { shift, composing: true }));
          registry.handle(keyEvent(plain, code, { shift, keyCode: 229 }));
        }
      }
      for (const code of NAMED) registry.handle(keyEvent(code, code, { composing: true }));
      expect([screen, [...ran]]).toEqual([screen, []]);
    }
  });

  it.each(Object.keys(LAYOUTS))("f05: on %s a recorded key is found again", (name) => {
    const layout = LAYOUTS[name]!;
    for (const event of everyKey(layout)) {
      const { registry, ran } = bound([], layout);
      const keys = keysOfEvent(registry, event);
      if (keys === null) continue;
      registry.register("own", [{ id: keys, title: keys, keys: [keys], run: () => void ran.add(keys) }]);
      registry.handle(event);
      expect([keys, [...ran]]).toEqual([keys, [keys]]);
    }
  });
});

/** Presses what caps say, as a person reads them. */
function pressCaps(layout: Layout, caps: readonly string[]): KeyboardEvent {
  const cap = caps.at(-1) ?? "";
  const down = { shift: caps.includes("Shift"), ctrl: caps.includes("Ctrl"), alt: caps.includes("Alt") };
  const names: Record<string, string> = { Esc: "Escape", Del: "Delete", "⌫": "Backspace", "↑": "ArrowUp" };
  Object.assign(names, { "↓": "ArrowDown", "←": "ArrowLeft", "→": "ArrowRight" });
  const name = names[cap] ?? cap;
  if (name === "Space") return keyEvent(" ", "Space", down);
  if (NAMED.includes(name)) return keyEvent(name, name, down);
  const text = cap === "−" ? "-" : (cap.split("/").find((part) => part !== "" && [...layout.values()].some(([plain]) => plain.toUpperCase() === part)) ?? cap);
  const plain = [...layout].find(([, [printed]]) => printed.toLowerCase() === text.toLowerCase());
  if (plain) return typeKey(layout, plain[0], down);
  const shifted = [...layout].find(([, [, printed]]) => printed === text);
  // A digit above another character is pressed by the key it stands on.
  if (/^\d$/u.test(text)) return typeKey(layout, `Digit${text}`, down);
  if (shifted) return typeKey(layout, shifted[0], { ...down, shift: true });
  // Keyboards of other scripts show what a US keyboard has, too.
  const place = [...LAYOUTS.us!].find(([, printed]) => printed.includes(text));
  if (!place) return typeKey(layout, `Key${text}`, down);
  return typeKey(layout, place[0], { ...down, shift: down.shift || (place[1][1] === text && !/\w/u.test(text)) });
}
