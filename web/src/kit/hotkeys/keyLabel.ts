import type { Keyboard } from "./keyboard";
import type { HotkeyRegistry } from "./registry";
import { fits, isForeign, isMac, type KeyPress, notationOf, type Pattern, patternOf, type Press } from "./press";
import { pressesOf, printed, usCharacter } from "./press";

const NAMES: Readonly<Record<string, string>> = {
  escape: "Esc",
  delete: "Del",
  backspace: "⌫",
  enter: "Enter",
  space: "Space",
  tab: "Tab",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  "-": "−",
};

const named = (key: string): string =>
  NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1));

/** Caps of modifiers and a key. */
function caps(pattern: Pattern, shift: boolean, key: string): string[] {
  const modifiers = [
    pattern.ctrl ? "Ctrl" : "",
    pattern.meta ? (isMac ? "⌘" : "Meta") : "",
    pattern.alt ? "Alt" : "",
    shift ? "Shift" : "",
  ];
  return [...modifiers.filter(Boolean), key];
}

/**
 * What is printed on the keys of a notation on a US keyboard: `$mod+KeyZ` → `Ctrl Z` (`⌘ Z` on a Mac).
 *
 * @returns one entry per key cap.
 */
export function keyCaps(keys: string): string[] {
  const pattern = patternOf(keys);
  return pattern ? caps(pattern, pattern.shift === true, named(pattern.key)) : [keys];
}

const rows = ["Digit1234567890", "KeyQWERTYUIOPASDFGHJKLZXCVBNM"].flatMap((row) => {
  const [, kind = "", keys = ""] = /^(Digit|Key)(.*)$/u.exec(row) ?? [];
  return [...keys].map((key) => `${kind}${key}`);
});
/** The keys that print something, in the order in which they are looked through. */
export const PRINTING_CODES: readonly string[] = [
  ...rows,
  ..."Backquote Minus Equal BracketLeft BracketRight Backslash Semicolon Quote Comma Period Slash".split(" "),
];

/** Stands for a dead key. */
const DEAD = "\0";

/**
 * What the digits 1 to 0 print with Shift. Browsers tell what keys print without it, and that gives the keyboard away.
 *
 * A key, what it prints on that keyboard, and the row.
 */
const SHIFTED_DIGITS: readonly (readonly [string, string, string])[] = [
  ["Minus", "ß", '!"§$%&/()='], // German
  ["BracketLeft", "å", '!"#¤%&/()='], // Nordic
  ["Semicolon", "ñ", '!"·$%&/()='], // Spanish
  ["Semicolon", "ò", '!"£$%&/()='], // Italian
  ["KeyI", "ı", `!'${DEAD}+%&/()=`], // Turkish
  ["KeyQ", "й", '!"№;%:?*()'], // Russian
  ["Digit2", "é", "1234567890"], // French
  ["Digit2", "ě", "1234567890"], // Czech
];

/** What a key prints, as far as that can be known; as on a US keyboard until something else is seen. */
function character(keyboard: Keyboard, code: string, shift: boolean): string | undefined {
  const seen = keyboard.seen(code, shift);
  if (seen !== undefined) return seen;
  const plainOf = (key: string): string | undefined => keyboard.seen(key, false) ?? usCharacter(key, false);
  const plain = plainOf(code);
  if (!shift) return plain;
  if (/^Digit\d$/u.test(code)) {
    const row = SHIFTED_DIGITS.find(([key, text]) => plainOf(key) === text)?.[2];
    const text = row?.[(Number(code.at(-1)) + 9) % 10];
    if (text !== undefined) return text === DEAD ? "Dead" : text;
  }
  if (plain === undefined || plain === usCharacter(code, false)) return usCharacter(code, true);
  if (plain.toUpperCase() !== plain) return plain.toUpperCase();
  // Scripts without capitals: whatever is printed, the place counts.
  return keyboard.latin === false && /^(?:Key|Digit)/u.test(code) ? usCharacter(code, true) : undefined;
}

type Registry = Pick<HotkeyRegistry, "keyboard" | "rows">;

/** The key event that types a key with the modifiers of a pattern; null when it is not known what the key prints. */
function eventFor({ keyboard }: Registry, pattern: Pattern, code: string, shift: boolean): KeyPress | null {
  const key = character(keyboard, code, shift);
  if (key === undefined) return null;
  const { ctrl, meta, alt } = pattern;
  const modifiers = { ctrlKey: ctrl, metaKey: meta, altKey: alt, shiftKey: shift };
  return { key, code, ...modifiers, isComposing: false, keyCode: 0 };
}

const isBound = (registry: Registry, press: Press): boolean =>
  registry.rows().some(({ keys }) => keys.some((one) => fits(patternOf(one), press)));

/** Caps of one notation as it is typed on this keyboard; null when it cannot be. */
function typed(registry: Registry, keys: string): string[] | null {
  const pattern = patternOf(keys);
  if (!pattern) return null;
  if (pattern.key.length > 1) return keyCaps(keys);
  let unknown = false;
  for (const shift of [false, true]) {
    for (const code of PRINTING_CODES) {
      const event = eventFor(registry, pattern, code, shift);
      unknown ||= event === null;
      const presses = event ? pressesOf(event, registry.keyboard.latin) : [];
      const at = presses.findIndex((press) => fits(pattern, press));
      // What the key prints may be the key of something else, which then comes first.
      if (!event || at < 0 || presses.slice(0, at).some((press) => isBound(registry, press))) continue;
      const plain = /[\p{L}\d]/u.test(pattern.key);
      const text = printed(event) ?? "";
      const local = isForeign(text) ? `/${text.toUpperCase()}` : "";
      return caps(pattern, shift && plain, named(pattern.key) + local);
    }
  }
  // Punctuation is somewhere: whoever types on the keyboard knows where.
  return unknown && pattern.shift === null ? keyCaps(keys) : null;
}

/** How a command is pressed on this keyboard: the first of its keys that can be typed; null when none can. */
export function capsOf(registry: Registry, keys: readonly string[]): string[] | null {
  for (const one of keys) {
    const found = typed(registry, one);
    if (found) return found;
  }
  return null;
}

/** Every way to press a command on this keyboard, each once. */
export function allCapsOf(registry: Registry, keys: readonly string[]): string[][] {
  const found = keys.flatMap((one) => {
    const shown = typed(registry, one);
    return shown ? [[shown.join("+"), shown] as const] : [];
  });
  return [...new Map(found).values()];
}

/**
 * The notation of a pressed key, for recording own keys; null while only modifiers are down, and for keys that write.
 *
 * Where the key may mean several things, the one that is bound already is taken, so that the clash is noticed.
 */
export function keysOfEvent(registry: Registry, event: KeyPress): string | null {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock"].includes(event.key)) return null;
  const presses = pressesOf(event, registry.keyboard.latin);
  const press = presses.find((one) => isBound(registry, one)) ?? presses.at(-1);
  return press ? notationOf(press) : null;
}
