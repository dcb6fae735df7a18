import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, ApiError, type Assignment, type Submitted } from "../api";
import type { AnyEditorModule } from "../editors";
import { WorkController } from "./controller";
import { forget, journal } from "./journal";
import { Outbox, type OutboxEntry } from "./outbox";
import { MemoryStore } from "./outboxStore";
import { tabName } from "./tabId";

interface Doc {
  text: string;
}

const prefetched: string[] = [];
let prefetching: (name: string) => Promise<void> = async () => undefined;

/** The smallest editor: a line of text. */
const editor: AnyEditorModule = {
  type: "test",
  docVersion: 1,
  toDoc: (_params: object, response?: Doc | null): Doc => ({ text: response?.text ?? "" }),
  toResponse: (doc: Doc): Doc => ({ text: doc.text }),
  validate: () => [],
  prefetch: async ({ name }: { name: string }) => {
    prefetched.push(name);
    await prefetching(name);
  },
  commands: [],
  Editor: () => null,
};

vi.mock("../editors", () => ({ loadEditor: async () => editor }));

const assignment = (name: string, more: Partial<Assignment> = {}): Assignment => ({
  id: `a-${name}`,
  stage: "attempt",
  state: "reserved",
  lease_until: "2026-11-22T12:03:00.000Z",
  opened_at: null,
  active_ms: 0,
  task: {
    task_id: `t-${name}`,
    type: "test",
    project: "p",
    batch: null,
    instruction: "",
    params: { name },
    attachments: [],
    priority: 0,
    created_at: "2026-11-22T12:00:00.000Z",
  },
  draft: null,
  base: null,
  comments: [],
  ...more,
});

let queue: Assignment[] = [];
let lost: string[] = [];
let sent: OutboxEntry[] = [];
let outbox: Outbox;
let controller: WorkController;
const reopenFailed = vi.fn<(error: ApiError) => void>();

