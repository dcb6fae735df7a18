import type { Role, User } from "../../api";
import { mayManage } from "../../app/permissions";

/** Roles that somebody may be invited with. */
export const INVITED_ROLES = ["labeler", "member", "manager"] as const satisfies readonly Role[];

/** Whether `me` may change role and log-in of `person`; the server has the last word on the last administrator. */
export function mayChange(me: User, person: User): boolean {
  return mayManage(me.role) && me.id !== person.id && (me.role === "admin" || person.role !== "admin");
}

/** Roles that `me` may give. */
export function rolesToGive(me: User): Role[] {
  return me.role === "admin" ? [...INVITED_ROLES, "admin"] : [...INVITED_ROLES];
}
