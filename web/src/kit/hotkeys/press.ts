import { parseKeybinding } from "tinykeys";

/** What is read of a key event; structural, so that tests need no DOM. */
export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode"
> &
  Partial<Pick<KeyboardEvent, "getModifierState">>;

interface Modifiers {
  ctrl: boolean;
  meta: boolean;
  alt: boolean;
}

/** One meaning of a key event. */
export interface Press extends Modifiers {
  /** A printed character in lower case, or the name of a key such as `enter`, in lower case. */
  key: string;
  shift: boolean;
}

/** What a binding asks for. */
export interface Pattern extends Modifiers {
  key: string;
  /** Null: with or without. */
  shift: boolean | null;
}

/** What the keys of punctuation print on a US keyboard, without and with Shift. */
const US_SYMBOLS: Readonly<Record<string, string>> = {
  Backquote: "`~",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
};
const US_DIGITS = ")!@#$%^&*(";

/** The character of a key on a US keyboard; undefined for keys that print none. */
export function usCharacter(code: string, shift: boolean): string | undefined {
  const at = code.at(-1) ?? "";
  if (/^Key[A-Z]$/u.test(code)) return shift ? at : at.toLowerCase();
  if (/^Digit\d$/u.test(code)) return shift ? US_DIGITS[Number(at)] : at;
  return US_SYMBOLS[code]?.[shift ? 1 : 0];
}

export const isMac = /Mac|iP(?:hone|ad|od)/u.test(globalThis.navigator?.platform ?? "");

/** Events that write or compose a character: never keys of the app. */
const COMPOSING = new Set(["Dead", "Process", "Compose", "Unidentified"]);
const COMPOSING_CODE = 229;

/** Whether an input method takes this key, e.g. Enter that ends a word in Japanese. */
export function isComposing(event: Pick<KeyboardEvent, "key" | "isComposing" | "keyCode">): boolean {
  return event.isComposing || event.keyCode === COMPOSING_CODE || COMPOSING.has(event.key);
}

/** The character that a key prints; null for named keys such as `Enter`. */
export function printed({ key, code }: Pick<KeyboardEvent, "key" | "code">): string | null {
  if (code === "Space" || key === " ") return null;
  // Named keys are ASCII; some keys print two characters at once, all of them beyond ASCII.
  return key.length === 1 || /[^ -~]/u.test(key) ? key : null;
}

/** The zeros of the scripts whose digits keyboards print: the nine others follow each. */
const ZEROS = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0,
  0x1810, 0xff10,
];

/** A digit of any script as 0 to 9; other texts as they are. */
function withDigit(text: string): string {
  const code = text.length === 1 ? text.charCodeAt(0) : 0;
  const zero = ZEROS.find((one) => one <= code && code < one + 10);
  return zero === undefined ? text : String(code - zero);
}

/** Whether AltGr is down, which writes a character of the third level. On a Mac, Option is a modifier of named keys. */
function isAltGr(event: KeyPress, character: boolean): boolean {
  const down = event.getModifierState?.("AltGraph") === true || (event.ctrlKey && event.altKey);
  return down && (character || !isMac);
}

const isLetter = (text: string): boolean => /^[\p{L}\p{M}]/u.test(text);
/** Letters of other scripts than Latin: there the place of the key counts. */
export const isForeign = (text: string): boolean => isLetter(text) && !/^\p{Script=Latin}/u.test(text);

/**
 * What a key event may mean, the first that is bound counts: what is printed, then what a US keyboard has at this place.
 *
 * The place counts for letters of other scripts, for the row of digits, and where nothing else can be meant. AltGr, dead
 * keys and input methods mean nothing.
 *
 * @param latin whether the letters of the keyboard are Latin; null while that is not known.
 */