/** Lets promises and the database settle. */
async function settle() {
  for (let round = 0; round < 30; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function started(stage: "attempt" | "review" = "attempt", reopen: string | null = null) {
  controller = new WorkController(stage, "p", outbox, { onReopenFailed: reopenFailed });
  await controller.start(reopen);
  await settle();
}

const shown = () => controller.state.getState().prepared?.assignment.id ?? null;
const session = () => controller.state.getState().prepared?.session;
const type = (text: string) => session()?.edit("type", (draft: Doc) => void (draft.text = text));

beforeEach(async () => {
  prefetched.length = 0;
  prefetching = async () => undefined;
  sent = [];
  queue = [];
  lost = [];
  reopenFailed.mockReset();
  vi.stubGlobal("localStorage", undefined);
  vi.spyOn(api, "claim").mockImplementation(async ({ count = 1 }) => ({
    assignments: queue.slice(0, count),
  }));
  vi.spyOn(api, "open").mockImplementation(async (id) => ({
    ...(queue.find((each) => each.id === id) ?? assignment(id.slice(2))),
    state: "active",
  }));
  vi.spyOn(api, "release").mockResolvedValue({});
  vi.spyOn(api, "heartbeat").mockImplementation(async () => ({ held: [], lost }));
  vi.spyOn(api, "skip").mockResolvedValue({});
  vi.spyOn(api, "saveDraft").mockImplementation(async (_id, { rev }) => ({
    rev,
    saved_at: "2026-11-22T12:00:00.000Z",
  }));
  outbox = new Outbox(new MemoryStore(), async (entry): Promise<Submitted> => {
    sent.push(entry);
    return {
      assignment_id: entry.assignmentId,
      task_id: entry.taskId,
      state: "submitted",
      task_status: "pending",
      repeated: false,
    };
  });
  await outbox.start("ann");
  for (const name of ["one", "two", "three", "four"]) await forget(`a-${name}`);
});

afterEach(() => {
  controller.stop();
  vi.unstubAllGlobals();
});

describe("WorkController", () => {
  it("prefetches the next two, one after the other, once the first is there", async () => {
    const running: string[] = [];
    prefetching = async (name) => {
      running.push(name);
      expect(running).toHaveLength(1);
      await new Promise((resolve) => setImmediate(resolve));
      running.pop();
    };
    queue = [assignment("one"), assignment("two"), assignment("three"), assignment("four")];
    await started();
    expect(shown()).toBe("a-one");
    expect(prefetched).toEqual(["one", "two", "three"]);
    expect(controller.state.getState().upcoming?.assignment.id).toBe("a-two");
  });

  it("f02: hands in nothing that was not on the screen", async () => {
    const attachment = { ref: "a.png", url: "/files/1", mime_type: null, width: null, height: null };
    const task = assignment("one");
    queue = [{ ...task, task: { ...task.task, attachments: [attachment] } }, assignment("two")];
    await started();
    type("hello");
    for (const state of ["waiting", "failed", "closed"] as const) {
      session()?.shown.report("a.png", state);
      controller.submit();
      await settle();
      expect(shown()).toBe("a-one");
      expect(sent).toEqual([]);
    }
    session()?.shown.report("a.png", "ready");
    controller.submit();
    await settle();
    expect(sent.map(({ body }) => body.shown)).toEqual([true]);
  });

  it("f02: sends back what cannot be shown", async () => {
    const attachment = { ref: "a.png", url: "/files/1", mime_type: null, width: null, height: null };
    const task = assignment("one", { stage: "review", base: { text: "x" } });
    queue = [{ ...task, task: { ...task.task, attachments: [attachment] } }];
    await started("review");
    controller.submit("accept");
    await settle();
    expect(sent).toEqual([]);
    controller.submit("send_back", "It is black.");
    await settle();
    expect(sent.map(({ body }) => [body.verdict, body.shown])).toEqual([["send_back", undefined]]);
  });

  it("shows the next task in the same tick as the submit", async () => {
    queue = [assignment("one"), assignment("two"), assignment("three")];
    await started();
    type("hello");
    const upcoming = controller.state.getState().upcoming;
    controller.submit();
    expect(shown()).toBe("a-two");
    // The same object: the editor that was built ahead is the one that is shown.
    expect(controller.state.getState().prepared).toBe(upcoming);
    await settle();
    expect(controller.state.getState().upcoming?.assignment.id).toBe("a-three");
    expect(sent.map(({ assignmentId, body }) => [assignmentId, body.answer])).toEqual([
      ["a-one", { text: "hello" }],
    ]);
    expect(sent[0]?.body.submission_id).toMatch(/^[\w-]{21}$/);
    expect(controller.state.getState()).toMatchObject({ done: 1, last: { answer: { text: "hello" } } });
  });

  it("shows a task whose media cannot be loaded all the same", async () => {
    prefetching = async () => {
      throw new Error("404");
    };
    queue = [assignment("one")];
    await started();
    expect(shown()).toBe("a-one");
  });

  it("restores what was typed before a reload, and saves it as a draft", async () => {
    queue = [assignment("one")];
    await started();
    type("unfinished");
    await settle();
    controller.stop();
    await started();
    expect(controller.state.getState().prepared?.source).toBe("journal");
    expect(session()?.toResponse()).toEqual({ text: "unfinished" });
    expect(controller.draft?.dirty).toBe(true);
  });

  it("starts from the server's draft when this browser knows nothing", async () => {
    const draft = { rev: 3, answer: { text: "drafted" }, saved_at: "2026-11-22T12:00:00.000Z" };
    queue = [assignment("one", { draft, base: { text: "base" } })];
    await started();
    expect(session()?.toResponse()).toEqual({ text: "drafted" });
  });

  it("sends what is unsaved when the screen is left, and gives reserved tasks back", async () => {
    queue = [assignment("one"), assignment("two")];
    await started();
    type("leaving");
    controller.stop();
    await settle();
    expect(api.saveDraft).toHaveBeenCalledWith(
      "a-one",
      expect.objectContaining({ answer: { text: "leaving" } }),
      {
        keepalive: true,
      },
    );
    expect(api.release).toHaveBeenCalledWith("a-two", tabName(), { keepalive: true });
    expect(api.release).toHaveBeenCalledOnce();
  });

  it("saves no draft of a submitted task", async () => {
    queue = [assignment("one"), assignment("two")];
    await started();
    type("done");
    controller.submit();
    controller.stop();
    await settle();
    expect(api.saveDraft).not.toHaveBeenCalled();
  });

  it("skips with a reason and moves on at once", async () => {
    queue = [assignment("one"), assignment("two")];
    await started();
    const skipping = controller.skip("broken");
    expect(shown()).toBe("a-two");
    await skipping;
    expect(api.skip).toHaveBeenCalledWith("a-one", "broken", tabName());
  });

  it("shows the answer under review read-only until it is fixed", async () => {
    queue = [
      assignment("one", { stage: "review", base: { text: "theirs" } }),
      assignment("two", { stage: "review" }),
    ];
    await started("review");
    type("ignored");
    expect(session()?.toResponse()).toEqual({ text: "theirs" });
    await controller.startFix();
    expect(controller.state.getState().prepared?.mode).toBe("edit");
    type("mine");
    controller.submit("fix");
    await settle();
    expect(sent[0]?.body).toMatchObject({ verdict: "fix", answer: { text: "mine" } });
  });

  it("accepts without an answer and sends back with a comment", async () => {
    queue = ["one", "two"].map((name) => assignment(name, { stage: "review", base: { text: name } }));
    await started("review");
    controller.submit("accept");
    controller.submit("send_back", "Again, please.");
    await settle();
    expect(sent.map(({ body }) => [body.verdict, body.comment, "answer" in body])).toEqual([
      ["accept", undefined, false],
      ["send_back", "Again, please.", false],
    ]);
  });

  it("puts the answer of a lost task aside and starts from it when the task comes back", async () => {
    queue = [assignment("one")];
    await started();
    type("late");
    lost = ["a-one"];
    await controller.taker.heartbeat();
    expect(outbox.state.getState().refused).toMatchObject([
      { taskId: "t-one", body: { answer: { text: "late" } } },
    ]);
    queue = [{ ...assignment("one"), id: "a-again" }];
    controller.abandon();
    await settle();
    expect(shown()).toBe("a-again");
    expect(controller.state.getState().prepared?.source).toBe("kept");
    expect(session()?.toResponse()).toEqual({ text: "late" });
    controller.submit();
    await settle();
    expect(outbox.state.getState().refused).toEqual([]);
    expect(sent.map(({ assignmentId }) => assignmentId)).toEqual(["a-again"]);
    await forget("a-again");
  });

  describe("f06: a task that is open on another machine", () => {
    const heldElsewhere = () => new ApiError(409, "held_elsewhere", "elsewhere");

    it("f06: is read-only from the start, and handed in by nobody here", async () => {
      vi.spyOn(api, "open").mockImplementation(async () => ({ ...assignment("one"), state: "active", elsewhere: true }));
      queue = [assignment("one", { state: "active" })];
      await started();
      await vi.waitFor(() => expect(controller.isElsewhere).toBe(true));
      controller.submit();
      expect(outbox.state.getState().waiting).toEqual([]);
      expect(shown()).toBe("a-one");
    });

    it("f06: learns it at the save, sets aside what was not saved, and starts from the other's draft", async () => {
      queue = [assignment("one")];
      await started();
      vi.spyOn(api, "saveDraft").mockRejectedValue(heldElsewhere());
      type("unsaved");
      await controller.flush(false);
      expect(controller.isElsewhere).toBe(true);
      expect(outbox.state.getState().refused).toMatchObject([
        { assignmentId: "a-one", refusal: { code: "held_elsewhere" }, body: { answer: { text: "unsaved" } } },
      ]);
      const theirs = { rev: 1, answer: { text: "theirs" }, saved_at: "2020-01-01T00:00:00.000Z" };
      const opened = { ...assignment("one"), state: "active" as const, draft: theirs };
      const open = vi.spyOn(api, "open").mockResolvedValue(opened);
      await controller.takeOver();
      expect(open).toHaveBeenCalledWith("a-one", { tab: tabName(), take_over: true });
      expect(outbox.state.getState().refused).toHaveLength(1);
      controller.stop();
      queue = [opened];
      await started();
      expect(session()?.toResponse()).toEqual({ text: "theirs" });
      controller.stop();
      // Who asks for what was set aside gets it, and nothing of it is saved before something is changed.
      const saved = vi.spyOn(api, "saveDraft").mockClear().mockResolvedValue({ rev: 2, saved_at: "2026-11-22T12:00:00.000Z" });
      await started("attempt", "a-one");
      expect(session()?.toResponse()).toEqual({ text: "unsaved" });
      await controller.flush(false);
      expect(saved).not.toHaveBeenCalled();
      await forget("a-one");
    });

    it("f06: sets nothing aside when all was saved", async () => {
      queue = [assignment("one")];
      await started();
      type("saved");
      await controller.flush(false);
      vi.spyOn(api, "heartbeat").mockImplementation(async (ids) => ({ held: [], lost: [], elsewhere: ids }));
      await controller.taker.heartbeat();
      expect(controller.isElsewhere).toBe(true);
      expect(outbox.state.getState().refused).toEqual([]);
      await forget("a-one");
    });

    it("f06: keeps what a crash left here, when the work went on elsewhere", async () => {
      queue = [assignment("one")];
      await started();
      type("before the crash");
      await (await journal()).flush();
      controller.stop();
      const theirs = { rev: 3, answer: { text: "theirs" }, saved_at: "2020-01-01T00:00:00.000Z" };
      const opened = { ...assignment("one"), state: "active" as const, draft: theirs, elsewhere: true };
      vi.spyOn(api, "open").mockResolvedValue(opened);
      vi.spyOn(api, "saveDraft").mockRejectedValue(heldElsewhere());
      queue = [opened];
      await started();
      await vi.waitFor(() => expect(controller.isElsewhere).toBe(true));
      await controller.takeOver();
      expect(outbox.state.getState().refused).toMatchObject([{ body: { answer: { text: "before the crash" } } }]);
      expect(await (await journal()).read("a-one")).toBeNull();
    });
  });

  it("opens a task again, taking it anew when its lease is over", async () => {
    vi.spyOn(api, "open").mockRejectedValue(new ApiError(409, "lease_lost", "over"));
    vi.spyOn(api, "retake").mockResolvedValue(assignment("three", { state: "active" }));
    queue = [assignment("one")];
    await started("attempt", "a-three");
    expect(shown()).toBe("a-three");
    expect(reopenFailed).not.toHaveBeenCalled();
  });

  it("says when a task cannot be opened again, and goes on with the queue", async () => {
    vi.spyOn(api, "open").mockImplementation(async (id) => {
      if (id === "a-three") throw new ApiError(404, "not_found", "No such assignment.");
      return assignment("one", { state: "active" });
    });
    queue = [assignment("one")];
    await started("attempt", "a-three");
    expect(reopenFailed).toHaveBeenCalledOnce();
    expect(shown()).toBe("a-one");
  });

  it("forgets the journal only when told that the answer arrived", async () => {
    queue = [assignment("one"), assignment("two")];
    await started();
    type("kept");
    await settle();
    controller.submit();
    await settle();
    expect(await (await journal()).read("a-one")).not.toBeNull();
  });
});
