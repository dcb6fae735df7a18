import { createStore, type StoreApi } from "zustand/vanilla";
import { ApiError, type Draft, type DraftBody } from "../api";

/** Quiet time before a draft goes to the server; the promise is at most 3 s. */
export const DRAFT_IDLE_MS = 1_500;
/** Somebody who never pauses still gets a draft this often. */
export const DRAFT_MAX_WAIT_MS = 10_000;
/** Browsers refuse keepalive requests above 64 kB in all; the journal covers what is larger. */
const KEEPALIVE_LIMIT_BYTES = 60_000;

export type SaveStatus = "clean" | "dirty" | "saving" | "saved" | "failed";

export interface SaveState {
  status: SaveStatus;
  savedAt: string | null;
}

export interface DraftPort {
  save(body: DraftBody, keepalive: boolean): Promise<{ rev: number; saved_at: string }>;
  /** Reads the draft the server has now, after it refused ours as too old. */
  current(): Promise<Draft | null>;
  /** The server says that the lease has ended. */
  onLost?(): void;
  /** The server says that another tab writes to the task. */
  onElsewhere?(): void;
  /** Another tab or machine saved the same task meanwhile. */
  onConflict?(): void;
}

/**
 * Carries the open answer to the server soon after each pause.
 *
 * A failed save leaves the answer dirty and visible, and is tried again; a lost lease ends the saving (the heartbeat
 * tells the person).
 */
export class DraftSaver {
  readonly state: StoreApi<SaveState>;
  #rev: number;
  #dirtySince: number | null = null;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #stopped = false;
  #touched = false;

  constructor(
    private readonly port: DraftPort,
    private readonly read: () => { answer: unknown; activeMs: number },
    saved: Draft | null,
  ) {
    this.#rev = saved?.rev ?? 0;
    this.state = createStore<SaveState>(() => ({
      status: saved ? "saved" : "clean",
      savedAt: saved?.saved_at ?? null,
    }));
  }

  /** The answer changed. */
  changed(): void {
    if (this.#stopped) return;
    this.#touched = true;
    this.#dirtySince ??= Date.now();
    if (this.state.getState().status !== "saving") this.state.setState({ status: "dirty" });
    this.#schedule(Math.min(DRAFT_IDLE_MS, this.#dirtySince + DRAFT_MAX_WAIT_MS - Date.now()));
  }

  get dirty(): boolean {
    return this.#dirtySince !== null;
  }

  /** True once anything was changed here, saved or not. */
  get touched(): boolean {
    return this.#touched;
  }

  /** Saves now if anything is unsaved. With `keepalive` the page may already be on its way out. */
  async flush(keepalive = false): Promise<void> {
    clearTimeout(this.#idle);
    if (this.#stopped || this.#dirtySince === null) return;
    if (this.#running && !keepalive) {
      await this.#running;
      return this.flush();
    }
    const running = this.#save(keepalive).finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  /** No draft after the answer itself was submitted. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#idle);
  }

  #schedule(wait: number): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.flush(), Math.max(0, wait));
  }

  async #save(keepalive: boolean): Promise<void> {
    const { answer, activeMs } = this.read();
    const body: DraftBody = { rev: this.#rev + 1, answer, active_ms: activeMs };
    if (keepalive && JSON.stringify(body).length > KEEPALIVE_LIMIT_BYTES) return;
    const dirtySince = this.#dirtySince;
    this.#rev = body.rev;
    this.#dirtySince = null;
    this.state.setState({ status: "saving" });
    try {
      const { saved_at: savedAt } = await this.port.save(body, keepalive);
      this.state.setState({ status: this.#dirtySince === null ? "saved" : "dirty", savedAt });
    } catch (error) {
      this.#dirtySince = dirtySince;
      this.state.setState({ status: "failed" });
      if (this.#stopped) return;
      if (error instanceof ApiError && (error.code === "lease_lost" || error.status === 404)) {
        this.port.onLost?.();
      } else if (error instanceof ApiError && error.code === "held_elsewhere") {
        this.port.onElsewhere?.();
      } else if (error instanceof ApiError && error.code === "illegal_move") {
        // Another tab saved the same task later: number on from there, what is typed here is newest.
        const theirs = await this.port.current().catch(() => null);
        if (!theirs || theirs.rev < body.rev) return;
        this.port.onConflict?.();
        this.#rev = theirs.rev;
        this.#schedule(0);
      } else if (!(error instanceof ApiError) || error.transient || error.unauthorized) {
        this.#schedule(DRAFT_MAX_WAIT_MS / 2);
      }
    }
  }
}
