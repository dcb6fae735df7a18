import { describe, expect, it, vi } from "vitest";
import { answered, listen } from "./client";
import { ApiError } from "./errors";

const response = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });

async function refusal(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("answered", () => {
  it("gives the data of a good answer and tells its build", async () => {
    const build = vi.fn<(build: string) => void>();
    const stop = listen({ build });
    const result = Promise.resolve({
      data: { a: 1 },
      response: response(200, { "x-labelwright-build": "2" }),
    });
    expect(await answered(result)).toEqual({ a: 1 });
    expect(build).toHaveBeenCalledWith("2");
    stop();
  });

  it("turns the error body into an ApiError", async () => {
    const problems = [{ path: "x", message: "no", code: "choice" }];
    const body = { status_code: 400, error: "It does not fit.", code: "invalid_answer", problems };
    const error = await refusal(answered(Promise.resolve({ error: body, response: response(400) })));
    expect(error).toMatchObject({
      status: 400,
      code: "invalid_answer",
      message: "It does not fit.",
      problems,
    });
    expect(error.transient).toBe(false);
  });

  it("tells how long to wait where the server says it", async () => {
    const refused = (wait: Record<string, string>) =>
      refusal(answered(Promise.resolve({ error: {}, response: response(429, wait) })));
    expect((await refused({ "retry-after": "90" })).retryAfter).toBe(90);
    expect((await refused({ "retry-after": "Sun, 22 Nov 2026 19:00:00 GMT" })).retryAfter).toBeNull();
    expect((await refused({})).retryAfter).toBeNull();
  });

  it("survives a proxy's page instead of the API's error", async () => {
    const error = await refusal(answered(Promise.resolve({ error: "<html>", response: response(502) })));
    expect(error).toMatchObject({ status: 502, code: "unknown", problems: [] });
    expect(error.transient).toBe(true);
  });

  it("counts no answer, and an unreadable good one, as no answer", async () => {
    for (const result of [
      { error: new TypeError("fetch") },
      { error: new SyntaxError(), response: response(200) },
    ]) {
      const error = await refusal(answered(Promise.resolve(result)));
      expect(error).toMatchObject({ status: 0, transient: true });
    }
  });

  it("tells of a 401", async () => {
    const unauthorized = vi.fn<() => void>();
    const stop = listen({ unauthorized });
    await refusal(answered(Promise.resolve({ error: {}, response: response(401) })));
    expect(unauthorized).toHaveBeenCalledOnce();
    stop();
  });
});
