import { beforeEach, expect, test, vi } from "vitest";
import { keyCaps, keysOfEvent } from "./keyLabel";
import {
  type Binding,
  createHotkeyRegistry,
  findConflicts,
  HotkeyConflictError,
  type HotkeyRegistry,
  isTextField,
  type KeyStorage,
  normalizeKeys,
} from "./registry";

interface Press {
  key: string;
  code?: string;
  ctrl?: boolean;
  shift?: boolean;
  alt?: boolean;
  repeat?: boolean;
  target?: object;
}

/** A key event as the registry sees it. */
function press({
  key,
  code = key,
  ctrl = false,
  shift = false,
  alt = false,
  repeat = false,
  target = {},
}: Press) {
  const down = { Control: ctrl, Shift: shift, Alt: alt, Meta: false, AltGraph: false };
  const event = {
    key,
    code,
    repeat,
    target,
    ctrlKey: ctrl,
    shiftKey: shift,
    altKey: alt,
    metaKey: false,
    isComposing: false,
    defaultPrevented: false,
    getModifierState: (name: keyof typeof down) => down[name],
    preventDefault: vi.fn<() => void>(),
  };
  return event as unknown as KeyboardEvent;
}

function memory(initial: string | null = null): KeyStorage & { text: string | null } {
  return {
    text: initial,
    getItem() {
      return this.text;
    },
    setItem(_key: string, value: string) {
      this.text = value;
    },
  };
}

const binding = (
  id: string,
  keys: string[],
  rest: Partial<Omit<Binding, "run">> = {},
): Binding & { run: ReturnType<typeof vi.fn<() => void>> } => ({
  id,
  title: id,
  keys,
  run: vi.fn<() => void>(),
  ...rest,
});

let registry: HotkeyRegistry;
beforeEach(() => {
  registry = createHotkeyRegistry();
});

test("runs the command of the pressed key and of no other", () => {
  const box = binding("box", ["b"]);
  const undo = binding("undo", ["$mod+z"]);
  registry.register("editor", [box, undo]);
  const event = press({ key: "b", code: "KeyB" });
  expect(registry.handle(event)).toBe(true);
  expect(event.preventDefault).toHaveBeenCalled();
  expect(box.run).toHaveBeenCalledOnce();
  expect(registry.handle(press({ key: "b", code: "KeyB", ctrl: true }))).toBe(false);
  registry.handle(press({ key: "z", code: "KeyZ", ctrl: true }));
  expect(undo.run).toHaveBeenCalledOnce();
});

test("two commands of one scope may not share a key, however it is written", () => {
  expect(findConflicts("editor", [binding("a", ["Shift+1", "x"]), binding("b", ["shift+Digit1"])])).toEqual([
    { scope: "editor", key: "shift+1", ids: ["a", "b"] },
  ]);
  expect(findConflicts("editor", [binding("a", ["1", "Digit1"])])).toEqual([]);
  const clash = () => registry.register("editor", [binding("a", ["KeyB"]), binding("b", ["b"])]);
  expect(clash).toThrow(HotkeyConflictError);
  expect(clash).toThrow("editor: a and b both use b");
  expect(registry.rows()).toEqual([]);
});

test("spellings of one key are equal", () => {
  expect(normalizeKeys("Alt+Shift+ArrowLeft")).toBe(normalizeKeys("shift+alt+arrowleft"));
  expect(normalizeKeys("$mod+KeyZ")).toBe(normalizeKeys("$mod+z"));
  expect(normalizeKeys("1")).not.toBe(normalizeKeys("Shift+1"));
});

test("the scope added last is asked first; a binding that does not apply lets the key pass", () => {
  let applies = true;
  const submit = binding("submit", ["Enter"]);
  const newBox = binding("new", ["Enter"], { when: () => applies });
  registry.register("global", [submit]);
  const leave = registry.register("editor", [newBox]);
  registry.handle(press({ key: "Enter" }));
  applies = false;
  registry.handle(press({ key: "Enter" }));
  applies = true;
  leave();
  registry.handle(press({ key: "Enter" }));
  expect(newBox.run).toHaveBeenCalledOnce();
  expect(submit.run).toHaveBeenCalledTimes(2);
});

test("typing in a field runs nothing but Esc and Ctrl+Enter", () => {
  const bindings = [binding("b", ["b"]), binding("esc", ["Escape"]), binding("submit", ["$mod+Enter"])];
  registry.register("editor", bindings);
  for (const target of [
    { tagName: "INPUT", type: "text" },
    { tagName: "TEXTAREA" },
    { isContentEditable: true },
  ]) {
    expect(registry.handle(press({ key: "b", target }))).toBe(false);
    expect(registry.handle(press({ key: "Escape", target }))).toBe(true);
    expect(registry.handle(press({ key: "Enter", ctrl: true, target }))).toBe(true);
  }
  expect(registry.handle(press({ key: "b", target: { tagName: "INPUT", type: "checkbox" } }))).toBe(true);
  expect(isTextField(null)).toBe(false);
});

