import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { apply, type Patches } from "mutative";

/** What the journal knows about an unfinished assignment. */
export interface JournalEntry<D> {
  doc: D;
  /** Milliseconds since 1970 of the last edit. */
  savedAt: number;
  docVersion: number;
}

export interface Journal {
  /** False when the browser offers no storage: edits then live in this page only. */
  readonly persistent: boolean;
  /** Records an edit; the write starts at once and never throws. */
  append(id: string, change: { patches: Patches<true>; doc: object; docVersion: number }): void;
  /** The last document of an assignment, or null; waits for pending writes. */
  read<D>(id: string): Promise<JournalEntry<D> | null>;
  /** Forgets an assignment: after a submit or skip. */
  remove(id: string): Promise<void>;
  /** Assignments with unsent edits. */
  list(): Promise<{ id: string; savedAt: number }[]>;
  /** Drops entries not touched since `before` (milliseconds since 1970). */
  prune(before: number): Promise<void>;
  /** Resolves when everything appended so far is stored. */
  flush(): Promise<void>;
  close(): void;
}

interface Head {
  id: string;
  /** Whole document at `base`; the patches with a larger sequence number follow. */
  doc: object;
  base: number;
  docVersion: number;
  savedAt: number;
}

interface Line {
  id: string;
  seq: number;
  patches: Patches<true>;
  savedAt: number;
}

interface Schema extends DBSchema {
  heads: { key: string; value: Head };
  lines: { key: [string, number]; value: Line };
}

/** Patches kept before the document is written whole again: bounds the time of a restore. */
const LINES_PER_HEAD = 100;

const lineRange = (id: string): IDBKeyRange => IDBKeyRange.bound([id, -Infinity], [id, Infinity]);

/** Journal of a page without storage, e.g. private windows of some browsers. */
function memoryJournal(): Journal {
  const entries = new Map<string, JournalEntry<unknown>>();
  return {
    persistent: false,
    append(id, { doc, docVersion }) {
      entries.set(id, { doc, docVersion, savedAt: Date.now() });
    },
    read: async <D>(id: string) => (entries.get(id) as JournalEntry<D> | undefined) ?? null,
    async remove(id) {
      entries.delete(id);
    },
    list: async () => [...entries].map(([id, { savedAt }]) => ({ id, savedAt })),
    async prune(before) {
      for (const [id, entry] of entries) if (entry.savedAt < before) entries.delete(id);
    },
    flush: async () => undefined,
    close: () => undefined,
  };
}

interface Writer {
  /** Sequence number of the last line queued; -1 before the first head of this page. */
  seq: number;
  sinceHead: number;
}

class IdbJournal implements Journal {
  readonly persistent = true;
  private readonly writers = new Map<string, Writer>();
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: IDBPDatabase<Schema>,
    private readonly onError: (error: unknown) => void,
  ) {}

  append(
    id: string,
    { patches, doc, docVersion }: { patches: Patches<true>; doc: object; docVersion: number },
  ): void {
    const savedAt = Date.now();
    const writer = this.writers.get(id);
    // The first edit of a page stores the whole document: older lines may belong to another start.
    if (!writer || writer.sinceHead >= LINES_PER_HEAD) {
      const seq = (writer?.seq ?? 0) + 1;
      this.writers.set(id, { seq, sinceHead: 0 });
      this.enqueue(() => this.writeHead({ id, doc, base: seq, docVersion, savedAt }));
      return;
    }
    writer.seq += 1;
    writer.sinceHead += 1;
    const line: Line = { id, seq: writer.seq, patches, savedAt };
    this.enqueue(async () => {
      await this.db.put("lines", line);
    });
  }

  async read<D>(id: string): Promise<JournalEntry<D> | null> {
    await this.flush();
    const tx = this.db.transaction(["heads", "lines"]);
    const [head, lines] = await Promise.all([
      tx.objectStore("heads").get(id),
      tx.objectStore("lines").getAll(lineRange(id)),
    ]);
    await tx.done;
    if (!head) return null;
    let doc = head.doc;
    let savedAt = head.savedAt;
    for (const line of lines) {
      if (line.seq <= head.base) continue;
      doc = apply(doc, line.patches);
      savedAt = line.savedAt;
    }
    return { doc: doc as D, savedAt, docVersion: head.docVersion };
  }

  remove(id: string): Promise<void> {
    this.writers.delete(id);
    return this.enqueue(async () => {
      const tx = this.db.transaction(["heads", "lines"], "readwrite");
      await Promise.all([
        tx.objectStore("heads").delete(id),
        tx.objectStore("lines").delete(lineRange(id)),
        tx.done,
      ]);
    });
  }

  async list(): Promise<{ id: string; savedAt: number }[]> {
    await this.flush();
    const heads = await this.db.getAll("heads");
    return Promise.all(
      heads.map(async (head) => {
        const last = (await this.db.getAll("lines", lineRange(head.id))).at(-1);
        return { id: head.id, savedAt: Math.max(head.savedAt, last?.savedAt ?? 0) };
      }),
    );
  }

  async prune(before: number): Promise<void> {
    for (const { id, savedAt } of await this.list()) if (savedAt < before) await this.remove(id);
  }

  flush(): Promise<void> {
    return this.queue;
  }

  close(): void {
    this.db.close();
  }

  private async writeHead(head: Head): Promise<void> {
    const tx = this.db.transaction(["heads", "lines"], "readwrite");
    await Promise.all([
      tx.objectStore("lines").delete(lineRange(head.id)),
      tx.objectStore("heads").put(head),
      tx.done,
    ]);
  }

  /** Writes run one after the other: a head must never overtake a line. */
  private enqueue(write: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(write).catch((error: unknown) => {
      this.writers.clear(); // the next edit stores the whole document again
      this.onError(error);
    });
    return this.queue;
  }
}

/**
 * Opens the journal; falls back to memory when IndexedDB is missing, blocked or broken.
 *
 * @param options.name database name.
 * @param options.onError told about failed writes (quota, closed database); the work goes on.
 */
export async function openJournal(
  options: { name?: string; onError?: (error: unknown) => void } = {},
): Promise<Journal> {
  const { name = "labelwright-journal", onError = (error) => console.error("journal", error) } = options;
  if (typeof IDBKeyRange === "undefined") return memoryJournal();
  try {
    const db = await openDB<Schema>(name, 1, {
      upgrade(database) {
        database.createObjectStore("heads", { keyPath: "id" });
        database.createObjectStore("lines", { keyPath: ["id", "seq"] });
      },
      blocking() {
        db.close();
      },
    });
    return new IdbJournal(db, onError);
  } catch (error) {
    onError(error);
    return memoryJournal();
  }
}
