import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Problem, Stage, SubmitBody } from "../api";

/** Why the server will not take an answer however often it is sent. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
  problems: readonly Problem[];
}

/** One answer on its way to the server. */
export interface OutboxEntry {
  /** Position in the queue; grows, never reused. */
  seq: number;
  userId: string;
  assignmentId: string;
  taskId: string;
  taskType: string;
  project: string | null;
  stage: Stage;
  /** Holds the `submission_id`, made once and repeated with every try. */
  body: SubmitBody;
  queuedAt: number;
  refusal: Refusal | null;
}

/** Where entries survive a reload. */
export interface OutboxStore {
  /** False when entries are lost with the page (no IndexedDB: some private windows). */
  durable(): Promise<boolean>;
  all(): Promise<OutboxEntry[]>;
  put(entry: OutboxEntry): Promise<void>;
  delete(submissionId: string): Promise<void>;
}

interface OutboxSchema extends DBSchema {
  entries: { key: string; value: OutboxEntry; indexes: { seq: number } };
}

/** Keeps entries for as long as the page lives. */
export class MemoryStore implements OutboxStore {
  readonly #entries = new Map<string, OutboxEntry>();

  async durable(): Promise<boolean> {
    return false;
  }

  async all(): Promise<OutboxEntry[]> {
    return [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
  }

  async put(entry: OutboxEntry): Promise<void> {
    this.#entries.set(entry.body.submission_id, entry);
  }

  async delete(submissionId: string): Promise<void> {
    this.#entries.delete(submissionId);
  }
}

/** Keeps entries in the browser's database; opened on first use, in memory where the browser has none. */
export class IdbStore implements OutboxStore {
  readonly #memory = new MemoryStore();
  #opening: Promise<IDBPDatabase<OutboxSchema> | null> | null = null;

  constructor(private readonly name = "labelwright-outbox") {}

  async durable(): Promise<boolean> {
    return (await this.#db()) !== null;
  }

  async all(): Promise<OutboxEntry[]> {
    const db = await this.#db();
    return db ? db.getAllFromIndex("entries", "seq") : this.#memory.all();
  }

  async put(entry: OutboxEntry): Promise<void> {
    const db = await this.#db();
    if (!db) return this.#memory.put(entry);
    const change = db.transaction("entries", "readwrite", { durability: "strict" });
    await Promise.all([change.store.put(entry), change.done]);
  }

  async delete(submissionId: string): Promise<void> {
    const db = await this.#db();
    return db ? db.delete("entries", submissionId) : this.#memory.delete(submissionId);
  }

  #db(): Promise<IDBPDatabase<OutboxSchema> | null> {
    this.#opening ??= openDB<OutboxSchema>(this.name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("entries", { keyPath: "body.submission_id" }).createIndex("seq", "seq");
      },
    }).catch((error: unknown) => {
      console.warn("No IndexedDB: unsent answers live only as long as this page.", error);
      return null;
    });
    return this.#opening;
  }
}
