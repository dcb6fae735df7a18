import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Assignment, type Claim } from "../api";
import { HEARTBEAT_MS, lineUp, type TakePort, Taker } from "./take";

const assignment = (id: string, state: Assignment["state"] = "reserved"): Assignment => ({
  id,
  stage: "attempt",
  state,
  lease_until: "2026-11-22T12:03:00.000Z",
  opened_at: null,
  active_ms: 0,
  task: {
    task_id: `t-${id}`,
    type: "categorization",
    project: "tone",
    batch: null,
    instruction: "",
    params: {},
    attachments: [],
    priority: 0,
    created_at: "2026-11-22T12:00:00.000Z",
  },
  draft: null,
  base: null,
  comments: [],
});

const conflict = () => new ApiError(409, "lease_lost", "Somebody else has it.");

/** A server with a queue of tasks, as far as the taker sees it. */
class Server implements TakePort {
  readonly queue: string[];
  readonly held = new Map<string, Assignment>();
  readonly claims: Claim[] = [];
  readonly opened: string[] = [];
  readonly released: string[] = [];
  readonly beats: string[][] = [];
  readonly waiting = new Set<string>();
  lost = new Set<string>();
  taken = new Set<string>();
  down = false;

  constructor(...queue: string[]) {
    this.queue = queue;
  }

  async claim(body: Claim) {
    if (this.down) throw new ApiError(0, "no_answer", "down");
    this.claims.push(body);
    const count = body.count ?? 1;
    while (this.held.size < count && this.queue.length > 0) {
      const id = this.queue.shift() as string;
      this.held.set(id, assignment(id));
    }
    const byState = [...this.held.values()].sort((a, b) => a.state.localeCompare(b.state));
    return { assignments: byState.slice(0, count).map((each) => ({ ...each })) };
  }

  async open(id: string): Promise<Assignment> {
    this.opened.push(id);
    if (this.down) throw new ApiError(0, "no_answer", "down");
    if (this.lost.has(id)) throw conflict();
    const opened = { ...assignment(id, "active"), opened_at: "2026-11-22T12:00:01.000Z" };
    this.held.set(id, opened);
    return opened;
  }

  async retake(id: string): Promise<Assignment> {
    if (this.taken.has(id)) throw conflict();
    this.lost.delete(id);
    return this.open(id);
  }

  async release(id: string) {
    this.released.push(id);
    this.held.delete(id);
  }

  async heartbeat(ids: string[]) {
    this.beats.push(ids);
    if (this.down) throw new ApiError(0, "no_answer", "down");
    for (const id of this.lost) this.held.delete(id);
    return { held: [], lost: ids.filter((id) => this.lost.has(id)) };
  }

  unsent() {
    return this.waiting;
  }

  /** The answer of `id` has arrived. */
  submitted(id: string) {
    this.waiting.delete(id);
    this.held.delete(id);
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);

function look(taker: Taker) {
  const { current, next, status } = taker.state.getState();
  return { status, current: current?.id ?? null, next: next.map(({ id }) => id) };
}

async function started(server: Server, events = {}) {
  const taker = new Taker(server, "attempt", "tone", events);
  taker.start();
  await settle();
  return taker;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("lineUp", () => {
  it("keeps the order, drops what is gone and never shows a task twice", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => assignment(id)) as [
      Assignment,
      Assignment,
      Assignment,
      Assignment,
    ];
    const line = lineUp([a, d, c, b], a, [b, c], new Set(["c"]));
    expect(line.map(({ id }) => id)).toEqual(["b", "d"]);
  });
});

