import { describe, expect, it } from "vitest";
import type { QueueEntry } from "../../api";
import { orderEntries } from "./order";

const entry = (project: string, stage: "attempt" | "review", open: number, mine: number): QueueEntry => ({
  project,
  stage,
  open,
  mine,
  type: "categorization",
  instruction_excerpt: "",
  sent_back: 0,
  comment: null,
});

describe("orderEntries", () => {
  it("f06: puts what was sent back before everything else", () => {
    const entries = [entry("a", "attempt", 5, 2), { ...entry("z", "attempt", 1, 0), sent_back: 1 }];
    expect(orderEntries(entries).map(({ project }) => project)).toEqual(["z", "a"]);
  });

  it("puts begun work first and empty projects last", () => {
    const entries = [
      entry("empty", "attempt", 0, 0),
      entry("b", "attempt", 5, 0),
      entry("a", "review", 5, 0),
      entry("a", "attempt", 5, 0),
      entry("z", "attempt", 0, 1),
    ];
    expect(orderEntries(entries).map(({ project, stage }) => `${project}/${stage}`)).toEqual([
      "z/attempt",
      "a/attempt",
      "a/review",
      "b/attempt",
      "empty/attempt",
    ]);
  });
});
