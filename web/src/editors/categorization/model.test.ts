import { expect, test } from "vitest";
import { createSession } from "../../kit/doc/session";
import { createMediaContext } from "../../kit/media/context";
import { createImageCache } from "../../kit/media/image";
import "../../test/messages";
import fixture from "../../test/fixtures/categorization.json";
import { type CategorizationSession, choose, commands, currentQuestion } from "./commands";
import {
  type CategorizationDoc,
  type CategorizationParams,
  type CategorizationResponse,
  diff,
  toDoc,
} from "./model";
import { answerText, askedQuestions, questionsOf, titleOf, toResponse, validate } from "./model";

const cases = fixture.cases as unknown as {
  params: CategorizationParams;
  response: CategorizationResponse;
}[];
const [simple, multiple, , taxonomies] = cases.map(({ params }) => params) as [
  CategorizationParams,
  CategorizationParams,
  CategorizationParams,
  CategorizationParams,
];
const media = createMediaContext([], createImageCache({ decode: () => Promise.reject(new Error("unused")) }));

function open(
  params: CategorizationParams,
  response: CategorizationResponse | null = null,
): CategorizationSession {
  const model = { type: "categorization", docVersion: 1, toDoc, toResponse, validate, diff };
  return createSession<CategorizationParams, CategorizationDoc, CategorizationResponse>({
    id: "a",
    model,
    params,
    media,
    response,
  });
}

const run = (session: CategorizationSession, id: string): void => {
  const command = commands.find((one) => one.id === `categorization.${id}`);
  if (!command) throw new Error(id);
  if (command.when?.(session) ?? true) command.run(session);
};

test.each(cases)("an answer survives unchanged: $response", ({ params, response }) => {
  expect(toResponse(toDoc(params, response), params)).toEqual(response);
  expect(validate(toDoc(params, response), params)).toEqual([]);
});

test("starts from the hypothesis, else empty", () => {
  const guessed = { ...simple, hypothesis: { category: "private" } };
  expect(toDoc(guessed).answers).toEqual({ category: "private" });
  expect(toResponse(toDoc(simple), simple)).toEqual({});
  expect(toResponse(toDoc(taxonomies), taxonomies)).toEqual({ taxonomies: {} });
});

test("ids follow the categories", () => {
  const session = open({ ...simple, category_ids: { c9: "private" } });
  choose(session, "category", "private");
  expect(session.toResponse()).toEqual({ category: "private", category_id: "c9" });
  choose(session, "category", "public");
  expect(session.toResponse()).toEqual({ category: "public", category_id: null });
});

test("one key answers; the same key takes it back", () => {
  const session = open(simple);
  run(session, "option.2");
  expect(session.toResponse()).toEqual({ category: "private" });
  run(session, "option.1");
  expect(session.toResponse()).toEqual({ category: "public" });
  run(session, "option.1");
  expect(session.toResponse()).toEqual({});
  run(session, "option.3");
  expect(session.toResponse()).toEqual({});
});

test("each choice is an undo step of its own", () => {
  const session = open(simple);
  run(session, "option.1");
  run(session, "option.2");
  run(session, "undo");
  expect(session.toResponse()).toEqual({ category: "public" });
  run(session, "redo");
  expect(session.toResponse()).toEqual({ category: "private" });
});

test("multiple choices add up; keys count leaves, not folders", () => {
  const session = open(multiple);
  run(session, "option.3");
  run(session, "option.1");
  expect(session.toResponse()).toMatchObject({ category: ["adult", "public"] });
  run(session, "option.3");
  run(session, "option.1");
  expect(session.toResponse()).toEqual({});
});

test("after an answer the next open question is current; conditions open questions", () => {
  const session = open(taxonomies);
  expect(currentQuestion(session)).toBe("weather");
  expect(askedQuestions(session.doc.getState(), taxonomies)).not.toContain("strength");
  run(session, "option.2");
  expect(currentQuestion(session)).toBe("strength");
  run(session, "option.1");
  expect(currentQuestion(session)).toBe("cars");
  run(session, "previous");
  expect(currentQuestion(session)).toBe("strength");
  run(session, "next");
  run(session, "next");
  expect(currentQuestion(session)).toBe("note");
});

test("a question that closes takes its answer out of the response", () => {
  const session = open(taxonomies, { taxonomies: { weather: "Rain", strength: "Heavy" } });
  choose(session, "weather", "Sunny");
  expect(session.toResponse()).toEqual({ taxonomies: { weather: "Sunny" } });
  session.undo();
  expect(session.toResponse()).toEqual({ taxonomies: { weather: "Rain", strength: "Heavy" } });
});

test("missing and wrong answers are found", () => {
  expect(validate(toDoc(simple), simple)).toMatchObject([{ path: "category", code: "attribute_required" }]);
  expect(validate(toDoc(simple, { category: "zzz" }), simple)).toMatchObject([{ code: "attribute_invalid" }]);
  const half: CategorizationResponse = { taxonomies: { weather: "Rain", cars: -1 } };
  expect(validate(toDoc(taxonomies, half), taxonomies).map(({ path, code }) => `${path} ${code}`)).toEqual([
    "taxonomies.strength attribute_required",
    "taxonomies.cars attribute_invalid",
    "taxonomies.seen attribute_required",
  ]);
});

test("diff tells which questions were answered differently", () => {
  const a = toDoc(taxonomies, { taxonomies: { weather: "Rain", seen: ["a", "b"], cars: 1 } });
  const b = toDoc(taxonomies, { taxonomies: { weather: "Sunny", seen: ["b", "a"], note: "x" } });
  expect(diff(a, b).map(({ message }) => message)).toEqual([
    "weather: Rain → Sunny",
    "cars: 1 → –",
    "note: – → x",
  ]);
});

test("questions and answers have words", () => {
  expect(titleOf(taxonomies, "weather")).toBe("Weather?");
  expect(titleOf(simple, "category")).toBe("Category");
  expect(answerText(questionsOf(multiple).category, ["spam", "gone"])).toBe("spam, gone");
});