describe("Taker", () => {
  it("shows one task and keeps two in reserve, unopened", async () => {
    const server = new Server("a", "b", "c", "d");
    const taker = await started(server);
    expect(look(taker)).toEqual({ status: "ready", current: "a", next: ["b", "c"] });
    expect(server.claims).toEqual([{ stage: "attempt", project: "tone", count: 3 }]);
    expect(server.opened).toEqual(["a"]);
  });

  it("moves on at once, opens what is shown and refills behind it", async () => {
    const server = new Server("a", "b", "c", "d", "e");
    const taker = await started(server);
    server.waiting.add("a");
    taker.advance();
    expect(look(taker)).toEqual({ status: "ready", current: "b", next: ["c"] });
    await settle();
    expect(look(taker)).toEqual({ status: "ready", current: "b", next: ["c", "d"] });
    expect(server.opened).toEqual(["a", "b"]);
    expect(server.claims.at(-1)).toMatchObject({ count: 4 });
  });

  it("never shows a task again whose answer is on its way or has arrived", async () => {
    const server = new Server("a", "b");
    const taker = await started(server);
    for (const id of ["a", "b"]) {
      server.waiting.add(id);
      taker.advance();
      await settle();
    }
    expect(look(taker)).toEqual({ status: "empty", current: null, next: [] });
    server.submitted("a");
    server.submitted("b");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(look(taker)).toEqual({ status: "empty", current: null, next: [] });
  });

  it("looks again by itself when the queue was empty", async () => {
    const server = new Server();
    const taker = await started(server);
    expect(look(taker).status).toBe("empty");
    server.queue.push("late");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(look(taker)).toEqual({ status: "ready", current: "late", next: [] });
  });

  it("works on what it has while the server is away, and recovers", async () => {
    const server = new Server("a", "b", "c", "d");
    const taker = await started(server);
    server.down = true;
    taker.advance();
    await settle();
    expect(look(taker)).toEqual({ status: "ready", current: "b", next: ["c"] });
    taker.advance();
    taker.advance();
    await settle();
    expect(look(taker)).toMatchObject({ status: "failed", current: null });
    server.down = false;
    for (const id of ["a", "b", "c"]) server.submitted(id);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(look(taker)).toEqual({ status: "ready", current: "d", next: [] });
  });

  it("opens a shown task again when the first open got no answer", async () => {
    const server = new Server("a");
    const taker = new Taker(server, "attempt", null);
    const open = vi.spyOn(server, "open").mockRejectedValueOnce(new ApiError(0, "no_answer", "down"));
    taker.start();
    await settle();
    expect(open).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(open).toHaveBeenCalledTimes(2);
    expect(taker.state.getState().current?.state).toBe("active");
  });

  it("says that it is still there every minute, unsent answers included", async () => {
    const server = new Server("a", "b", "c");
    server.waiting.add("sent-off");
    await started(server);
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    expect(server.beats).toEqual([["a", "b", "c", "sent-off"]]);
  });

  it("replaces a lost reservation without a word", async () => {
    const server = new Server("a", "b", "c", "d");
    const onLost = vi.fn<(lost: Assignment) => void>();
    const taker = await started(server, { onLost });
    server.lost = new Set(["b"]);
    await taker.heartbeat();
    await settle();
    expect(look(taker)).toEqual({ status: "ready", current: "a", next: ["c", "d"] });
    expect(onLost).not.toHaveBeenCalled();
  });

  it("keeps a lost task on screen and claims nothing until its author decides", async () => {
    const server = new Server("a", "b", "c", "d");
    const onLost = vi.fn<(lost: Assignment) => void>();
    const taker = await started(server, { onLost });
    server.lost = new Set(["a"]);
    const claims = server.claims.length;
    await taker.heartbeat();
    await settle();
    expect(taker.state.getState()).toMatchObject({ currentLost: true });
    expect(look(taker).current).toBe("a");
    expect(onLost).toHaveBeenCalledOnce();
    expect(server.claims).toHaveLength(claims);
    expect(await taker.reclaim()).toBe(true);
    expect(taker.state.getState().currentLost).toBe(false);
  });

  it("f06: after an outage asks for its leases at once, not a minute later", async () => {
    const server = new Server("a");
    const onLost = vi.fn<(lost: Assignment) => void>();
    const taker = await started(server, { onLost });
    server.down = true;
    server.lost = new Set(["a"]);
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    const asked = server.beats.length;
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS / 2);
    expect(server.beats.length).toBeGreaterThan(asked + 5);
    server.down = false;
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS / 10);
    expect(onLost).toHaveBeenCalledOnce();
    expect(taker.state.getState().currentLost).toBe(true);
  });

  it("f06: goes on with the new assignment of a task that it got back", async () => {
    const server = new Server("a", "b");
    const taker = await started(server);
    server.lost = new Set(["a"]);
    await taker.heartbeat();
    expect(taker.state.getState().currentLost).toBe(true);
    server.retake = async () => assignment("again", "active");
    expect(await taker.reclaim()).toBe(true);
    expect(taker.state.getState()).toMatchObject({ currentLost: false, current: { id: "again" } });
    await settle();
    expect(taker.state.getState().next.map(({ id }) => id)).not.toContain("again");
  });

  it("f06: tells that a task is open elsewhere, when opening it and at each beat", async () => {
    const server = new Server("a");
    const onElsewhere = vi.fn<(id: string) => void>();
    const taker = await started(server, { onElsewhere });
    expect(onElsewhere).not.toHaveBeenCalled();
    server.heartbeat = async (ids) => ({ held: [], lost: [], elsewhere: ids });
    await taker.heartbeat();
    expect(onElsewhere).toHaveBeenCalledExactlyOnceWith("a");
    server.open = async (id) => ({ ...assignment(id, "active"), elsewhere: true });
    taker.bringToFront(assignment("x", "active"));
    await settle();
    expect(onElsewhere).toHaveBeenLastCalledWith("x");
  });

  it("f06: does not prolong what is only shown", async () => {
    const server = new Server("a", "b");
    const taker = await started(server);
    Object.assign(server, { readOnly: () => true });
    server.beats.length = 0;
    await taker.heartbeat();
    expect(server.beats).toEqual([["b"]]);
  });

  it("does not pretend to have a task back that somebody else took", async () => {
    const server = new Server("a");
    const taker = await started(server);
    server.lost = new Set(["a"]);
    server.taken = new Set(["a"]);
    await taker.heartbeat();
    expect(await taker.reclaim()).toBe(false);
    expect(taker.state.getState().currentLost).toBe(true);
  });

  it("takes a task again whose reservation ran out before it was shown", async () => {
    const server = new Server("a", "b");
    const taker = await started(server);
    server.lost = new Set(["b"]);
    server.waiting.add("a");
    taker.advance();
    await settle();
    expect(taker.state.getState()).toMatchObject({ currentLost: false });
    expect(taker.state.getState().current).toMatchObject({ id: "b", state: "active" });
  });

  it("brings a task to the front and the one on screen back after it", async () => {
    const server = new Server("a", "b");
    const taker = await started(server);
    taker.bringToFront(assignment("x", "active"));
    expect(look(taker)).toEqual({ status: "ready", current: "x", next: ["a", "b"] });
    taker.advance();
    expect(look(taker).current).toBe("a");
  });

  it("gives reserved tasks back on leaving, also those that arrive later", async () => {
    const server = new Server("a", "b", "c", "d");
    const taker = await started(server);
    server.waiting.add("a");
    taker.advance();
    taker.leave();
    await settle();
    expect(new Set(server.released)).toEqual(new Set(["c", "d"]));
    await vi.advanceTimersByTimeAsync(5 * HEARTBEAT_MS);
    expect(server.beats).toEqual([]);
  });

  it("keeps an opened task for its author when leaving", async () => {
    const server = new Server("a", "b");
    const taker = await started(server);
    taker.bringToFront(assignment("x", "active"));
    taker.leave();
    expect(server.released).toEqual(["b"]);
  });
});
