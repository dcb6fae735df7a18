import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Draft, type DraftBody } from "../api";
import { DRAFT_IDLE_MS, DRAFT_MAX_WAIT_MS, DraftSaver } from "./draft";

const SAVED_AT = "2026-11-22T12:00:00.000Z";

function setUp(saved: Draft | null = null) {
  const bodies: DraftBody[] = [];
  const fail: Error[] = [];
  const said: string[] = [];
  let current: Draft | null = null;
  let answer: unknown = { category: "a" };
  const saver = new DraftSaver(
    {
      save: async (body) => {
        bodies.push(body);
        const error = fail.shift();
        if (error) throw error;
        return { rev: body.rev, saved_at: SAVED_AT };
      },
      current: async () => current,
      onLost: () => said.push("lost"),
      onConflict: () => said.push("conflict"),
    },
    () => ({ answer, activeMs: 7 }),
    saved,
  );
  return {
    saver,
    bodies,
    fail,
    said,
    write: (value: unknown) => {
      answer = value;
      saver.changed();
    },
    serverHas: (draft: Draft) => {
      current = draft;
    },
    status: () => saver.state.getState().status,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("DraftSaver", () => {
  it("promises a draft within three seconds of silence", () => {
    expect(DRAFT_IDLE_MS).toBeLessThanOrEqual(3_000);
  });

  it("saves once after a pause, with the newest answer and the next revision", async () => {
    const { bodies, write, status } = setUp({ rev: 4, answer: null, saved_at: SAVED_AT });
    write({ category: "b" });
    write({ category: "c" });
    expect(status()).toBe("dirty");
    await vi.advanceTimersByTimeAsync(DRAFT_IDLE_MS);
    expect(bodies).toEqual([{ rev: 5, answer: { category: "c" }, active_ms: 7 }]);
    expect(status()).toBe("saved");
  });

  it("does not wait for ever for somebody who never pauses", async () => {
    const { bodies, write } = setUp();
    for (let ms = 0; ms <= DRAFT_MAX_WAIT_MS; ms += 500) {
      write(ms);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(bodies.length).toBeGreaterThanOrEqual(1);
  });

  it("saves nothing when nothing changed", async () => {
    const { saver, bodies } = setUp();
    await saver.flush();
    expect(bodies).toEqual([]);
    expect(saver.touched).toBe(false);
  });

  it("stays dirty after a failed save and tries again", async () => {
    const { saver, bodies, fail, write, status } = setUp();
    fail.push(new ApiError(0, "no_answer", "down"));
    write("x");
    await vi.advanceTimersByTimeAsync(DRAFT_IDLE_MS);
    expect(status()).toBe("failed");
    expect(saver.dirty).toBe(true);
    await vi.advanceTimersByTimeAsync(DRAFT_MAX_WAIT_MS);
    expect(status()).toBe("saved");
    expect(bodies.map(({ rev }) => rev)).toEqual([1, 2]);
  });

  it("numbers on from a later draft of another tab", async () => {
    const { bodies, fail, write, serverHas, status } = setUp();
    fail.push(new ApiError(409, "illegal_move", "older"));
    serverHas({ rev: 9, answer: "theirs", saved_at: SAVED_AT });
    write("mine");
    await vi.advanceTimersByTimeAsync(DRAFT_IDLE_MS);
    await vi.advanceTimersByTimeAsync(1);
    expect(bodies.map(({ rev }) => rev)).toEqual([1, 10]);
    expect(bodies.at(-1)?.answer).toBe("mine");
    expect(status()).toBe("saved");
  });

  it("gives up on a 409 that no later draft explains, instead of trying for ever", async () => {
    const { bodies, fail, write } = setUp();
    fail.push(new ApiError(409, "illegal_move", "submitted already"));
    write("mine");
    await vi.advanceTimersByTimeAsync(10 * DRAFT_MAX_WAIT_MS);
    expect(bodies).toHaveLength(1);
  });

  it("does not repeat a save for a lost lease", async () => {
    const { bodies, fail, write } = setUp();
    fail.push(new ApiError(409, "lease_lost", "gone"));
    write("mine");
    await vi.advanceTimersByTimeAsync(10 * DRAFT_MAX_WAIT_MS);
    expect(bodies).toHaveLength(1);
  });

  it("f06: says at once that the lease is gone, and that somebody else saved the task", async () => {
    const { fail, said, write, serverHas } = setUp();
    fail.push(new ApiError(409, "illegal_move", "older"));
    serverHas({ rev: 9, answer: "theirs", saved_at: SAVED_AT });
    write("mine");
    await vi.advanceTimersByTimeAsync(DRAFT_IDLE_MS + 1);
    expect(said).toEqual(["conflict"]);
    fail.push(new ApiError(409, "lease_lost", "gone"));
    write("more");
    await vi.advanceTimersByTimeAsync(DRAFT_IDLE_MS);
    expect(said).toEqual(["conflict", "lost"]);
  });

  it("flushes at once when the page goes, unless it is too large for that", async () => {
    const { saver, bodies, write } = setUp();
    write("x".repeat(70_000));
    await saver.flush(true);
    expect(bodies).toEqual([]);
    write("small");
    await saver.flush(true);
    expect(bodies).toHaveLength(1);
  });

  it("saves no draft after the answer itself is on its way", async () => {
    const { saver, bodies, write } = setUp();
    write("x");
    saver.stop();
    await vi.advanceTimersByTimeAsync(DRAFT_MAX_WAIT_MS);
    await saver.flush();
    expect(bodies).toEqual([]);
  });

  it("waits for a running save before the next one", async () => {
    const { saver, bodies, write } = setUp();
    write("one");
    const first = saver.flush();
    write("two");
    await saver.flush();
    await first;
    expect(bodies.map(({ answer, rev }) => [rev, answer])).toEqual([
      [1, "one"],
      [2, "two"],
    ]);
  });
});
