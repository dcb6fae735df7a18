import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Submitted } from "../api";
import { backOff, Outbox, type OutboxEntry, type OutboxEvents } from "./outbox";
import { IdbStore, MemoryStore, type OutboxStore } from "./outboxStore";

const submitted = (entry: OutboxEntry, repeated = false): Submitted => ({
  assignment_id: entry.assignmentId,
  task_id: entry.taskId,
  state: "submitted",
  task_status: "pending",
  repeated,
});

const answer = (name: string) => ({
  assignmentId: `a-${name}`,
  taskId: `t-${name}`,
  taskType: "categorization",
  project: "tone",
  stage: "attempt" as const,
  body: { submission_id: `s-${name}`, answer: { category: name }, active_ms: 1000 },
});

const lost = () => new ApiError(0, "no_answer", "The server cannot be reached.");

/** A server that answers as scripted and remembers what it was sent. */
function scripted(...script: (Error | "ok")[]) {
  const sent: string[] = [];
  const send = async (entry: OutboxEntry): Promise<Submitted> => {
    sent.push(entry.body.submission_id);
    const step = script.shift() ?? "ok";
    if (step instanceof Error) throw step;
    return submitted(entry);
  };
  return { sent, send };
}

let name = 0;
let store: OutboxStore;

async function started(send: (entry: OutboxEntry) => Promise<Submitted>, events: OutboxEvents = {}) {
  const outbox = new Outbox(store, send, events, () => 0.5);
  await outbox.start("ann");
  return outbox;
}

/** Lets promises and the database settle without moving the clock. */
async function settle() {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  // setImmediate stays real: the database needs it.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  name += 1;
  store = new IdbStore(`outbox-${name}`);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("backOff", () => {
  it("doubles from one second to half a minute", () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((tries) => backOff(tries, 0.5))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
  });

  it("is spread by a quarter either way", () => {
    expect(backOff(1, 0)).toBe(750);
    expect(backOff(1, 0.999)).toBeLessThan(1250);
  });
});

