import { isComposing, isForeign, type KeyPress, printed } from "./press";

/** What is known of the keyboard somebody types on. */
export interface Keyboard {
  /** Notes what a key prints; called with every key event. */
  learn(event: KeyPress): void;
  /** What a key was seen to print, or the browser says it prints. */
  seen(code: string, shift: boolean): string | undefined;
  /** Whether the letters are Latin; null while no letter was seen. */
  readonly latin: boolean | null;
  /** Takes over what the browser says all keys print without Shift. */
  setBase(base: ReadonlyMap<string, string>): void;
  subscribe(listener: () => void): () => void;
  /** Counts the changes. */
  readonly version: number;
}

class LearnedKeyboard implements Keyboard {
  private base: ReadonlyMap<string, string> = new Map();
  private readonly learned = new Map<string, string>();
  private readonly listeners = new Set<() => void>();
  latin: boolean | null = null;
  version = 0;

  learn(event: KeyPress): void {
    const { ctrlKey, metaKey, altKey, shiftKey, code } = event;
    if (typeof event.key !== "string" || !code || isComposing(event)) return;
    const text = printed(event);
    const down = (name: string): boolean => event.getModifierState?.(name) === true;
    if (text === null || code.startsWith("Numpad") || ctrlKey || metaKey || altKey) return;
    // Caps Lock changes what is printed, and says nothing about the keyboard.
    if (down("AltGraph") || down("CapsLock")) return;
    // Capitals say nothing either: on some keyboards of other scripts Shift writes Latin ones.
    const latin = isForeign(text) ? false : !shiftKey && /[a-z]/u.test(text) ? true : this.latin;
    const at = `${code}${shiftKey ? "+" : ""}`;
    const known = this.learned.get(at);
    if (known === text && latin === this.latin) return;
    // Another character on the same key, or another script: somebody has switched to another keyboard.
    const other = (known !== undefined && known !== text) || (this.latin !== null && latin !== this.latin);
    if (other) this.learned.clear();
    this.learned.set(at, text);
    this.latin = latin;
    this.changed();
  }

  setBase(base: ReadonlyMap<string, string>): void {
    const same = base.size === this.base.size && [...base].every(([code, text]) => this.base.get(code) === text);
    if (same) return;
    this.base = base;
    this.learned.clear();
    this.changed();
  }

  seen(code: string, shift: boolean): string | undefined {
    const learned = this.learned.get(`${code}${shift ? "+" : ""}`);
    return learned ?? (shift ? undefined : this.base.get(code));
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

/** Creates a keyboard of which nothing is known: that of the US until something else is seen. */
export function createKeyboard(): Keyboard {
  return new LearnedKeyboard();
}

/** What the browser knows of the keyboard, where it says so: Chromium, on secure origins. */
interface KeyboardApi {
  getLayoutMap?(): Promise<ReadonlyMap<string, string>>;
}

/** Asks the browser now, and again whenever the window comes back: the keyboard may be another one. */
export function watchLayout(keyboard: Keyboard, target: Pick<Window, "addEventListener">): void {
  const api = (globalThis.navigator as { keyboard?: KeyboardApi } | undefined)?.keyboard;
  const getMap = api?.getLayoutMap?.bind(api);
  if (!getMap) return;
  const ask = (): void => {
    getMap().then(
      (map) => keyboard.setBase(new Map(map)),
      () => undefined, // frames and policies may forbid it: events teach the same
    );
  };
  ask();
  target.addEventListener("focus", ask);
}
