import { parseSearchWith, stringifySearchWith } from "@tanstack/react-router";
import { describe, expect, it } from "vitest";
import { parseCallbackSearch, parseTaskFilters, parseWorkSearch, safeReturnPath, withFilter } from "./filters";

const parse = parseSearchWith((value) => value);
const stringify = stringifySearchWith(String);

describe("parseTaskFilters", () => {
  it("keeps known filters and drops the rest", () => {
    const search = { project: " cars ", batch: "", status: "lost", colour: "red" };
    expect(parseTaskFilters(search)).toEqual({ project: "cars" });
    expect(parseTaskFilters({ status: "error" })).toEqual({ status: "error" });
  });

  it.each(["42", "true", "a&b=c", "50 %", "ÄÖ/ü", '"quoted"', "null"])(
    "survives the address: %s",
    (project) => {
      const address = stringify({ project });
      expect(parseTaskFilters(parse(address))).toEqual({ project });
    },
  );

  it("ignores nested values that somebody typed into the address", () => {
    expect(parseTaskFilters({ project: { a: 1 }, batch: ["x"], status: null })).toEqual({});
  });
});

describe("withFilter", () => {
  it("sets and clears one filter", () => {
    expect(withFilter({ project: "a" }, "status", "error")).toEqual({ project: "a", status: "error" });
    expect(withFilter({ project: "a", status: "error" }, "status", null)).toEqual({ project: "a" });
  });

  it("forgets the batch with the project it belongs to", () => {
    expect(withFilter({ project: "a", batch: "x", status: "error" }, "project", "b")).toEqual({
      project: "b",
      status: "error",
    });
  });
});

describe("parseWorkSearch", () => {
  it("reads project and assignment", () => {
    expect(parseWorkSearch({ project: "7", assignment: "abc", x: 1 })).toEqual({
      project: "7",
      assignment: "abc",
    });
    expect(parseWorkSearch({})).toEqual({});
    expect(parseWorkSearch({ project: "" })).toEqual({ project: "" });
  });
});

describe("parseCallbackSearch", () => {
  it("knows the three states and drops the rest", () => {
    expect(parseCallbackSearch({ state: "owed" })).toEqual({ state: "owed" });
    expect(parseCallbackSearch({ state: "lost", x: 1 })).toEqual({});
  });
});

describe("safeReturnPath", () => {
  it("accepts paths of this app only", () => {
    expect(safeReturnPath("/tasks?project=a")).toBe("/tasks?project=a");
    for (const evil of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "tasks",
      "/login",
      7,
      undefined,
    ]) {
      expect(safeReturnPath(evil)).toBeUndefined();
    }
  });
});
