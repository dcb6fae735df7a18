import { beforeEach, describe, expect, it } from "vitest";
import { keyEvent, LAYOUTS, type as typeKey, type TypedKey } from "../../test/layouts";
import { labelKeys } from "../labels/labels";
import { allCapsOf, capsOf } from "./keyLabel";
import { digitOf, fits, patternOf, type Pattern, pressesOf } from "./press";
import { createHotkeyRegistry, findConflicts, type HotkeyRegistry } from "./registry";

let registry: HotkeyRegistry;
let ran: string[];

/** Binds keys, each to an action named like the first of them. */
function bind(...keys: (string | readonly string[])[]): void {
  const bindings = keys.map((one) => {
    const all = [one].flat();
    return { id: all[0]!, title: all[0]!, keys: all, run: () => void ran.push(all[0]!) };
  });
  registry.register("test", bindings);
}

const press = (layout: string, code: string, down: TypedKey = {}): string[] => {
  ran = [];
  registry.handle(typeKey(LAYOUTS[layout]!, code, down));
  return ran;
};

beforeEach(() => {
  registry = createHotkeyRegistry();
  ran = [];
});

describe("f05: what a key means", () => {
  it("f05: a letter is what is printed, wherever it lies", () => {
    bind("KeyA", "KeyQ", "$mod+z", "m");
    expect(press("azerty", "KeyQ")).toEqual(["KeyA"]);
    expect(press("azerty", "KeyA")).toEqual(["KeyQ"]);
    expect(press("azerty", "KeyW", { ctrl: true })).toEqual(["$mod+z"]);
    expect(press("azerty", "KeyZ", { ctrl: true })).toEqual([]);
    expect(press("azerty", "Semicolon")).toEqual(["m"]);
    expect(press("german", "KeyY", { ctrl: true })).toEqual(["$mod+z"]);
    expect(press("dvorak", "KeyX")).toEqual(["KeyQ"]);
    expect(press("dvorak", "KeyQ")).toEqual([]);
  });

  it("f05: a letter that is not Latin is its place", () => {
    bind("$mod+z", "$mod+y", "$mod+Shift+z", "KeyB", "[Shift]+?");
    for (const layout of ["russian", "hebrew", "greek", "arabic"]) {
      expect([layout, press(layout, "KeyZ", { ctrl: true })]).toEqual([layout, ["$mod+z"]]);
      expect([layout, press(layout, "KeyY", { ctrl: true })]).toEqual([layout, ["$mod+y"]]);
      expect([layout, press(layout, "KeyB")]).toEqual([layout, ["KeyB"]]);
    }
    expect(press("russian", "KeyZ", { ctrl: true, shift: true })).toEqual(["$mod+Shift+z"]);
    expect(press("russian", "Digit7", { shift: true })).toEqual(["[Shift]+?"]);
  });

  it("f05: punctuation on a letter's place means the letter only where letters are not Latin", () => {
    bind("Shift+KeyQ");
    expect(press("dvorak", "KeyQ", { shift: true })).toEqual([]);
    expect(press("greek", "KeyJ")).toEqual([]);
    expect(press("greek", "KeyQ", { shift: true })).toEqual(["Shift+KeyQ"]);
    expect(press("dvorak", "KeyJ")).toEqual([]);
    expect(press("dvorak", "KeyQ", { shift: true })).toEqual([]);
  });

  it("f05: a printed digit is that digit, and the row of digits works without Shift on every keyboard", () => {
    const labels = Array.from({ length: 20 }, (_, index) => labelKeys(index));
    bind(...labels);
    expect(press("azerty", "Digit1", { shift: true })).toEqual(["1"]);
    expect(press("azerty", "Digit1")).toEqual(["1"]);
    expect(press("azerty", "Digit1", { shift: true, ctrl: true })).toEqual(["Shift+Digit1"]);
    expect(press("us", "Digit1", { shift: true })).toEqual(["Shift+Digit1"]);
    expect(press("us", "Digit1", { shift: true, ctrl: true })).toEqual(["Shift+Digit1"]);
    expect(press("czech", "Digit2")).toEqual(["2"]);
    registry.handle(keyEvent("3", "Numpad3"));
    expect(ran.at(-1)).toBe("3");
    registry.handle(keyEvent("۴", "Digit4"));
    expect(ran.at(-1)).toBe("4");
  });

  it("f05: plain characters come before Shift and a digit", () => {
    bind("[Shift]+/", ["Shift+Digit7", "Control+Shift+Digit7"], "[Shift]++", "=", ["Shift+Digit0"]);
    expect(press("german", "Digit7", { shift: true })).toEqual(["[Shift]+/"]);
    expect(press("german", "Digit7", { shift: true, ctrl: true })).toEqual(["Shift+Digit7"]);
    expect(press("us", "Digit7", { shift: true })).toEqual(["Shift+Digit7"]);
    expect(press("turkish", "Digit4", { shift: true })).toEqual(["[Shift]++"]);
    // An equals sign with Shift is the twentieth label, as on other keyboards.
    expect(press("german", "Digit0", { shift: true })).toEqual(["Shift+Digit0"]);
  });

  it("f05: a plain character that does not apply now leaves the key to the digit", () => {
    const find = { id: "find", title: "find", keys: ["[Shift]+/"], when: () => false, run: () => void ran.push("find") };
    registry.register("editor", [find]);
    bind("Shift+Digit7");
    expect(press("german", "Digit7", { shift: true })).toEqual(["Shift+Digit7"]);
  });

  it("f05: AltGr, dead keys, input methods and Caps Lock", () => {
    bind("[", "q", "b", "1", "Escape");
    registry.handle(keyEvent("[", "Digit8", { altGr: true }));
    registry.handle(keyEvent("[", "Digit8", { ctrl: true, alt: true }));
    registry.handle(keyEvent("Dead", "BracketLeft"));
    registry.handle(keyEvent("Process", "KeyB"));
    registry.handle(keyEvent("b", "KeyB", { keyCode: 229 }));
    registry.handle(keyEvent("Escape", "Escape", { composing: true }));
    registry.handle(keyEvent("ê", "KeyE"));
    expect(ran).toEqual([]);
    registry.handle(keyEvent("B", "KeyB", { capsLock: true }));
    expect(ran).toEqual(["b"]);
    expect(digitOf(keyEvent("&", "Digit1"))).toBe(1);
    expect(digitOf(keyEvent("1", "Digit1", { shift: true }))).toBe(1);
    expect(digitOf(keyEvent("!", "Digit1", { shift: true }))).toBeNull();
  });

  it("f05: events without a key, and sequences, mean nothing", () => {
    expect(pressesOf({ code: "KeyA" } as KeyboardEvent)).toEqual([]);
    expect(patternOf("g i")).toBeNull();
    const [space] = pressesOf(keyEvent(" ", "Space"));
    expect(fits(patternOf("Space") as Pattern, space!)).toBe(true);
  });
});

