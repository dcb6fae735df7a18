import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import "../../test/messages";
import AnswerForm, { withMember } from "./AnswerForm";
import type { GenericAnswer } from "./model";
import { namedParts, nameMembers, withNames } from "./names";
import { firstValue, formSchema, type JsonSchema, resolved } from "./schema";
import { validator } from "./validator";

const file = new URL("../../../../contract/vectors/answer-schemas.json", import.meta.url);
const SCHEMAS = JSON.parse(readFileSync(file, "utf8")) as Record<string, JsonSchema>;

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null;

/** Every schema in a schema. */
function* inside(value: unknown): Generator<JsonSchema> {
  if (!isSchema(value)) return;
  if (!Array.isArray(value)) yield value;
  for (const one of Object.values(value)) yield* inside(one);
}

const rendered = (schema: JsonSchema, answer: GenericAnswer): string =>
  renderToStaticMarkup(
    createElement(MantineProvider, null, createElement(AnswerForm, { id: "a", schema, answer, issues: [], readOnly: false, onChange: () => undefined })),
  );

describe.each(Object.entries(SCHEMAS))("%s", (_type, schema) => {
  const shown = formSchema(schema);

  it("f04: asks nobody for what the server fills in", () => {
    const members = [...inside(shown)].flatMap(({ properties }) => (isSchema(properties) ? Object.values(properties) : []));
    expect(members.filter((member) => isSchema(member) && member.readOnly === true)).toEqual([]);
  });

  it("f04: a member that is added begins as a value of its type", () => {
    for (const one of inside(shown)) {
      const { additionalProperties: values } = one;
      if (!isSchema(values)) continue;
      const first = firstValue(values, shown);
      const { type, anyOf } = resolved(values, shown);
      const types = anyOf ? anyOf.map((option) => resolved(option, shown).type) : [type];
      const kind = Array.isArray(first) ? "array" : first === null ? "null" : typeof first;
      expect(types.map((name) => (name === "integer" ? "number" : name))).toContain(kind);
      // Shown with that value, no field says [object Object].
      const root: JsonSchema = { type: "object", additionalProperties: values, $defs: shown.$defs ?? {} };
      const html = rendered(root, { added: first });
      expect(html).not.toContain("[object Object]");
      expect(html).toContain('data-testid="member-added"');
    }
  });
});

it("f04: of every kind of value one can be added under a name of one's own", () => {
  const values: [JsonSchema | boolean, unknown][] = [
    [{ type: "string" }, ""],
    [{ type: "number" }, 0],
    [{ type: "boolean" }, false],
    [{ type: "array", items: { type: "string" } }, []],
    [{ type: "object", properties: {} }, {}],
    [{ enum: ["a", "b"] }, "a"],
    [{ const: 5 }, 5],
    [{ anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }, { type: "null" }] }, ""],
    [{ anyOf: [{ $ref: "#/$defs/Entry" }, { type: "array", items: { $ref: "#/$defs/Entry" } }] }, {}],
    [{ $ref: "#/$defs/Entry" }, {}],
    [true, ""],
  ];
  for (const [additionalProperties, first] of values) {
    const schema = formSchema({
      type: "object",
      additionalProperties,
      $defs: { Entry: { type: "object", properties: { index: { type: "integer" } } } },
    });
    expect(firstValue(schema.additionalProperties, schema)).toEqual(first);
    const html = rendered(schema, { added: first });
    expect(html).not.toContain("[object Object]");
    expect(html).toContain("New name");
  }
});

it("f04: any object can be given members, also where nothing is said of them", () => {
  expect(formSchema({ type: "object" })).toEqual({ type: "object", additionalProperties: true });
  expect(rendered({ type: "object" }, { a: "x", b: { c: 1 } })).not.toContain("[object Object]");
});

it("f04: a member is set where its object is", () => {
  expect(withMember({ list: [{}, { a: 1 }] }, ["list", 1], "b", 2)).toEqual({ list: [{}, { a: 1, b: 2 }] });
  expect(withMember(undefined, ["fields"], "b", "")).toEqual({ fields: { b: "" } });
  expect(withMember({ a: 1 }, [], "b", [])).toEqual({ a: 1, b: [] });
});

it("f04: parts that others refer to have names without being asked for them", () => {
  const schema = SCHEMAS.namedentityrecognition as JsonSchema;
  const members = nameMembers(schema);
  expect([...members]).toEqual(["id"]);
  const answer = withNames({ annotations: [{ label: "person", start: 0, end: 1 }, {}], attributes: { label: "x" } }, members);
  const [first, second] = answer.annotations as { id: string; label?: string }[];
  expect(first?.id).toMatch(/^[\da-f-]{36}$/);
  expect(second?.id).not.toBe(first?.id);
  expect(answer.attributes).toEqual({ label: "x" });
  // Once given, a name stays.
  expect(withNames(answer, members)).toEqual(answer);
  expect(namedParts(answer, members).map(({ title }) => title)).toEqual(["1. person", `2. ${second?.id}`]);
  // Where nothing refers to anything, the server gives them.
  expect(nameMembers(SCHEMAS.lidarannotation as JsonSchema).size).toBe(0);
});

it("f04: dates are asked for with a picker, and their time zone is said", () => {
  const schema: JsonSchema = {
    type: "object",
    properties: {
      when: { type: "string", format: "date-time", title: "When" },
      day: { type: "string", format: "date", title: "Day" },
      hour: { type: "string", format: "time", title: "Hour" },
    },
  };
  const html = rendered(schema, { when: "2026-11-22T10:00:00Z" });
  expect(html).toContain('type="datetime-local"');
  expect(html).toContain('type="date"');
  expect(html).toContain('type="time"');
  expect(html).toMatch(/Time zone: [^<]+UTC[+-]\d\d:\d\d/);
});

it("a choice of values is told apart as before", () => {
  expect(validator.isValid({ type: "string" }, "x", {})).toBe(true);
});

it("f04: what is said about a field is shown once, laid out, at every kind of field", () => {
  const description = "Only the <b>large</b> ones.";
  const kinds: JsonSchema[] = [
    { type: "string" },
    { type: "string", format: "email" },
    { type: "string", format: "uri" },
    { type: "string", format: "date" },
    { type: "string", format: "date-time" },
    { type: "string", format: "time" },
    { type: "number" },
    { type: "integer", minimum: 0, maximum: 9 },
    { type: "boolean" },
    { enum: ["a", "b"] },
    { type: "string", "x-reference": true },
    { type: "array", uniqueItems: true, items: { enum: ["a", "b"] } },
    { type: "array", items: { type: "string" } },
    { type: "object", properties: { a: { type: "string" } } },
  ];
  for (const kind of kinds) {
    const html = rendered({ type: "object", properties: { field: { ...kind, description } } }, {});
    // The layout of markdown is loaded later; until then the text stands in its place.
    const laidOut = html.match(/lw-form-description/gu) ?? [];
    expect([kind, laidOut.length, html.split("large").length - 1]).toEqual([kind, 1, 1]);
  }
});
