import { expect, it } from "vitest";
import { answeredFields, type Field, fieldText, mostRanked, rankedOptions, shownFields, shownValues } from "./model";

const rating = (name: string, more: Partial<Field> = {}): Field => ({ type: "number", field_id: name, title: "Rating", ...more });

it("f20: the fields of a section are answered beside the others, under its heading", () => {
  const fields: Field[] = [
    { type: "text", field_id: "why", title: "Why?" },
    { type: "form", field_id: "s", title: "First", fields: [rating("a"), rating("b", { conditions: [{ a: 1 }] })] },
  ];
  expect(answeredFields(fields).map(({ title, field_id }) => [field_id, title])).toEqual([
    ["why", "Why?"],
    ["a", "First: Rating"],
    ["b", "First: Rating"],
  ]);
  expect(shownFields(fields, { a: 2 }).map(({ field_id }) => field_id)).toEqual(["why", "a"]);
  expect(shownValues(fields, { why: "x", a: 1, b: 3 })).toEqual({ why: "x", a: 1, b: 3 });
});

it("f20: a section that is not shown hides its fields, whatever their own conditions", () => {
  const fields: Field[] = [
    { type: "boolean", field_id: "more", title: "More?" },
    {
      type: "form",
      field_id: "s",
      title: "More",
      conditions: [{ more: true }],
      fields: [rating("a"), rating("b", { conditions: [{ a: 1 }, { a: 2 }] })],
    },
  ];
  const shown = (values: Record<string, unknown>) => shownFields(fields, values).map(({ field_id }) => field_id);
  expect(shown({ a: 1 })).toEqual(["more"]);
  expect(shown({ more: true, a: 3 })).toEqual(["more", "a"]);
  expect(shown({ more: true, a: 2 })).toEqual(["more", "a", "b"]);
});

it("f20: options without names are numbered from 0, and shown from 1", () => {
  const field: Field = { type: "ranking_order", field_id: "r", title: "R", num_items_to_rank: 2, option_label: "Answer" };
  expect(rankedOptions(field)).toEqual([
    { label: "Answer 1", value: 0 },
    { label: "Answer 2", value: 1 },
  ]);
  expect(fieldText(field, [1, 0])).toBe("Answer 2, Answer 1");
  expect(mostRanked({ ...field, num_options: 4 })).toBe(2);
  expect(mostRanked({ ...field, num_options: 4, options_flexible: true })).toBe(4);
  expect(rankedOptions({ ...field, options: [{ label: "A", value: "a" }] })).toEqual([{ label: "A", value: "a" }]);
});