describe("f05: keys as they are shown", () => {
  const label = (number: number): readonly string[] => labelKeys(number - 1);
  const bindLabels = (): void => bind(...Array.from({ length: 20 }, (_, index) => labelKeys(index)), "[Shift]+/", ["-"]);
  const base = (layout: string) => new Map([...LAYOUTS[layout]!].map(([code, [plain]]) => [code, plain]));

  it("f05: of a keyboard that nothing is known of", () => {
    bindLabels();
    expect(capsOf(registry, label(6))).toEqual(["6"]);
    expect(capsOf(registry, label(17))).toEqual(["Shift", "7"]);
    expect(capsOf(registry, ["$mod+Shift+z", "$mod+y"])).toEqual(["Ctrl", "Shift", "Z"]);
    expect(allCapsOf(registry, ["$mod+KeyZ", "$mod+z", "Enter"])).toEqual([["Ctrl", "Z"], ["Enter"]]);
  });

  it("f05: of one that the browser describes", () => {
    bindLabels();
    registry.keyboard.setBase(base("azerty"));
    expect(capsOf(registry, label(1))).toEqual(["1"]);
    expect(capsOf(registry, label(6))).toEqual(["Shift", "6"]); // without Shift it prints the minus, which zooms
    expect(capsOf(registry, label(11))).toEqual(["Ctrl", "Shift", "1"]);
    registry.keyboard.setBase(base("german"));
    expect(capsOf(registry, label(16))).toEqual(["Shift", "6"]);
    expect(capsOf(registry, label(17))).toEqual(["Ctrl", "Shift", "7"]);
    expect(capsOf(registry, ["[", "Shift+ArrowLeft"])).toEqual(["Shift", "←"]);
    expect(capsOf(registry, ["["])).toBeNull();
    expect(capsOf(registry, ["[Shift]+?"])).toEqual(["?"]);
  });

  it("f05: of one that is learned while typing, and of the next one", () => {
    bindLabels();
    bind("KeyB");
    const changes: number[] = [];
    registry.keyboard.subscribe(() => changes.push(registry.keyboard.version));
    press("german", "Digit7", { shift: true });
    expect(capsOf(registry, label(17))).toEqual(["Ctrl", "Shift", "7"]);
    press("russian", "Digit7", { shift: true });
    expect(capsOf(registry, label(17))).toEqual(["Shift", "7"]);
    press("russian", "KeyB");
    expect(capsOf(registry, label(17))).toEqual(["Shift", "7"]);
    expect(capsOf(registry, ["KeyB"])).toEqual(["B/И"]);
    press("us", "KeyB");
    expect(capsOf(registry, ["KeyB"])).toEqual(["B"]);
    expect(changes).toEqual([1, 2, 3, 4]);
    press("us", "KeyB");
    expect(changes).toHaveLength(4);
  });

  it("f05: what is typed into fields teaches too", () => {
    const event = typeKey(LAYOUTS.russian!, "KeyB");
    registry.handle({ ...event, target: { tagName: "INPUT", type: "text" } } as unknown as KeyboardEvent);
    expect(registry.keyboard.latin).toBe(false);
  });

  it("f05: keys that are written differently and are one key still clash", () => {
    const clash = (a: string, b: string) =>
      findConflicts("x", [
        { id: "a", keys: [a] },
        { id: "b", keys: [b] },
      ]).length;
    expect(clash("[Shift]+/", "/")).toBe(1);
    expect(clash("BracketLeft", "[")).toBe(1);
    expect(clash("Shift+/", "/")).toBe(0);
    expect(clash("Control+Shift+Digit1", "$mod+Shift+1")).toBe(1);
  });
});

