import type { Role, Stage } from "../api";

/** Pages of the app that not everybody may open. */
export type Area = "queue" | "projects" | "tasks" | "people" | "deliveries" | "callbacks";

const RANK: Record<Role, number> = { labeler: 0, member: 1, manager: 2, admin: 3 };

const LEAST_ROLE: Record<Area, Role> = {
  queue: "labeler",
  projects: "member",
  tasks: "member",
  people: "member",
  deliveries: "manager",
  callbacks: "manager",
};

/** True when `role` may do what `least` may do. */
export function atLeast(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}

export function mayOpen(role: Role, area: Area): boolean {
  return atLeast(role, LEAST_ROLE[area]);
}

/** Labelers attempt; members and higher also review (the server keeps everybody from their own answers). */
export function mayWork(role: Role, stage: Stage): boolean {
  return stage === "attempt" || atLeast(role, "member");
}

/** Managers change people, judge what was delivered, and put projects away; the server asks the same. */
export function mayManage(role: Role): boolean {
  return atLeast(role, "manager");
}

/** Where somebody lands after log-in: those who work on their queue, those who watch on the projects. */
export function homeOf(role: Role): "/queue" | "/projects" {
  return atLeast(role, "manager") ? "/projects" : "/queue";
}
