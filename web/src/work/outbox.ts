import { createStore, type StoreApi } from "zustand/vanilla";
import { ApiError, type Submitted } from "../api";
import type { OutboxEntry, OutboxStore, Refusal } from "./outboxStore";

export type { OutboxEntry, Refusal } from "./outboxStore";

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/** How long to wait before try number `tries + 1`: doubling from 1 s to 30 s, `jitter` in [0, 1) spreads the crowd. */
export function backOff(tries: number, jitter: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1)) * (0.75 + jitter / 2);
}

export type SendingState = "idle" | "sending" | "retrying" | "logged_out";

export interface OutboxState {
  /** Still to be sent, oldest first. */
  waiting: readonly OutboxEntry[];
  /** Refused by the server; kept until somebody opens the task again or throws the answer away. */
  refused: readonly OutboxEntry[];
  sending: SendingState;
  durable: boolean;
  /** Entries that are not on disk yet: a page that closes now would lose them. */
  storing: number;
}

export interface OutboxEvents {
  onSent?(entry: OutboxEntry, answer: Submitted): void;
  onRefused?(entry: OutboxEntry): void;
}

type NewEntry = Omit<OutboxEntry, "seq" | "userId" | "queuedAt" | "refusal">;

/**
 * Answers on their way to the server, in the order in which they were given.
 *
 * `put` returns at once: the entry is in the state synchronously and in IndexedDB a moment later. One entry is sent at
 * a time. An entry whose fate is unknown (no answer, 5xx, 429) is sent again with the same `submission_id`, which the
 * server recognises. A 401 stops everything until `resume`. Any other refusal sets the entry aside and goes on.
 */
export class Outbox {
  readonly state: StoreApi<OutboxState>;
  #userId = "";
  #seq = 0;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sendingNow = false;
  readonly #whenLoaded = Promise.withResolvers<void>();
  #persisting = new Map<string, Promise<void>>();

  constructor(
    private readonly store: OutboxStore,
    private readonly send: (entry: OutboxEntry) => Promise<Submitted>,
    private readonly events: OutboxEvents = {},
    private readonly random: () => number = Math.random,
  ) {
    this.state = createStore<OutboxState>(() => ({
      waiting: [],
      refused: [],
      sending: "idle",
      durable: true,
      storing: 0,
    }));
  }

  /** Takes up what this user left unsent before; other users' entries wait for their owners. */
  async start(userId: string): Promise<void> {
    this.#userId = userId;
    this.state.setState({ durable: await this.store.durable() });
    const stored = await this.store.all();
    this.#seq = Math.max(this.#seq, ...stored.map((entry) => entry.seq));
    const mine = stored.filter((entry) => entry.userId === userId);
    const { waiting, refused } = this.state.getState();
    const known = new Set([...waiting, ...refused].map((entry) => entry.body.submission_id));
    const restored = mine.filter((entry) => !known.has(entry.body.submission_id));
    this.state.setState({
      waiting: [...restored.filter((entry) => entry.refusal === null), ...waiting],
      refused: [...restored.filter((entry) => entry.refusal !== null), ...refused],
    });
    this.#whenLoaded.resolve();
    this.resume();
  }

  /** Resolves once the entries of earlier visits are known. */
  get loaded(): Promise<void> {
    return this.#whenLoaded.promise;
  }

  /** Forgets this user's entries in memory; on disk they stay. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#userId = "";
    this.state.setState({ waiting: [], refused: [], sending: "idle" });
  }

  put(entry: NewEntry): OutboxEntry {
    return this.#add(entry, null);
  }

  /** Keeps an answer that cannot be sent now (its lease is lost), so that nothing typed is ever thrown away. */
  keep(entry: NewEntry, refusal: Refusal): OutboxEntry {
    return this.#add(entry, refusal);
  }

  /** Throws a refused entry away, either because it was opened again or because its author says so. */
  async discard(submissionId: string): Promise<void> {
    this.state.setState(({ refused }) => ({
      refused: refused.filter((entry) => entry.body.submission_id !== submissionId),
    }));
    await this.#persisting.get(submissionId);
    await this.store.delete(submissionId);
  }

