import { expect, test } from "vitest";
import type { Issue } from "../doc/types";
import { nextIssue } from "./nextIssue";
import { selectionAfterClick } from "./selection";

const ids = ["a", "b", "c", "d"];
const plain = { shift: false, ctrl: false };

test("a click replaces, Ctrl toggles, Shift takes the range from the last one", () => {
  expect(selectionAfterClick(ids, ["a", "b"], "d", plain)).toEqual(["d"]);
  expect(selectionAfterClick(ids, ["a"], "d", { ...plain, ctrl: true })).toEqual(["a", "d"]);
  expect(selectionAfterClick(ids, ["a", "d"], "d", { ...plain, ctrl: true })).toEqual(["a"]);
  expect(selectionAfterClick(ids, ["b"], "d", { ...plain, shift: true })).toEqual(["c", "d", "b"]);
  expect(selectionAfterClick(ids, ["c", "d", "b"], "a", { ...plain, shift: true })).toEqual(["a", "b"]);
  expect(selectionAfterClick(ids, [], "c", { ...plain, shift: true })).toEqual(["c"]);
});

test("the next problem follows the selected object and starts over at the end", () => {
  const issue = (objectId: string, code: string): Issue => ({
    path: objectId,
    objectId,
    severity: "error",
    code,
    message: code,
  });
  const issues = [issue("a", "1"), issue("a", "2"), issue("c", "3")];
  expect(nextIssue(issues, null)?.code).toBe("1");
  expect(nextIssue(issues, "a")?.code).toBe("3");
  expect(nextIssue(issues, "c")?.code).toBe("1");
  expect(nextIssue(issues, "zzz")?.code).toBe("1");
  expect(nextIssue([], "a")).toBeNull();
});
