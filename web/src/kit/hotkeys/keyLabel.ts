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
  bracketleft: "[",
  bracketright: "]",
  comma: ",",
  period: ".",
  minus: "−",
  equal: "=",
  control: "Ctrl",
  shift: "Shift",
  alt: "Alt",
  meta: "Meta",
};

/**
 * What is printed on the keys: `$mod+KeyZ` → `Ctrl Z` (`⌘ Z` on a Mac).
 *
 * @returns one entry per key cap.
 */
export function keyCaps(
  keys: string,
  mac = /Mac|iP(?:hone|ad|od)/u.test(globalThis.navigator?.platform ?? ""),
): string[] {
  // Optional modifiers stand in brackets: they need not be pressed, so they are not shown.
  const parts = keys.split(/(?<=\w|\])\+/u).filter((part) => !/^\[\w+\]$/u.test(part));
  return parts.map((part) => {
    if (part === "$mod") return mac ? "⌘" : "Ctrl";
    const plain = part.replace(/^(?:Key|Digit)(?=.$)/u, "");
    return NAMES[plain.toLowerCase()] ?? (plain.length === 1 ? plain.toUpperCase() : plain);
  });
}

/** The tinykeys notation of a pressed key, for recording own keys; null while only modifiers are down. */
export function keysOfEvent(
  event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string | null {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph"].includes(event.key)) return null;
  // Digits and letters by place on the keyboard: with Shift their `key` is another character.
  const key = /^(?:Key|Digit|Arrow|Bracket)/u.test(event.code) || event.key === " " ? event.code : event.key;
  const shiftMakesKey = event.key.length === 1 && key === event.key;
  const modifiers = [
    event.ctrlKey || event.metaKey ? "$mod" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey ? (shiftMakesKey ? "[Shift]" : "Shift") : "",
  ];
  return [...modifiers.filter(Boolean), key].join("+");
}
