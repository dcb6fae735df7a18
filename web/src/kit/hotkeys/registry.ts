import { createKeyboard, type Keyboard } from "./keyboard";
import { fits, patternOf, type Press, pressesOf } from "./press";

/** A command bound to keys. */
export interface Binding {
  /** Unique id, also the key under which a labeler's own keys are kept. */
  id: string;
  title: string;
  /** Heading in the cheat-sheet. */
  group?: string | undefined;
  /** What the cheat-sheet says once for several commands, such as twenty labels; without it the title. */
  line?: string | undefined;
  /** tinykeys notation, e.g. `"$mod+KeyZ"`; the first that can be typed is the one shown. */
  keys: readonly string[];
  /** Whether it applies right now; a binding that does not lets the key go on to the next scope. */
  when?: (() => boolean) | undefined;
  run: () => void;
  /** For hold keys: called when the key is let go. */
  release?: (() => void) | undefined;
  /** Fire again while the key is held, e.g. for nudging. Default true. */
  repeat?: boolean | undefined;
  /** Also while typing in a field; Esc and Ctrl+Enter always do. */
  inFields?: boolean | undefined;
}

/** Two bindings of one scope that want the same key. */
export interface Conflict {
  scope: string;
  key: string;
  ids: [string, string];
}

export interface HotkeyRow {
  scope: string;
  binding: Binding;
  /** Keys in force: the labeler's own or the default ones. */
  keys: readonly string[];
  remapped: boolean;
}

export interface HotkeyRegistry {
  /**
   * Adds the bindings of a scope. Scopes added later are asked first.
   *
   * @returns removes them again.
   * @throws {HotkeyConflictError} when two of them share a default key.
   */
  register(scope: string, bindings: readonly Binding[]): () => void;
  /** Starts listening; called once by the app (tests pass their own target). */
  attach(target: Pick<Window, "addEventListener" | "removeEventListener">): () => void;
  /** Handles one event; true when a binding took it. */
  handle(event: KeyboardEvent): boolean;
  rows(): readonly HotkeyRow[];
  /** What somebody types on, as far as it is known. */
  readonly keyboard: Keyboard;
  /** Clashes the labeler's own keys produce. */
  conflicts(): readonly Conflict[];
  /** Sets a labeler's own keys; null goes back to the default. Returns what they clash with; then nothing is kept. */
  remap(id: string, keys: readonly string[] | null): readonly Conflict[];
  /** Stops all bindings while e.g. a key is being recorded; call the result to go on. */
  pause(): () => void;
  subscribe(listener: () => void): () => void;
}

/** Storage of own key maps: the part of `localStorage` that is used. */
export type KeyStorage = Pick<Storage, "getItem" | "setItem">;

const STORAGE_KEY = "labelwright.hotkeys";

/** A project or editor binds one key twice: refused at load, not discovered while working. */
export class HotkeyConflictError extends Error {
  constructor(readonly conflicts: readonly Conflict[]) {
    super(
      conflicts.map(({ scope, key, ids }) => `${scope}: ${ids.join(" and ")} both use ${key}`).join("; "),
    );
    this.name = "HotkeyConflictError";
  }
}

/** One spelling per key, so that `Shift+Digit1` and `shift+1` are seen to be the same. */
export function normalizeKeys(keys: string): string {
  const pattern = patternOf(keys);
  if (!pattern) return keys;
  const { ctrl, meta, alt, shift, key } = pattern;
  const modifiers = [alt && "alt", ctrl && "ctrl", meta && "meta", shift && "shift", shift === null && "[shift]"];
  return [...modifiers.filter(Boolean), key].join("+");
}

/** Whether some key press fits both. */
function overlap(a: string, b: string): boolean {
  const [one, other] = [patternOf(a), patternOf(b)];
  if (!one || !other) return a === b;
  const shifts = one.shift === null ? [other.shift ?? false] : [one.shift];
  return shifts.some((shift) => fits(one, { ...one, shift }) && fits(other, { ...one, shift }));
}

/** Finds keys used twice in one scope. */
export function findConflicts(scope: string, bindings: readonly Pick<Binding, "id" | "keys">[]): Conflict[] {
  const seen: { id: string; keys: string }[] = [];
  const conflicts: Conflict[] = [];
  for (const { id, keys: all } of bindings) {
    for (const keys of all) {
      const first = seen.find((one) => one.id !== id && overlap(one.keys, keys));
      if (first) conflicts.push({ scope, key: normalizeKeys(keys), ids: [first.id, id] });
      else seen.push({ id, keys });
    }
  }
  return conflicts;
}

const TEXTLESS_INPUTS = new Set([
  "button",
  "checkbox",
  "radio",
  "range",
  "color",
  "submit",
  "reset",
  "file",
  "image",
]);

/** The element as far as typing is concerned; structural, so that tests need no DOM. */
interface FieldLike {
  tagName?: string;
  type?: string;
  isContentEditable?: boolean;
}

/** Whether keys pressed there are text. */
export function isTextField(target: unknown): boolean {
  const { tagName = "", type = "", isContentEditable = false } = (target ?? {}) as FieldLike;
  const tag = tagName.toUpperCase();
  if (isContentEditable || tag === "TEXTAREA" || tag === "SELECT") return true;
  return tag === "INPUT" && !TEXTLESS_INPUTS.has(type.toLowerCase());
}