describe("Outbox", () => {
  it("shows an entry before anything is stored or sent", async () => {
    const { send, sent } = scripted();
    const outbox = await started(send);
    outbox.put(answer("one"));
    expect(outbox.state.getState().waiting).toHaveLength(1);
    expect(sent).toEqual([]);
    expect(outbox.unsentAssignments).toEqual(new Set(["a-one"]));
  });

  it("sends in order, one at a time, and empties the database", async () => {
    let running = 0;
    const order: string[] = [];
    const outbox = await started(async (entry) => {
      running += 1;
      expect(running).toBe(1);
      await settle();
      order.push(entry.body.submission_id);
      running -= 1;
      return submitted(entry);
    });
    for (const each of ["one", "two", "three"]) outbox.put(answer(each));
    for (let round = 0; round < 10; round += 1) await settle();
    expect(order).toEqual(["s-one", "s-two", "s-three"]);
    expect(outbox.state.getState()).toMatchObject({ waiting: [], sending: "idle" });
    expect(await store.all()).toEqual([]);
  });

  it("is stored before it is sent", async () => {
    const inStore: number[] = [];
    const outbox = await started(async (entry) => {
      inStore.push((await store.all()).length);
      return submitted(entry);
    });
    outbox.put(answer("one"));
    await settle();
    expect(inStore).toEqual([1]);
  });

  it("repeats an unanswered entry with the same submission id and keeps later ones behind it", async () => {
    const { send, sent } = scripted(lost(), new ApiError(503, "unavailable", "Busy."), "ok", "ok");
    const outbox = await started(send);
    outbox.put(answer("one"));
    outbox.put(answer("two"));
    await settle();
    expect(sent).toEqual(["s-one"]);
    expect(outbox.state.getState().sending).toBe("retrying");
    await vi.advanceTimersByTimeAsync(999);
    await settle();
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await settle();
    expect(sent).toEqual(["s-one", "s-one"]);
    await vi.advanceTimersByTimeAsync(2000);
    await settle();
    expect(sent).toEqual(["s-one", "s-one", "s-one", "s-two"]);
    expect(outbox.state.getState().waiting).toEqual([]);
  });

  it("does not jump the back-off when another answer comes", async () => {
    const { send, sent } = scripted(lost());
    const outbox = await started(send);
    outbox.put(answer("one"));
    await settle();
    outbox.put(answer("two"));
    await settle();
    expect(sent).toEqual(["s-one"]);
  });

  it("sends at once when the network is back", async () => {
    const { send, sent } = scripted(lost());
    const outbox = await started(send);
    outbox.put(answer("one"));
    await settle();
    outbox.resume();
    await settle();
    expect(sent).toEqual(["s-one", "s-one"]);
  });

  it("survives a reload, in order, refused entries included", async () => {
    const before = scripted(new ApiError(400, "invalid_answer", "No."), lost(), lost());
    const first = await started(before.send);
    for (const each of ["bad", "one", "two"]) first.put(answer(each));
    await settle();
    first.stop();
    const after = scripted();
    const outbox = new Outbox(store, after.send, {}, () => 0.5);
    await outbox.start("ann");
    await settle();
    expect(after.sent).toEqual(["s-one", "s-two"]);
    expect(outbox.state.getState().refused.map((entry) => entry.refusal?.code)).toEqual(["invalid_answer"]);
  });

  it("numbers on after a reload, so that a new answer comes last", async () => {
    const first = await started(scripted(lost()).send);
    first.put(answer("old"));
    await settle();
    first.stop();
    const after = scripted(lost(), "ok", "ok");
    const outbox = new Outbox(store, after.send, {}, () => 0.5);
    await outbox.start("ann");
    await settle();
    outbox.put(answer("new"));
    await vi.advanceTimersByTimeAsync(1000);
    await settle();
    expect(after.sent).toEqual(["s-old", "s-old", "s-new"]);
  });

  it("stops at a 401 until somebody is logged in again", async () => {
    const { send, sent } = scripted(new ApiError(401, "unauthorized", "Log in."));
    const outbox = await started(send);
    outbox.put(answer("one"));
    await settle();
    expect(outbox.state.getState().sending).toBe("logged_out");
    await vi.advanceTimersByTimeAsync(60_000);
    outbox.put(answer("two"));
    await settle();
    expect(sent).toEqual(["s-one"]);
    outbox.resume();
    await settle();
    expect(sent).toEqual(["s-one", "s-one", "s-two"]);
    expect(outbox.state.getState()).toMatchObject({ waiting: [], refused: [], sending: "idle" });
  });

  it("sets a refused answer aside with its problems and goes on", async () => {
    const problems = [{ path: "category", message: "is not a choice", code: "choice" }];
    const { send, sent } = scripted(new ApiError(400, "invalid_answer", "It does not fit.", problems));
    const refused: OutboxEntry[] = [];
    const outbox = await started(send, { onRefused: (entry) => refused.push(entry) });
    outbox.put(answer("bad"));
    outbox.put(answer("good"));
    await settle();
    expect(sent).toEqual(["s-bad", "s-good"]);
    expect(refused).toHaveLength(1);
    expect(outbox.state.getState().refused[0]?.refusal).toEqual({
      status: 400,
      code: "invalid_answer",
      message: "It does not fit.",
      problems,
    });
    await outbox.discard("s-bad");
    expect(outbox.state.getState().refused).toEqual([]);
    expect(await store.all()).toEqual([]);
  });

  it("leaves other people's answers to them", async () => {
    const first = await started(scripted(lost()).send);
    first.put(answer("one"));
    await settle();
    first.stop();
    const { send, sent } = scripted();
    const outbox = new Outbox(store, send, {}, () => 0.5);
    await outbox.start("bob");
    await settle();
    expect(sent).toEqual([]);
    expect(outbox.state.getState().waiting).toEqual([]);
    expect(await store.all()).toHaveLength(1);
  });

  it("keeps an answer aside without sending it", async () => {
    const { send, sent } = scripted();
    const outbox = await started(send);
    outbox.keep(answer("late"), { status: 409, code: "lease_lost", message: "", problems: [] });
    await settle();
    expect(sent).toEqual([]);
    expect((await store.all()).map((entry) => entry.refusal?.code)).toEqual(["lease_lost"]);
  });

  it("goes on in memory when the browser stores nothing, and says so", async () => {
    store = new MemoryStore();
    const { send, sent } = scripted();
    const outbox = await started(send);
    expect(outbox.state.getState().durable).toBe(false);
    outbox.put(answer("one"));
    await settle();
    expect(sent).toEqual(["s-one"]);
  });

  it("still sends when storing fails, and says that it is not durable", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.spyOn(store, "put").mockRejectedValue(new Error("quota"));
    const { send, sent } = scripted();
    const outbox = await started(send);
    outbox.put(answer("one"));
    await settle();
    expect(sent).toEqual(["s-one"]);
    expect(outbox.state.getState().durable).toBe(false);
  });
});
