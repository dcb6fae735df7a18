/** After this long without input the clock stands still: nobody is paid or judged for an open, unattended tab. */
export const IDLE_AFTER_MS = 60_000;

/**
 * Counts the milliseconds somebody really worked on one task.
 *
 * Time counts while the page is visible and the last input is at most `idleAfterMs` ago. All times come from `now`
 * (milliseconds, monotonic), so the arithmetic needs no running interval.
 */
export class ActiveTimer {
  #counted: number;
  #since: number | null = null;
  #lastInput: number;

  constructor(
    private readonly now: () => number,
    startAtMs = 0,
    private readonly idleAfterMs = IDLE_AFTER_MS,
  ) {
    this.#counted = startAtMs;
    this.#lastInput = now();
    this.#since = this.#lastInput;
  }

  /** Somebody moved, typed or touched. */
  input(): void {
    if (this.#since === null) return;
    if (this.idle) {
      this.#counted = this.elapsed;
      this.#since = this.now();
    }
    this.#lastInput = this.now();
  }

  /** The page was hidden (`false`) or shown (`true`); coming back counts as input. */
  visible(shown: boolean): void {
    if (shown === (this.#since !== null)) return;
    if (shown) {
      this.#since = this.now();
      this.#lastInput = this.#since;
    } else {
      this.#counted = this.elapsed;
      this.#since = null;
    }
  }

  get idle(): boolean {
    return this.#since === null || this.now() - this.#lastInput > this.idleAfterMs;
  }

  /** Active milliseconds so far, the ones the task had before included. */
  get elapsed(): number {
    if (this.#since === null) return this.#counted;
    const until = Math.min(this.now(), this.#lastInput + this.idleAfterMs);
    return Math.round(this.#counted + Math.max(0, until - this.#since));
  }
}

/** `754000` -> `"12:34"`, with hours from one hour on: `"1:02:03"`. */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
