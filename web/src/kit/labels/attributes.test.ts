import { expect, test } from "vitest";
import {
  askedAttributes,
  askedValues,
  type AttributeDefinition,
  type AttributeDefinitions,
  attributeProblem,
  isGlobal,
} from "./attributes";

const carQuestion: AttributeDefinition = {
  description: "Parked?",
  choices: ["Yes", "No"],
  conditions: {
    label_condition: { label: ["Car", "Truck"] },
    attribute_conditions: [{ is_moving: "No" }, { is_parked: "Yes" }],
  },
};
const definitions: AttributeDefinitions = {
  is_moving: { description: "Moving?", choices: ["Yes", "No"] },
  is_parked: { description: "Parked?", choices: ["Yes", "No"] },
  asked: carQuestion,
};

test("the documented vector: label AND (moving=No OR parked=Yes)", () => {
  const asks = (label: string, values: Record<string, string>) =>
    askedAttributes(definitions, label, values).includes("asked");
  expect(asks("Car", { is_moving: "No" })).toBe(true);
  expect(asks("Car", { is_parked: "Yes" })).toBe(true);
  expect(asks("Truck", { is_moving: "Yes", is_parked: "Yes" })).toBe(true);
  expect(asks("Car", { is_moving: "Yes", is_parked: "No" })).toBe(false);
  expect(asks("Car", {})).toBe(false);
  expect(asks("Tree", { is_moving: "No" })).toBe(false);
});

test("inside one condition object all entries hold; an array of sets is an OR", () => {
  const both: AttributeDefinitions = {
    a: { choices: ["1", "2"] },
    b: { choices: ["1", "2"] },
    and: { conditions: { attribute_conditions: [{ a: "1", b: ["1", "2"] }] } },
    or: { conditions: [{ label_condition: { label: "X" } }, { attribute_conditions: [{ a: "2" }] }] },
  };
  expect(askedAttributes(both, "Y", { a: "1", b: "2" })).toEqual(["a", "b", "and"]);
  expect(askedAttributes(both, "Y", { a: "1" })).toEqual(["a", "b"]);
  expect(askedAttributes(both, "X", {})).toEqual(["a", "b", "or"]);
  expect(askedAttributes(both, "Y", { a: "2" })).toEqual(["a", "b", "or"]);
});

test("any chosen value of a multiple choice fulfils a condition; numbers compare as written", () => {
  const many: AttributeDefinitions = {
    tags: { choices: ["x", "y"], allow_multiple: true },
    count: { type: "number" },
    more: { conditions: { attribute_conditions: [{ tags: "y" }] } },
    two: { conditions: { attribute_conditions: [{ count: 2 }] } },
  };
  expect(askedAttributes(many, null, { tags: ["x", "y"], count: 2 })).toEqual([
    "tags",
    "count",
    "more",
    "two",
  ]);
  expect(askedAttributes(many, null, { tags: ["x"], count: 3 })).toEqual(["tags", "count"]);
});

test("chains collapse: what is not asked counts as unanswered, and cycles end", () => {
  const chain: AttributeDefinitions = {
    a: { choices: ["1"] },
    b: { choices: ["1"], conditions: { attribute_conditions: [{ a: "1" }] } },
    c: { choices: ["1"], conditions: { attribute_conditions: [{ b: "1" }] } },
    loop1: { conditions: { attribute_conditions: [{ loop2: "1" }] } },
    loop2: { conditions: { attribute_conditions: [{ loop1: "1" }] } },
  };
  expect(askedAttributes(chain, null, { a: "1", b: "1" })).toEqual(["a", "b", "c"]);
  expect(askedAttributes(chain, null, { b: "1" })).toEqual(["a"]);
});

test("global attributes ignore label conditions and may be asked about by others", () => {
  const scene: AttributeDefinition = { conditions: { is_global: true, label_condition: { label: "Car" } } };
  expect(isGlobal(scene)).toBe(true);
  expect(isGlobal(carQuestion)).toBe(false);
  expect(askedAttributes({ scene }, null, {})).toEqual(["scene"]);
  const lights: AttributeDefinitions = {
    lights: { conditions: { attribute_conditions: [{ night: "Yes" }] } },
  };
  expect(askedAttributes(lights, "Car", {}, { night: "Yes" })).toEqual(["lights"]);
});

test("answers to questions that are not asked are dropped, unknown keys stay", () => {
  const values = { is_moving: "Yes", asked: "Yes", legacy: "kept", is_parked: "" };
  expect(askedValues(definitions, "Car", values)).toEqual({ is_moving: "Yes", legacy: "kept" });
});

test.each<[string, AttributeDefinition, string | number | string[] | undefined, string | null]>([
  ["a category must be answered", { choices: ["a"] }, undefined, "required"],
  ["unless it is optional", { choices: ["a"], required: false }, undefined, null],
  ["an empty choice is no answer", { choices: ["a"], allow_multiple: true }, [], "required"],
  ["a folder is no choice", { choices: [{ choice: "f", subchoices: ["a"] }] }, "f", "not_a_choice"],
  ["a leaf is", { choices: [{ choice: "f", subchoices: ["a"] }] }, "a", null],
  ["one value where many are wanted", { choices: ["a"], allow_multiple: true }, "a", "not_a_choice"],
  ["many values where one is wanted", { choices: ["a"] }, ["a"], "not_a_choice"],
  ["a number is required", { type: "number" }, undefined, "required"],
  ["too small", { type: "number", min: 2 }, 1, "below_min"],
  ["too large", { type: "number", max: 2 }, 3, "above_max"],
  ["whole numbers by default", { type: "number" }, 1.5, "off_step"],
  ["steps count from the minimum", { type: "number", min: 0.05, step: 0.1 }, 0.35, null],
  ["off the step", { type: "number", min: 0, step: 0.25 }, 0.3, "off_step"],
  ["not a number", { type: "number" }, "3", "not_a_number"],
  ["an angle may be left out", { type: "angle" }, undefined, null],
  ["an angle has fractions", { type: "angle" }, 359.5, null],
  ["an angle ends at 360", { type: "angle" }, 361, "above_max"],
  ["text may be left out", { type: "text" }, undefined, null],
  ["unless required", { type: "text", required: true }, "", "required"],
  ["characters are counted, not code units", { type: "text", max_length: 2 }, "😀😀", null],
  ["too long", { type: "text", max_length: 2 }, "abc", "too_long"],
  ["too short", { type: "text", min_length: 2 }, "a", "too_short"],
  ["a pattern", { type: "text", pattern: "^[A-Z]{2}$" }, "ab", "pattern"],
  ["a pattern of another dialect is left to the server", { type: "text", pattern: "(?P<x>a" }, "ab", null],
  ["a link may be left out", { type: "linked", allowed_labels: ["Car"] }, undefined, null],
  ["a link to an allowed label", { type: "linked", allowed_labels: ["Car"] }, "car-1", null],
  ["a link to another label", { type: "linked", allowed_labels: ["Bus"] }, "car-1", "link_target"],
  ["a link to nothing", { type: "linked", allowed_labels: ["Car"] }, "gone", "link_target"],
])("%s", (_name, definition, value, problem) => {
  expect(attributeProblem(definition, value, (uuid) => (uuid === "car-1" ? "Car" : null))).toBe(problem);
});
