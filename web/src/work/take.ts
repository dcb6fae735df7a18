import { createStore, type StoreApi } from "zustand/vanilla";
import { ApiError, type Assignment, type Beat, type Claim, type Stage } from "../api";

/** Tasks held in reserve behind the one on screen. */
export const LOOKAHEAD = 2;
/** The server hands out at most this many in one claim. */
const MAX_CLAIM = 5;
export const HEARTBEAT_MS = 60_000;
const EMPTY_POLL_MS = 10_000;
const RETRY_MS = 3_000;

export type TakeStatus = "loading" | "ready" | "empty" | "failed";

export interface TakeState {
  status: TakeStatus;
  current: Assignment | null;
  /** Reserved and being prefetched, in the order in which they will be shown. */
  next: readonly Assignment[];
  /** True when the lease on `current` ended while it was on screen. */
  currentLost: boolean;
  error: ApiError | null;
}

export interface TakePort {
  claim(body: Claim): Promise<{ assignments: Assignment[] }>;
  open(id: string): Promise<Assignment>;
  /** Takes a task again whose lease ran out, if nobody else has it. */
  retake(id: string): Promise<Assignment>;
  release(id: string, keepalive: boolean): Promise<unknown>;
  heartbeat(ids: string[]): Promise<Beat>;
  /** Assignments whose answer is still on its way: the server believes they are open, we know better. */
  unsent(): ReadonlySet<string>;
  /** Whether what is on screen is only shown here: its lease is for the tab that writes to prolong. */
  readOnly?(): boolean;
}

export interface TakeEvents {
  /** `assignment` was on screen and is no longer held. */
  onLost?(assignment: Assignment): void;
  /** A tab of another browser, or another tab of this one, writes to what is on screen. */
  onElsewhere?(id: string): void;
}

/** The assignments of `answer` that can be lined up behind `current`, those already lined up first. */
export function lineUp(
  answer: readonly Assignment[],
  current: Assignment | null,
  next: readonly Assignment[],
  gone: ReadonlySet<string>,
): Assignment[] {
  const taken = new Set([...gone, ...next.map(({ id }) => id), ...(current ? [current.id] : [])]);
  return [...next.filter(({ id }) => !gone.has(id)), ...answer.filter(({ id }) => !taken.has(id))];
}

/**
 * Holds one task on screen and two in reserve.
 *
 * Reserved tasks are not opened: the server counts a task as seen only after `open`, sent when it is shown. Moving on
 * never waits for the network as long as something is in reserve.
 */
export class Taker {
  readonly state: StoreApi<TakeState>;
  /** Submitted, skipped or lost in this visit: a late claim answer must not bring them back. */
  readonly #gone = new Set<string>();
  #claiming: Promise<void> | null = null;
  #claimAgain = false;
  #poll: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;
  #left = false;
  /** What this page has told the server to be open here. */
  readonly #opened = new Set<string>();

  constructor(
    private readonly port: TakePort,
    private readonly stage: Stage,
    private readonly project: string | null,
    private readonly events: TakeEvents = {},
  ) {
    this.state = createStore<TakeState>(() => ({
      status: "loading",
      current: null,
      next: [],
      currentLost: false,
      error: null,
    }));
  }

  /** Starts taking; with `first` that assignment is shown before anything else. */
  start(first: Assignment | null = null): void {
    this.#left = false;
    if (first) this.#show(first, []);
    this.#beat = setInterval(() => void this.heartbeat(), HEARTBEAT_MS);
    void this.refill();
  }

  /** The task on screen is done with (submitted or skipped): shows the next one at once. */
  advance(): void {
    const { current, next } = this.state.getState();
    if (current) this.#gone.add(current.id);
    const [head, ...rest] = next;
    if (head) this.#show(head, rest);
    else this.state.setState({ status: "loading", current: null, next: [], currentLost: false });
    void this.refill();
  }

  /** Puts a task on screen out of turn; the one on screen waits behind it. */
  bringToFront(assignment: Assignment): void {
    const { current, next } = this.state.getState();
    this.#gone.delete(assignment.id);
    if (current?.id === assignment.id) return;
    const rest = [...(current ? [current] : []), ...next].filter(({ id }) => id !== assignment.id);
    this.#show(assignment, rest);
  }

  /** Tries to get a lost task back. Resolves to false when it is somebody else's now. */
  async reclaim(): Promise<boolean> {
    const { current } = this.state.getState();
    if (!current) return false;
    let retaken: Assignment;
    try {
      retaken = await this.port.retake(current.id);
    } catch (error) {
      if (error instanceof ApiError && !error.transient && !error.unauthorized) return false;
      throw error;
    }
    this.#goOnWith(current.id, retaken);
    void this.refill();
    return true;
  }