test("a focused button keeps Enter and Space, radios their arrows", () => {
  registry.register("editor", [
    binding("e", ["Enter"]),
    binding("s", ["Space"]),
    binding("d", ["ArrowDown"]),
  ]);
  const button = { tagName: "BUTTON" };
  expect(registry.handle(press({ key: "Enter", target: button }))).toBe(false);
  expect(registry.handle(press({ key: " ", code: "Space", target: button }))).toBe(false);
  expect(registry.handle(press({ key: "ArrowDown", target: button }))).toBe(true);
  expect(registry.handle(press({ key: "ArrowDown", target: { tagName: "INPUT", type: "radio" } }))).toBe(
    false,
  );
});

test("hold keys run once and are let go on key up, on blur and when their scope leaves", () => {
  const release = vi.fn<() => void>();
  const pan = binding("pan", ["Space"], { release });
  const leave = registry.register("editor", [pan]);
  const listeners = new Map<string, (event: unknown) => void>();
  registry.attach({
    addEventListener: (name: string, listener: (event: unknown) => void) => listeners.set(name, listener),
    removeEventListener: (name: string) => listeners.delete(name),
  } as unknown as Window);
  const space = { key: " ", code: "Space" };
  listeners.get("keydown")?.(press(space));
  listeners.get("keydown")?.(press({ ...space, repeat: true }));
  expect(pan.run).toHaveBeenCalledOnce();
  listeners.get("keyup")?.(press(space));
  expect(release).toHaveBeenCalledTimes(1);
  listeners.get("keydown")?.(press(space));
  listeners.get("blur")?.({});
  expect(release).toHaveBeenCalledTimes(2);
  listeners.get("keydown")?.(press(space));
  leave();
  expect(release).toHaveBeenCalledTimes(3);
});

test("own keys replace the default, survive a reload and may not clash", () => {
  const storage = memory();
  const first = createHotkeyRegistry(storage);
  const box = binding("box", ["b"]);
  first.register("editor", [box, binding("select", ["v"])]);
  expect(first.remap("box", ["v"])).toEqual([{ scope: "editor", key: "v", ids: ["box", "select"] }]);
  expect(storage.text).toBeNull();
  expect(first.remap("box", ["q"])).toEqual([]);
  expect(first.handle(press({ key: "b" }))).toBe(false);
  expect(first.handle(press({ key: "q" }))).toBe(true);

  const reloaded = createHotkeyRegistry(storage);
  reloaded.register("editor", [box]);
  expect(reloaded.rows()[0]).toMatchObject({ keys: ["q"], remapped: true });
  reloaded.remap("box", null);
  expect(reloaded.rows()[0]).toMatchObject({ keys: ["b"], remapped: false });
});

test("damaged or blocked storage leaves the default keys", () => {
  for (const text of ["{", "[1]", '{"box":"q"}', "null"]) {
    const damaged = createHotkeyRegistry(memory(text));
    damaged.register("editor", [binding("box", ["b"])]);
    expect(damaged.rows()[0]?.keys).toEqual(["b"]);
  }
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const blocked = createHotkeyRegistry({
    getItem: () => null,
    setItem: () => {
      throw new Error("quota");
    },
  });
  blocked.register("editor", [binding("box", ["b"])]);
  expect(blocked.remap("box", ["q"])).toEqual([]);
  expect(blocked.handle(press({ key: "q" }))).toBe(true);
  expect(warn).toHaveBeenCalledOnce();
});

test("pausing stops all keys until resumed", () => {
  registry.register("editor", [binding("b", ["b"])]);
  const resume = registry.pause();
  expect(registry.handle(press({ key: "b" }))).toBe(false);
  resume();
  resume();
  expect(registry.handle(press({ key: "b" }))).toBe(true);
});

test("listeners hear of new and changed bindings", () => {
  const listener = vi.fn<() => void>();
  registry.subscribe(listener);
  const leave = registry.register("editor", [binding("b", ["b"])]);
  const rows = registry.rows();
  expect(registry.rows()).toBe(rows);
  leave();
  expect(listener).toHaveBeenCalledTimes(2);
  expect(registry.rows()).not.toBe(rows);
});

test("key caps read like the keyboard", () => {
  expect(keyCaps("$mod+Shift+KeyZ")).toEqual(["Ctrl", "Shift", "Z"]);
  expect(keyCaps("Shift+Digit1")).toEqual(["Shift", "1"]);
  expect(keyCaps("[Shift]++")).toEqual(["+"]);
  expect(keyCaps("Alt+ArrowLeft")).toEqual(["Alt", "←"]);
});

test("a recorded key is found again", () => {
  const cases: Press[] = [
    { key: "q", code: "KeyQ" },
    { key: "Q", code: "KeyQ", shift: true },
    { key: "!", code: "Digit1", shift: true },
    { key: "z", code: "KeyZ", ctrl: true },
    { key: "?", code: "Slash", shift: true },
    { key: "F8", code: "F8" },
    { key: " ", code: "Space" },
  ];
  for (const one of cases) {
    const keys = keysOfEvent(registry, press(one));
    const fresh = createHotkeyRegistry();
    fresh.register("editor", [binding("x", [keys ?? "nothing"])]);
    expect([one.key, fresh.handle(press(one))]).toEqual([one.key, true]);
  }
  expect(keysOfEvent(registry, press({ key: "Shift", shift: true }))).toBeNull();
});