/** Whether the focused control itself wants the key: Enter and Space press buttons, arrows move radio groups. */
function controlWants(target: unknown, event: KeyboardEvent): boolean {
  const { tagName = "", type = "" } = (target ?? {}) as FieldLike;
  const tag = tagName.toUpperCase();
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain) return false;
  const presses = event.key === " " || event.key === "Enter";
  if (tag === "BUTTON" || tag === "A" || tag === "SUMMARY" || tag === "AUDIO" || tag === "VIDEO")
    return presses;
  if (tag !== "INPUT") return false;
  return event.key === " " || ((type === "radio" || type === "range") && event.key.startsWith("Arrow"));
}

const passesFields = (event: KeyboardEvent): boolean =>
  event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));

function readOwnKeys(storage: KeyStorage | null): Map<string, readonly string[]> {
  try {
    const parsed: unknown = JSON.parse(storage?.getItem(STORAGE_KEY) ?? "{}");
    if (typeof parsed !== "object" || parsed === null) return new Map();
    const valid = Object.entries(parsed).filter(
      (entry): entry is [string, string[]] =>
        Array.isArray(entry[1]) && entry[1].every((key: unknown) => typeof key === "string"),
    );
    return new Map(valid);
  } catch {
    return new Map(); // blocked or damaged storage: the default keys apply
  }
}

class Registry implements HotkeyRegistry {
  private readonly scopes: { scope: string; bindings: readonly Binding[] }[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly own: Map<string, readonly string[]>;
  private readonly held = new Map<string, Binding>();
  private paused = 0;
  private cachedRows: readonly HotkeyRow[] | null = null;

  constructor(
    private readonly storage: KeyStorage | null,
    readonly keyboard: Keyboard,
  ) {
    this.own = readOwnKeys(storage);
  }

  register(scope: string, bindings: readonly Binding[]): () => void {
    const conflicts = findConflicts(scope, bindings);
    if (conflicts.length > 0) throw new HotkeyConflictError(conflicts);
    const entry = { scope, bindings };
    this.scopes.push(entry);
    this.changed();
    return () => {
      const at = this.scopes.indexOf(entry);
      if (at < 0) return;
      this.scopes.splice(at, 1);
      for (const [code, binding] of this.held) {
        if (!bindings.includes(binding)) continue;
        this.held.delete(code);
        binding.release?.();
      }
      this.changed();
    };
  }

  attach(target: Pick<Window, "addEventListener" | "removeEventListener">): () => void {
    const down = (event: KeyboardEvent): void => {
      this.handle(event);
    };
    const up = (event: KeyboardEvent): void => this.letGo(event.code);
    const blur = (): void => [...this.held.keys()].forEach((code) => this.letGo(code));
    target.addEventListener("keydown", down);
    target.addEventListener("keyup", up);
    target.addEventListener("blur", blur);
    return () => {
      target.removeEventListener("keydown", down);
      target.removeEventListener("keyup", up);
      target.removeEventListener("blur", blur);
    };
  }

  handle(event: KeyboardEvent): boolean {
    this.keyboard.learn(event);
    if (this.paused > 0 || event.defaultPrevented) return false;
    if (controlWants(event.target, event)) return false;
    const inField = isTextField(event.target);
    return pressesOf(event, this.keyboard.latin).some((press) => this.run(press, event, inField));
  }

  /** Runs the first binding for one meaning of an event. */
  private run(press: Press, event: KeyboardEvent, inField: boolean): boolean {
    for (let i = this.scopes.length - 1; i >= 0; i -= 1) {
      const scope = this.scopes[i]!;
      for (const binding of scope.bindings) {
        if (inField && !binding.inFields && !passesFields(event)) continue;
        if (!this.keysOf(binding).some((key) => fits(patternOf(key), press))) continue;
        if (binding.when && !binding.when()) continue;
        event.preventDefault();
        if (event.repeat && (binding.repeat === false || binding.release)) return true;
        if (binding.release) this.held.set(event.code, binding);
        binding.run();
        return true;
      }
    }
    return false;
  }

  rows(): readonly HotkeyRow[] {
    this.cachedRows ??= this.scopes.flatMap(({ scope, bindings }) =>
      bindings.map((binding) => ({
        scope,
        binding,
        keys: this.keysOf(binding),
        remapped: this.own.has(binding.id),
      })),
    );
    return this.cachedRows;
  }

  conflicts(): readonly Conflict[] {
    return this.scopes.flatMap(({ scope, bindings }) =>
      findConflicts(
        scope,
        bindings.map((binding) => ({ id: binding.id, keys: this.keysOf(binding) })),
      ),
    );
  }

  remap(id: string, keys: readonly string[] | null): readonly Conflict[] {
    const before = this.own.get(id);
    if (keys === null) this.own.delete(id);
    else this.own.set(id, keys);
    const clashes = this.conflicts().filter(({ ids }) => ids.includes(id));
    if (clashes.length > 0) {
      if (before === undefined) this.own.delete(id);
      else this.own.set(id, before);
      return clashes;
    }
    try {
      this.storage?.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(this.own)));
    } catch (error) {
      console.warn("own keys are kept for this page only", error);
    }
    this.changed();
    return [];
  }

  pause(): () => void {
    this.paused += 1;
    let ended = false;
    return () => {
      if (!ended) this.paused -= 1;
      ended = true;
    };
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private keysOf(binding: Binding): readonly string[] {
    return this.own.get(binding.id) ?? binding.keys;
  }

  private letGo(code: string): void {
    const binding = this.held.get(code);
    this.held.delete(code);
    binding?.release?.();
  }

  private changed(): void {
    this.cachedRows = null;
    for (const listener of this.listeners) listener();
  }
}

/** Creates a registry; the app uses the shared `hotkeys` of `kit/hotkeys`. */
export function createHotkeyRegistry(
  storage: KeyStorage | null = null,
  keyboard: Keyboard = createKeyboard(),
): HotkeyRegistry {
  return new Registry(storage, keyboard);
}
