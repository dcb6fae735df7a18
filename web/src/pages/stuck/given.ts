import type { Person, StuckTask } from "../../api";
import { mayWork } from "../../app/permissions";

/** Whom a stuck task may be given to; whether they are on its project is the server's to know. */
export function mayBeGiven(people: readonly Person[], task: Pick<StuckTask, "stage" | "author">): Person[] {
  return people.filter(
    ({ disabled, role, name }) =>
      !disabled && mayWork(role, task.stage) && !(task.stage === "review" && name === task.author),
  );
}
