import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";
import { createHistory } from "./history";
import { type Journal, openJournal } from "./journal";

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

interface Doc {
  items: number[];
}

/** A document whose every edit goes to the journal. */
function journaled(journal: Journal, id: string, initial: Doc = { items: [] }) {
  const history = createHistory(initial);
  history.onChange(({ patches, doc }) => journal.append(id, { patches, doc, docVersion: 1 }));
  return history;
}

test("a reload finds every edit", async () => {
  const journal = await openJournal();
  expect(journal.persistent).toBe(true);
  const history = journaled(journal, "a1");
  for (let i = 0; i < 250; i += 1) history.edit("push", (doc) => void doc.items.push(i));
  history.undo();
  await journal.flush();
  journal.close();
  const again = await openJournal();
  const entry = await again.read<Doc>("a1");
  expect(entry?.doc).toEqual(history.doc.getState());
  expect(entry?.docVersion).toBe(1);
  again.close();
});

test("a new page starts over from its own document", async () => {
  const journal = await openJournal();
  journaled(journal, "a1").edit("push", (doc) => void doc.items.push(1));
  await journal.flush();
  journal.close();
  const second = await openJournal();
  const history = journaled(second, "a1", { items: [9] });
  history.edit("push", (doc) => void doc.items.push(10));
  history.edit("push", (doc) => void doc.items.push(11));
  expect((await second.read<Doc>("a1"))?.doc).toEqual({ items: [9, 10, 11] });
  second.close();
});

test("assignments are kept apart, listed, removed and pruned", async () => {
  const journal = await openJournal();
  const now = vi.spyOn(Date, "now");
  now.mockReturnValue(1000);
  journaled(journal, "old").edit("push", (doc) => void doc.items.push(1));
  now.mockReturnValue(5000);
  journaled(journal, "new").edit("push", (doc) => void doc.items.push(2));
  journaled(journal, "sent").edit("push", (doc) => void doc.items.push(3));
  await journal.remove("sent");
  expect(await journal.read("sent")).toBeNull();
  expect((await journal.list()).map(({ id, savedAt }) => [id, savedAt]).sort()).toEqual([
    ["new", 5000],
    ["old", 1000],
  ]);
  await journal.prune(2000);
  expect((await journal.list()).map(({ id }) => id)).toEqual(["new"]);
  journal.close();
});

test("an edit after a removal starts a new entry", async () => {
  const journal = await openJournal();
  const history = journaled(journal, "a1");
  history.edit("push", (doc) => void doc.items.push(1));
  await journal.remove("a1");
  history.edit("push", (doc) => void doc.items.push(2));
  expect((await journal.read<Doc>("a1"))?.doc).toEqual({ items: [1, 2] });
  journal.close();
});

test("without IndexedDB the work goes on in memory", async () => {
  const onError = vi.fn<(error: unknown) => void>();
  vi.stubGlobal("indexedDB", {
    open() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  const journal = await openJournal({ onError });
  expect(onError).toHaveBeenCalledOnce();
  expect(journal.persistent).toBe(false);
  const history = journaled(journal, "a1");
  history.edit("push", (doc) => void doc.items.push(1));
  expect((await journal.read<Doc>("a1"))?.doc).toEqual({ items: [1] });
  expect(await journal.list()).toHaveLength(1);
  await journal.remove("a1");
  expect(await journal.read("a1")).toBeNull();
});

test("a failed write is told, and the next edit stores the whole document", async () => {
  const onError = vi.fn<(error: unknown) => void>();
  const journal = await openJournal({ onError });
  const history = journaled(journal, "a1");
  history.edit("push", (doc) => void doc.items.push(1));
  await journal.flush();
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  history.edit("push", (doc) => void doc.items.push(2));
  await journal.flush();
  put.mockRestore();
  expect(onError).toHaveBeenCalledOnce();
  history.edit("push", (doc) => void doc.items.push(3));
  expect((await journal.read<Doc>("a1"))?.doc).toEqual({ items: [1, 2, 3] });
  journal.close();
});
