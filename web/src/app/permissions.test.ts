import { describe, expect, it } from "vitest";
import type { Role } from "../api";
import { type Area, homeOf, mayOpen, mayWork } from "./permissions";

const ROLES: Role[] = ["labeler", "member", "manager", "admin"];
const AREAS: Area[] = ["queue", "projects", "tasks", "people"];

describe("mayOpen", () => {
  it("opens only the queue to labelers and everything to the others", () => {
    const open = (role: Role) => AREAS.filter((area) => mayOpen(role, area));
    expect(open("labeler")).toEqual(["queue"]);
    for (const role of ROLES.slice(1)) expect(open(role)).toEqual(AREAS);
  });
});

describe("mayWork", () => {
  it("lets everybody attempt and members and higher review", () => {
    expect(ROLES.filter((role) => mayWork(role, "attempt"))).toEqual(ROLES);
    expect(ROLES.filter((role) => mayWork(role, "review"))).toEqual(["member", "manager", "admin"]);
  });
});

describe("homeOf", () => {
  it("is a page the role may open", () => {
    for (const role of ROLES) expect(mayOpen(role, homeOf(role).slice(1) as Area)).toBe(true);
    expect(ROLES.map(homeOf)).toEqual(["/queue", "/queue", "/projects", "/projects"]);
  });
});
