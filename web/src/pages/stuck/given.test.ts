import { describe, expect, it } from "vitest";
import type { Person } from "../../api";
import { mayBeGiven } from "./given";

const person = (name: string, role: Person["role"], disabled = false): Person => ({
  id: name,
  email: `${name}@example.org`,
  name,
  role,
  projects: [],
  submitted_today: 0,
  active_ms_today: 0,
  accepted: 0,
  fixed: 0,
  sent_back: 0,
  disabled,
});
const PEOPLE = [
  person("leo", "labeler"),
  person("rita", "member"),
  person("mara", "manager"),
  person("gone", "member", true),
];
const names = (people: readonly Person[]) => people.map(({ name }) => name);

describe("mayBeGiven", () => {
  it("f07: gives attempts to everybody who can log in", () => {
    expect(names(mayBeGiven(PEOPLE, { stage: "attempt", author: null }))).toEqual(["leo", "rita", "mara"]);
  });

  it("f07: gives reviews to members who are not the author", () => {
    expect(names(mayBeGiven(PEOPLE, { stage: "review", author: "rita" }))).toEqual(["mara"]);
  });
});