  /** Sends at once instead of waiting out the back-off: after log-in, and when the network is back. */
  resume(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.state.getState().sending === "logged_out") this.state.setState({ sending: "idle" });
    void this.#pump();
  }

  /** Ids of assignments whose answer is still on its way. */
  get unsentAssignments(): ReadonlySet<string> {
    return new Set(this.state.getState().waiting.map((entry) => entry.assignmentId));
  }

  #add(fresh: NewEntry, refusal: Refusal | null): OutboxEntry {
    this.#seq += 1;
    const entry: OutboxEntry = {
      ...fresh,
      seq: this.#seq,
      userId: this.#userId,
      queuedAt: Date.now(),
      refusal,
    };
    const list = refusal ? "refused" : "waiting";
    this.state.setState((state) => ({ [list]: [...state[list], entry] }));
    this.#persist(entry);
    if (!refusal && this.#timer === undefined) void this.#pump();
    return entry;
  }

  #persist(entry: OutboxEntry): void {
    const id = entry.body.submission_id;
    const writing = this.store
      .put(entry)
      // A full disk must not stop the sending: the entry is still in memory.
      .catch((error: unknown) => {
        console.warn("The answer could not be stored in this browser.", error);
        this.state.setState({ durable: false });
      })
      .finally(() => {
        if (this.#persisting.get(id) === writing) this.#persisting.delete(id);
        this.state.setState({ storing: this.#persisting.size });
      });
    this.#persisting.set(id, writing);
    this.state.setState({ storing: this.#persisting.size });
  }

  async #pump(): Promise<void> {
    if (this.#sendingNow || this.state.getState().sending === "logged_out") return;
    this.#sendingNow = true;
    try {
      for (;;) {
        const head = this.state.getState().waiting[0];
        if (!head || !(await this.#sendOne(head))) break;
      }
    } finally {
      this.#sendingNow = false;
    }
    if (this.state.getState().sending === "sending") this.state.setState({ sending: "idle" });
  }

  /** Returns whether to go on with the next entry. */
  async #sendOne(entry: OutboxEntry): Promise<boolean> {
    const id = entry.body.submission_id;
    if (this.#tries === 0) this.state.setState({ sending: "sending" });
    // Stored before it is sent: a crash in between only repeats the sending, which the server recognises.
    await this.#persisting.get(id);
    let answer: Submitted;
    try {
      answer = await this.send(entry);
    } catch (error) {
      return this.#failed(entry, error);
    }
    this.#tries = 0;
    this.#remove(id);
    await this.store
      .delete(id)
      .catch((error: unknown) => console.warn("Could not forget a sent answer.", error));
    this.events.onSent?.(entry, answer);
    return true;
  }

  #failed(entry: OutboxEntry, error: unknown): boolean {
    if (error instanceof ApiError && error.unauthorized) {
      this.state.setState({ sending: "logged_out" });
      return false;
    }
    if (!(error instanceof ApiError) || error.transient) {
      this.#tries += 1;
      this.state.setState({ sending: "retrying" });
      this.#timer = setTimeout(
        () => {
          this.#timer = undefined;
          void this.#pump();
        },
        backOff(this.#tries, this.random()),
      );
      return false;
    }
    this.#tries = 0;
    const { status, code, message, problems } = error;
    const refused: OutboxEntry = { ...entry, refusal: { status, code, message, problems } };
    this.#remove(entry.body.submission_id);
    if (entry.userId === this.#userId) {
      this.state.setState((state) => ({ refused: [...state.refused, refused] }));
    }
    this.#persist(refused);
    this.events.onRefused?.(refused);
    return true;
  }

  #remove(submissionId: string): void {
    this.state.setState(({ waiting }) => ({
      waiting: waiting.filter((entry) => entry.body.submission_id !== submissionId),
    }));
  }
}
