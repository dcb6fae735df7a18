import { expect, it } from "vitest";
import { assignedOf } from "./people";

const LEE = { id: "1", email: "lee@example.org", name: "Lee", role: "labeler" as const };

it("f18: a project shows who is assigned, and who of them is invited", () => {
  const invited = [{ id: "3", email: "al@example.org", name: "", role: "member" as const }];
  const people = [
    { ...LEE, disabled: false },
    { ...LEE, id: "2", disabled: true },
  ];
  expect(assignedOf({ people, invited })).toEqual([
    { ...LEE, state: "active" },
    { ...LEE, id: "2", state: "disabled" },
    { ...invited[0], state: "invited" },
  ]);
  expect(assignedOf({ people: [] })).toEqual([]);
});
