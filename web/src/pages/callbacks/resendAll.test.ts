import { describe, expect, it } from "vitest";
import { ApiError, type Callback } from "../../api";
import { resendAll, type ResendPort, type ResendProgress } from "./resendAll";

const callback = (id: string) => ({ id }) as Callback;

/** A server with `count` dead callbacks on pages of two. */
function server(count: number, resend: (id: string) => Promise<unknown>): ResendPort {
  const ids = Array.from({ length: count }, (_, index) => `c${index}`);
  return {
    dead: async (token) => {
      const start = Number(token ?? 0);
      const next = start + 2 < count ? String(start + 2) : null;
      return { callbacks: ids.slice(start, start + 2).map(callback), next_token: next };
    },
    resend,
  };
}

describe("resendAll", () => {
  it("sends each one of every page once and counts", async () => {
    const sent: string[] = [];
    const seen: ResendProgress[] = [];
    const port = server(5, async (id) => sent.push(id));
    const end = await resendAll(port, (progress) => seen.push(progress), new AbortController().signal);
    expect(sent.toSorted()).toEqual(["c0", "c1", "c2", "c3", "c4"]);
    expect(end).toEqual({ total: 5, done: 5, failed: 0 });
    expect(seen.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("counts what somebody else sent as sent, and goes on after a failure", async () => {
    const answers: Record<string, ApiError> = {
      c1: new ApiError(400, "illegal_move", "still owed"),
      c2: new ApiError(0, "no_answer", ""),
    };
    const port = server(4, async (id) => {
      const refusal = answers[id];
      if (refusal) throw refusal;
    });
    const end = await resendAll(port, () => undefined, new AbortController().signal);
    expect(end).toEqual({ total: 4, done: 3, failed: 1 });
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const sent: string[] = [];
    const port = server(50, async (id) => {
      sent.push(id);
      stop.abort();
    });
    await resendAll(port, () => undefined, stop.signal);
    expect(sent.length).toBeLessThanOrEqual(4);
  });
});
