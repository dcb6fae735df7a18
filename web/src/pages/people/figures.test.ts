import { describe, expect, it } from "vitest";
import type { Person } from "../../api";
import { acceptedShare, perAnswer } from "./figures";

const person: Person = {
  id: "1",
  email: "ann@example.com",
  name: "Ann",
  role: "labeler",
  projects: [],
  submitted_today: 4,
  active_ms_today: 60_000,
  accepted: 6,
  fixed: 2,
  sent_back: 1,
  disabled: false,
};

describe("figures", () => {
  it("counts only unchanged answers as accepted", () => {
    expect(acceptedShare(person)).toBe(67);
  });

  it("has no share before the first review and no pace before the first answer", () => {
    expect(acceptedShare({ ...person, accepted: 0, fixed: 0, sent_back: 0 })).toBeNull();
    expect(perAnswer({ ...person, submitted_today: 0 })).toBeNull();
    expect(perAnswer(person)).toBe(15_000);
  });
});
