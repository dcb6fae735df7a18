import { describe, expect, it } from "vitest";
import type { Role, User } from "../../api";
import { mayChange, rolesToGive } from "./rights";

const user = (id: string, role: Role): User => ({ id, role, email: `${id}@example.org`, name: id });

describe("mayChange", () => {
  it("lets managers change everybody but administrators and themselves", () => {
    const manager = user("m", "manager");
    expect(mayChange(manager, user("l", "labeler"))).toBe(true);
    expect(mayChange(manager, user("o", "manager"))).toBe(true);
    expect(mayChange(manager, user("a", "admin"))).toBe(false);
    expect(mayChange(manager, manager)).toBe(false);
  });

  it("lets administrators change other administrators, and members nobody", () => {
    expect(mayChange(user("a", "admin"), user("b", "admin"))).toBe(true);
    expect(mayChange(user("x", "member"), user("l", "labeler"))).toBe(false);
  });
});

describe("rolesToGive", () => {
  it("has the administrator's role for administrators only", () => {
    expect(rolesToGive(user("a", "admin"))).toContain("admin");
    expect(rolesToGive(user("m", "manager"))).not.toContain("admin");
  });
});
