import { nanoid } from "nanoid";
import { createStore, type StoreApi } from "zustand/vanilla";

/** What tabs of one browser tell one another about the task on their screens. */
type Message =
  | { kind: "open"; id: string; tab: string }
  | { kind: "held"; id: string; tab: string; to: string }
  | { kind: "take"; id: string; tab: string }
  | { kind: "saved"; id: string; tab: string; to: string };

/** The part of `BroadcastChannel` that is used; replaced in tests. */
export interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  close(): void;
}

export interface TabState {
  /** The assignment that another tab works on; this one only shows it. */
  elsewhere: string | null;
  /** Whether the server says so: the other tab is on another machine, or does not answer. */
  far: boolean;
}

const NAME = "labelwright-tasks";
/** Milliseconds to wait for the other tab's save; it may be asleep. */
const SAVE_WAIT = 2_000;
/** Milliseconds within which a tab that is awake says that it has a task. */
const ANSWER_WAIT = 250;

const browserChannel = (): Channel | null =>
  typeof BroadcastChannel === "undefined" ? null : (new BroadcastChannel(NAME) as unknown as Channel);

/**
 * Lets one tab work on a task: a second one that shows it is read-only until it takes over.
 *
 * Tabs of one browser tell one another; of tabs elsewhere the server tells.
 *
 * @param save stores what is not saved yet; called when another tab takes over.
 */
export class TabGuard {
  readonly state: StoreApi<TabState>;
  readonly #tab = nanoid();
  readonly #channel: Channel | null;
  #id: string | null = null;
  #saved: (() => void) | null = null;

  constructor(
    private readonly save: () => Promise<void>,
    channel: () => Channel | null = browserChannel,
  ) {
    this.state = createStore<TabState>(() => ({ elsewhere: null, far: false }));
    this.#channel = channel();
    this.#channel?.addEventListener("message", ({ data }) => this.#receive(data as Message));
  }

  /** This tab shows an assignment now; null when it shows none. */
  show(id: string | null): void {
    if (id === this.#id) return;
    this.#id = id;
    this.state.setState({ elsewhere: null, far: false });
    if (id !== null) this.#send({ kind: "open", id, tab: this.#tab });
  }

  /** The server says that another tab works on an assignment. */
  noteFar(id: string): void {
    if (id === this.#id && this.state.getState().elsewhere === null) this.state.setState({ elsewhere: id, far: true });
  }

  /** Resolves once another tab of this browser has had the time to say that it has the task on screen. */
  async answered(): Promise<void> {
    if (this.#channel) await new Promise((resolve) => setTimeout(resolve, ANSWER_WAIT));
  }

  /**
   * Makes the other tab of this browser save and step back; resolves when it has, or does not answer.
   *
   * @returns whether it answered: it shares the journal with this one.
   */
  async takeOver(): Promise<boolean> {
    const id = this.#id;
    if (id === null || !this.#channel) return false;
    const answered = await new Promise<boolean>((resolve) => {
      this.#saved = () => resolve(true);
      setTimeout(() => resolve(false), SAVE_WAIT);
      this.#send({ kind: "take", id, tab: this.#tab });
    });
    this.#saved = null;
    return answered;
  }

  close(): void {
    this.#id = null;
    this.#channel?.close();
  }

  #send(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #receive(message: Message): void {
    if (message.id !== this.#id) return;
    const mine = this.state.getState().elsewhere === null;
    if (message.kind === "open" && mine)
      this.#send({ kind: "held", id: message.id, tab: this.#tab, to: message.tab });
    else if (message.kind === "held" && message.to === this.#tab) this.state.setState({ elsewhere: message.id, far: false });
    else if (message.kind === "take" && mine) void this.#giveUp(message);
    else if (message.kind === "saved" && message.to === this.#tab) this.#saved?.();
  }

  async #giveUp({ id, tab }: Message): Promise<void> {
    this.state.setState({ elsewhere: id, far: false });
    try {
      await this.save();
    } finally {
      this.#send({ kind: "saved", id, tab: this.#tab, to: tab });
    }
  }
}
