import { describe, expect, it } from "vitest";
import { formatCount, formatHours, formatWait, percent, plainExcerpt } from "./format";

describe("percent", () => {
  it("says 100 only when all are done and 0 only when hardly any is", () => {
    expect(percent(999, 1000)).toBe(99);
    expect(percent(1000, 1000)).toBe(100);
    expect(percent(1, 1000)).toBe(0);
    expect(percent(0, 0)).toBe(0);
  });
});

describe("formatWait", () => {
  it.each([
    [1, "1 s"],
    [59, "59 s"],
    [125, "2 min 05 s"],
  ])("%d s is %s", (seconds, text) => {
    expect(formatWait(seconds)).toBe(text);
  });
});

describe("formatHours", () => {
  it.each([
    [0, "0 min"],
    [3_540_000, "59 min"],
    [7_500_000, "2 h 05 min"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatHours(ms)).toBe(text);
  });
});

describe("formatCount", () => {
  it("groups thousands", () => {
    expect(formatCount(1234567)).toBe("1,234,567");
  });
});

describe("plainExcerpt", () => {
  it.each([
    [`## Box it all - Draw the **tightest** box. - Mark *${"oc".repeat(60)}`, `Box it all Draw the tightest box. Mark ${"oc".repeat(60)} …`],
    ["Draw the tightest box", "Draw the tightest box"],
    ["One key answers: `1` to `5`.", "One key answers: 1 to 5."],
    ["See [the guide](https://example.com/a-b).", "See the guide."],
    ["A well-known 3.5 m car.", "A well-known 3.5 m car."],
    ["", ""],
  ])("%s", (markdown, words) => {
    expect(plainExcerpt(markdown)).toBe(words);
  });
});