it("f05: a digit is a digit in every script, also where it needs Shift", () => {
  const cases: [string, string, boolean, number][] = [
    ["१", "Digit1", false, 1], // Hindi
    ["۷", "Digit7", false, 7], // Persian
    ["٣", "Digit3", false, 3], // Arabic
    ["๑", "Digit2", true, 1], // Thai prints it there with Shift
    ["７", "Digit7", false, 7], // full width
    ["4", "Numpad4", false, 4],
    ["٤", "Numpad4", false, 4],
  ];
  for (const [key, code, shift, digit] of cases) {
    const event = { key, code, shiftKey: shift, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, keyCode: 0 };
    expect([key, digitOf(event)]).toEqual([key, digit]);
  }
});

it("f05: the number pad without NumLock moves, and chooses no label", () => {
  for (const [key, code] of [["End", "Numpad1"], ["ArrowDown", "Numpad2"], ["Clear", "Numpad5"], ["Insert", "Numpad0"]] as const) {
    const event = { key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, keyCode: 0 };
    expect([code, digitOf(event)]).toEqual([code, null]);
  }
});

it("f05: Caps Lock changes no key", () => {
  const base = { code: "KeyB", ctrlKey: false, metaKey: false, altKey: false, isComposing: false, keyCode: 66 };
  expect(pressesOf({ ...base, key: "B", shiftKey: false })[0]).toMatchObject({ key: "b", shift: false });
  expect(pressesOf({ ...base, key: "b", shiftKey: true })[0]).toMatchObject({ key: "b", shift: true });
});