  /** Says "still here" for everything held, answers on their way included. */
  async heartbeat(): Promise<void> {
    const { current, next, currentLost } = this.state.getState();
    const mine = current && !currentLost && !this.port.readOnly?.();
    const ids = [...(mine ? [current] : []), ...next].map(({ id }) => id);
    const unsent = [...this.port.unsent()];
    if (ids.length + unsent.length === 0) return;
    try {
      clearTimeout(this.#late);
      const { lost, elsewhere = [] } = await this.port.heartbeat([...new Set([...ids, ...unsent])]);
      this.#dropLost(new Set(lost.filter((id) => !unsent.includes(id))));
      if (mine && elsewhere.includes(current.id)) this.events.onElsewhere?.(current.id);
      this.#late = undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // The network tells when it is back, but not everywhere: the lease is asked for until there is an answer.
      if (error.transient && !this.#left) {
        clearTimeout(this.#late);
        this.#late = setTimeout(() => void this.heartbeat(), RETRY_MS);
      }
    }
  }

  /** Refills if the reserve is short, e.g. because answers on their way counted as held. */
  topUp(): void {
    if (this.state.getState().next.length < LOOKAHEAD && !this.#left) void this.refill();
  }

  /** Claims until two tasks are in reserve; calls during a claim are folded into one more claim. */
  refill(): Promise<void> {
    // A lost task might be claimed anew behind its own back; first its author decides about it.
    if (this.state.getState().currentLost) return Promise.resolve();
    if (this.#claiming) {
      this.#claimAgain = true;
      return this.#claiming;
    }
    clearTimeout(this.#poll);
    const claiming = this.#claim().finally(() => {
      this.#claiming = null;
      if (this.#claimAgain && !this.#left) {
        this.#claimAgain = false;
        void this.refill();
      }
    });
    this.#claiming = claiming;
    return claiming;
  }

  /** Gives reserved tasks back; the open one stays with its author until the lease ends. */
  leave(): void {
    this.#left = true;
    clearTimeout(this.#poll);
    clearInterval(this.#beat);
    clearTimeout(this.#late);
    for (const { id, state } of this.state.getState().next) {
      this.#gone.add(id);
      // One that was opened may hold a draft: it stays with its author.
      if (state !== "reserved") continue;
      // Best effort: an unreleased reservation ends by itself after three minutes.
      this.port.release(id, true).catch(() => undefined);
    }
    this.state.setState({ next: [] });
  }

  async #claim(): Promise<void> {
    const unsent = this.port.unsent();
    const count = Math.min(MAX_CLAIM, 1 + LOOKAHEAD + unsent.size);
    try {
      const { assignments } = await this.port.claim({
        stage: this.stage,
        project: this.project,
        count,
      });
      if (this.#left) this.#giveBack(assignments);
      else this.#receive(assignments);
    } catch (error) {
      if (this.#left) return;
      if (!(error instanceof ApiError)) throw error;
      this.state.setState((state) => ({ error, status: state.current ? "ready" : "failed" }));
      this.#pollIn(RETRY_MS);
    }
  }

  #receive(assignments: readonly Assignment[]): void {
    const { current, next } = this.state.getState();
    const gone = new Set([...this.#gone, ...this.port.unsent()]);
    const line = lineUp(assignments, current, next, gone);
    if (current) {
      this.state.setState({ next: line, error: null });
      return;
    }
    const [head, ...rest] = line;
    if (head) {
      this.#show(head, rest);
    } else {
      this.state.setState({ status: "empty", next: [], error: null });
      this.#pollIn(EMPTY_POLL_MS);
    }
  }

  #giveBack(assignments: readonly Assignment[]): void {
    const { current } = this.state.getState();
    for (const { id, state } of assignments) {
      if (state === "reserved" && id !== current?.id) this.port.release(id, true).catch(() => undefined);
    }
  }

  #show(assignment: Assignment, next: readonly Assignment[]): void {
    this.state.setState({ status: "ready", current: assignment, next, currentLost: false, error: null });
    // Also what was opened before: this tab has to be the one that writes to it.
    if (!this.#opened.has(assignment.id)) void this.#open(assignment);
  }

  async #open(assignment: Assignment): Promise<void> {
    try {
      const opened = await this.port.open(assignment.id);
      this.#opened.add(assignment.id);
      this.#noteLease(opened);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!error.transient && !error.unauthorized) await this.#openLate(assignment);
      else setTimeout(() => this.#openAgain(assignment.id), RETRY_MS);
    }
  }

  /** The reservation ran out before the task was shown: it may still be free. */
  async #openLate(assignment: Assignment): Promise<void> {
    const retaken = await this.port.retake(assignment.id).catch(() => null);
    if (!retaken) {
      this.#dropLost(new Set([assignment.id]));
      return;
    }
    this.#goOnWith(assignment.id, retaken);
  }

  /** A task that was taken again may have a new assignment: answers to the old one are refused. */
  #goOnWith(id: string, retaken: Assignment): void {
    this.#opened.add(retaken.id);
    this.#gone.delete(retaken.id);
    const { current, next } = this.state.getState();
    if (retaken.id === id || current?.id !== id) {
      this.#noteLease(retaken);
      if (current?.id === id) this.state.setState({ currentLost: false });
      return;
    }
    this.#gone.add(id);
    this.#show(retaken, next.filter((waiting) => waiting.id !== retaken.id));
  }

  #openAgain(id: string): void {
    const { current } = this.state.getState();
    if (!this.#left && current?.id === id && !this.#opened.has(id)) void this.#open(current);
  }

  #noteLease({ id, state, lease_until, opened_at, elsewhere }: Assignment): void {
    if (elsewhere && this.state.getState().current?.id === id) this.events.onElsewhere?.(id);
    this.state.setState(({ current, next }) => ({
      // Only the lease is news: swapping the whole task would rebuild the editor under the person's hands.
      current: current?.id === id ? { ...current, state, lease_until, opened_at } : current,
      next: next.map((waiting) =>
        waiting.id === id ? { ...waiting, state, lease_until, opened_at } : waiting,
      ),
    }));
  }

  #dropLost(lost: ReadonlySet<string>): void {
    if (lost.size === 0) return;
    for (const id of lost) this.#gone.add(id);
    const { current, next } = this.state.getState();
    this.state.setState({ next: next.filter(({ id }) => !lost.has(id)) });
    if (current && lost.has(current.id)) {
      this.state.setState({ currentLost: true });
      this.events.onLost?.(current);
    }
    void this.refill();
  }

  #pollIn(ms: number): void {
    clearTimeout(this.#poll);
    this.#poll = setTimeout(() => void this.refill(), ms);
  }
}
