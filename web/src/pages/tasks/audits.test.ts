import { describe, expect, it } from "vitest";
import type { TaskEvent } from "../../api";
import { auditsOf, reasonsOf, taskErrorOf } from "./audits";

const event = (kind: string, data: Record<string, unknown> = {}, by: string | null = null): TaskEvent => ({
  at: "2026-01-02T03:04:05.000Z",
  by,
  kind,
  data,
});

describe("auditsOf", () => {
  it("has verdicts and recalls, newest first, and nothing else", () => {
    const events = [
      event("created"),
      event("audited", { result: "rejected", comments: "No." }, "Mo"),
      event("recalled", { comments: "No.", prior_response: 0 }, "Mo"),
      event("audited", { result: "accepted", comments: null }),
    ];
    expect(auditsOf(events).map(({ result, by, comments }) => [result, by, comments])).toEqual([
      ["accepted", null, null],
      ["recalled", "Mo", "No."],
      ["rejected", "Mo", "No."],
    ]);
  });

  it("leaves out a result it does not know", () => {
    expect(auditsOf([event("audited", { result: "framed" })])).toEqual([]);
  });
});

describe("taskErrorOf", () => {
  it("reads the error of attachments", () => {
    const response = {
      error: "One or more attachments could not be downloaded.",
      attachments: [{ statusCode: 403, url: "https://example.org/a.jpg" }, { url: "s3://b/c" }, 7],
    };
    expect(taskErrorOf(response)).toEqual({
      message: "One or more attachments could not be downloaded.",
      attachments: [
        { statusCode: 403, url: "https://example.org/a.jpg" },
        { statusCode: null, url: "s3://b/c" },
      ],
    });
  });

  it("reads the error of frames", () => {
    const attachment = { statusCode: 200, url: "https://example.org/10.json" };
    const response = {
      error: "One or more attachments are invalid.",
      frames: [{ frame: 10, message: "No points.", attachment }, { frame: 11 }, { attachment }, null],
    };
    const read = { statusCode: 200, url: "https://example.org/10.json" };
    expect(taskErrorOf(response)).toEqual({
      message: "One or more attachments are invalid.",
      attachments: [{ ...read, frame: 10, reason: "No points." }, read],
    });
    expect(taskErrorOf({ error: "x", frames: 7, attachments: "no" })?.attachments).toEqual([]);
  });

  it("finds none in an answer", () => {
    for (const response of [null, {}, { category: "road" }, "error"]) expect(taskErrorOf(response)).toBeNull();
  });
});

describe("reasonsOf", () => {
  it("knows why each attachment failed", () => {
    const failed = event("failed", { attachments: [{ url: "u", error: "no such host" }, { url: "v" }] });
    expect([...reasonsOf([event("created"), failed])]).toEqual([["u", "no such host"]]);
  });
});
