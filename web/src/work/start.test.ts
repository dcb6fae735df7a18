import { describe, expect, it } from "vitest";
import { chooseStart } from "./start";

const T = Date.parse("2026-11-22T12:00:00.000Z");
const draft = (rev: number, at: number) => ({ rev, answer: {}, saved_at: new Date(at).toISOString() });
const mark = (savedAt: number, docVersion = 1) => ({ savedAt, docVersion });

describe("chooseStart", () => {
  it("starts from the base when there is nothing else", () => {
    expect(chooseStart(null, null, 0, 1)).toBe("base");
  });

  it("takes the server's draft when this browser has no journal", () => {
    expect(chooseStart(null, draft(3, T), 0, 1)).toBe("draft");
  });

  it("prefers the journal, which has every edit", () => {
    expect(chooseStart(mark(T), draft(3, T + 1000), 3, 1)).toBe("journal");
  });

  it("prefers a draft that another machine saved later", () => {
    expect(chooseStart(mark(T), draft(4, T + 1000), 3, 1)).toBe("draft");
  });

  it("prefers the journal over another machine's older draft", () => {
    expect(chooseStart(mark(T + 1000), draft(4, T), 3, 1)).toBe("journal");
  });

  it("does not read a journal of another document format", () => {
    expect(chooseStart(mark(T, 1), draft(1, T - 1000), 1, 2)).toBe("draft");
    expect(chooseStart(mark(T, 1), null, 0, 2)).toBe("base");
  });

  it("starts from a refused answer rather than from an older draft", () => {
    expect(chooseStart(null, null, 0, 1, true)).toBe("kept");
    expect(chooseStart(null, draft(1, T), 1, 1, true)).toBe("kept");
    expect(chooseStart(mark(T), null, 0, 1, true)).toBe("journal");
  });
});
