import type { ProjectPeople, Role } from "../../api";

/** Somebody who is assigned to a project. */
export interface Assigned {
  id: string;
  email: string;
  /** Empty for those who have not chosen one yet. */
  name: string;
  role: Role;
  state: "active" | "disabled" | "invited";
}

/** People first, then those who are invited; each list keeps its order. */
export function assignedOf({ people, invited = [] }: ProjectPeople): Assigned[] {
  return [
    ...people.map(({ disabled, ...person }) => ({
      ...person,
      state: disabled ? ("disabled" as const) : ("active" as const),
    })),
    ...invited.map((person) => ({ ...person, state: "invited" as const })),
  ];
}
