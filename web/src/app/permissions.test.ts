import { describe, expect, it } from "vitest";
import type { Role } from "../api";
import { type Area, homeOf, mayManage, mayOpen, mayWork } from "./permissions";

const ROLES: Role[] = ["labeler", "member", "manager", "admin"];
const AREAS: Area[] = ["queue", "projects", "tasks", "people", "deliveries", "callbacks"];

describe("mayOpen", () => {
  it("opens the queue to labelers, what can be watched to members, and everything to managers", () => {
    const open = (role: Role) => AREAS.filter((area) => mayOpen(role, area));
    expect(open("labeler")).toEqual(["queue"]);
    expect(open("member")).toEqual(AREAS.slice(0, 4));
    for (const role of ROLES.slice(2)) expect(open(role)).toEqual(AREAS);
  });
});

describe("mayWork", () => {
  it("lets everybody attempt and members and higher review", () => {
    expect(ROLES.filter((role) => mayWork(role, "attempt"))).toEqual(ROLES);
    expect(ROLES.filter((role) => mayWork(role, "review"))).toEqual(["member", "manager", "admin"]);
  });
});

describe("mayManage", () => {
  it("is for managers and administrators", () => {
    expect(ROLES.filter(mayManage)).toEqual(["manager", "admin"]);
  });
});

describe("homeOf", () => {
  it("is a page the role may open", () => {
    for (const role of ROLES) expect(mayOpen(role, homeOf(role).slice(1) as Area)).toBe(true);
    expect(ROLES.map(homeOf)).toEqual(["/queue", "/queue", "/projects", "/projects"]);
  });
});