export function pressesOf(event: KeyPress, latin: boolean | null = null): Press[] {
  // With Ctrl or Cmd a dead key begins no character, and its place counts.
  const dead = event.key === "Dead" && (event.ctrlKey || event.metaKey) && !event.isComposing;
  if (typeof event.key !== "string" || (!dead && isComposing(event))) return [];
  const { code, shiftKey } = event;
  const character = dead ? (usCharacter(code, shiftKey) ?? null) : printed(event);
  if (isAltGr(event, character !== null)) return [];
  const found: Press[] = [];
  const add = (key: string | undefined, shift = shiftKey): void => {
    if (key === undefined || found.some((one) => one.key === key && one.shift === shift)) return;
    found.push({ key, shift, ctrl: event.ctrlKey, meta: event.metaKey, alt: event.altKey });
  };
  if (character === null) {
    add(code === "Space" || event.key === " " ? "space" : event.key.toLowerCase());
    return found;
  }
  const text = withDigit(character.toLowerCase());
  // A digit is a digit, also where it needs Shift.
  add(text, /^\d$/u.test(text) ? false : shiftKey);
  const place = code.at(-1)?.toLowerCase();
  if (/^Digit\d$/u.test(code)) add(place);
  else if (/^Key[A-Z]$/u.test(code)) {
    const symbol = !isLetter(text) && (latin === false || event.altKey);
    if (isForeign(text) || symbol) add(place);
  } else if (isForeign(text) || (latin === false && /[^ -~]/u.test(text))) add(usCharacter(code, shiftKey));
  else if (code.startsWith("Numpad")) add(code.toLowerCase());
  return found;
}

const patterns = new Map<string, Pattern | null>();

/** Reads the notation of a binding; null for sequences, which are not offered. */
export function patternOf(keys: string): Pattern | null {
  const known = patterns.get(keys);
  if (known !== undefined) return known;
  const [press, ...more] = parseKeybinding(keys);
  const pattern = press && more.length === 0 ? readPattern(press) : null;
  patterns.set(keys, pattern);
  return pattern;
}

function readPattern([required, optional, key]: ReturnType<typeof parseKeybinding>[number]): Pattern | null {
  if (typeof key !== "string") return null;
  const has = (name: string): boolean => required.some((one) => one.toLowerCase() === name);
  const either = optional.some((one) => one.toLowerCase() === "shift");
  return {
    key: keyOf(key),
    ctrl: has("control") || has("ctrl"),
    meta: has("meta"),
    alt: has("alt"),
    shift: either ? null : has("shift"),
  };
}

/** `KeyZ`, `Digit1` and `BracketLeft` are other names of what a US keyboard prints there. */
function keyOf(name: string): string {
  const plain = name.replace(/^(?:key|digit)(?=.$)/iu, "");
  return (usCharacter(plain, false) ?? plain).toLowerCase();
}

/** Whether a binding asks for this press. */
export function fits(pattern: Pattern | null, press: Press): boolean {
  return (
    pattern !== null &&
    pattern.key === press.key &&
    pattern.ctrl === press.ctrl &&
    pattern.meta === press.meta &&
    pattern.alt === press.alt &&
    (pattern.shift === null || pattern.shift === press.shift)
  );
}

/** The digit a key event means, for lists chosen by number; null for everything else. */
export function digitOf(event: KeyPress): number | null {
  const press = pressesOf(event).find(({ key, shift }) => !shift && /^\d$/u.test(key));
  return press && !press.ctrl && !press.meta && !press.alt ? Number(press.key) : null;
}

/** The notation of a press, for recording own keys. */
export function notationOf({ key, ctrl, meta, alt, shift }: Press): string {
  const symbol = key.length === 1 && !/[\p{L}\p{M}\d]/u.test(key);
  const name = key === "space" ? "Space" : key;
  const mod = isMac ? meta : ctrl;
  const modifiers = [
    mod ? "$mod" : "",
    isMac && ctrl ? "Control" : "",
    !isMac && meta ? "Meta" : "",
    alt ? "Alt" : "",
    shift ? (symbol ? "[Shift]" : "Shift") : "",
  ];
  return [...modifiers.filter(Boolean), name].join("+");
}
