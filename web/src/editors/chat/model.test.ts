import { describe, expect, test } from "vitest";
import { noteCheck } from "../../kit/doc/checks";
import { createSession } from "../../kit/doc/session";
import { createMediaContext } from "../../kit/media/context";
import { createImageCache } from "../../kit/media/image";
import "../../test/messages";
import {
  type ChatSession,
  commands,
  currentSpot,
  draft,
  editMessage,
  mayGoOn,
  rankAt,
  rankNext,
  rankOf,
  send,
  takeBack,
} from "./commands";
import {
  type ChatDoc,
  type ChatParams,
  type ChatResponse,
  type Component,
  diff,
  goesOnWith,
  placed,
  problemAt,
  toDoc,
  toResponse,
  totalOf,
  validate,
} from "./model";

const PARAMS: ChatParams = {
  models: [{ id: "a" }, { id: "b" }],
  responses_per_turn: 2,
  max_turns: 2,
  allow_rewrite: true,
  allow_criteria: true,
  text_labels: ["claim"],
  message_fields: [
    { type: "boolean", field_id: "true", title: "True?" },
    { type: "text", field_id: "wrong", title: "Wrong?", conditions: [{ true: false }] },
  ],
  chunk_fields: [{ type: "boolean", field_id: "step", title: "Right?" }],
  turn_fields: [{ type: "text", field_id: "why", title: "Why?" }],
  task_fields: [{ type: "category", field_id: "language", title: "Language", choices: [{ label: "English", value: "en" }] }],
  rubrics: [{ id: "r", criteria: [{ id: "c", weight: 2, max_score: 4 }, { id: "d", weight: -1 }] }],
};

/** Every part that an answer can have, in the order in which this editor hands it in. */
const PARTS: Component[] = [
  { type: "Instructions", output: "" },
  { type: "PromptInput", output: "Why?", turn: 0 },
  {
    type: "ModelResponse",
    output: "The Moon. So.",
    turn: 0,
    source_id: "a",
    message_id: "m1",
    chunks: ["The Moon. ", "So."],
    reasoning: ["Gravity"],
    attachments: [{ url: "https://a.example/moon.png" }],
  },
  { type: "ModelResponse", output: "Tides are…", turn: 0, source_id: "b", message_id: "m2" },
  { type: "TextInput", output: "Clearer", field_id: "why", turn: 0 },
  { type: "RankedChoices", output: ["m2", "m1"], field_id: "preference", turn: 0 },
  { type: "RubricCriterion", output: { id: "w", criterion: "Sun", weight: 1, max_score: 1 }, turn: 0 },
  { type: "Boolean", output: false, field_id: "true", turn: 0, message_id: "m1" },
  { type: "TextInput", output: "All", field_id: "wrong", turn: 0, message_id: "m1" },
  { type: "Boolean", output: true, field_id: "step", turn: 0, message_id: "m1", chunk: 1 },
  { type: "RubricRating", output: { criterion: "c", score: 3, justification: "Short" }, turn: 0, message_id: "m1" },
  { type: "LabeledText", output: [{ label: "claim", text: "Moon", start: 4 }], turn: 0, message_id: "m1" },
  { type: "LabeledText", output: [{ label: "claim", text: "So" }], turn: 0, message_id: "m1", chunk: 1 },
  { type: "Rewrite", output: "Tides come twice.", turn: 0, message_id: "m2" },
  { type: "Category", output: ["en"], field_id: "language" },
  { type: "File", output: [{ url: "https://a.example/x.pdf" }] },
  { type: "Confetti", output: { n: 1 } },
];
const media = createMediaContext([], createImageCache({ decode: () => Promise.reject(new Error("unused")) }));

function open(params: ChatParams = PARAMS, response: ChatResponse | null = null): ChatSession {
  const model = { type: "chat", docVersion: 1, toDoc, toResponse, validate, diff };
  return createSession<ChatParams, ChatDoc, ChatResponse>({ id: "a", model, params, media, response });
}

const press = (session: ChatSession, id: string): void =>
  commands.find((one) => one.id === `chat.${id}`)!.run(session);

describe("an answer", () => {
  test("comes back as it was, with parts that are not shown", () => {
    const response = { responses: PARTS, threads: [{ id: "t" }] };
    expect(toResponse(toDoc(PARAMS, response), PARAMS)).toEqual(response);
  });

  test("may judge before it says what", () => {
    const turned = { responses: PARTS.toReversed() };
    expect(toDoc(PARAMS, turned).threads[""]!.turns[0]!.order).toEqual([["m2"], ["m1"]]);
  });

  test("with ties, threads and a report", () => {
    const parts: Component[] = [
      { type: "PromptInput", output: "Hi", thread_id: "t2", turn: 0 },
      { type: "ModelResponse", output: "x", thread_id: "t2", turn: 0, message_id: "1" },
      { type: "ModelResponse", output: "y", thread_id: "t2", turn: 0, message_id: "2" },
      { type: "RankedGroups", output: [["1", "2"]], thread_id: "t2", turn: 0 },
      { type: "SensitiveContentReport", output: "Rude" },
    ];
    const params = { ...PARAMS, threads: [{ id: "t1" }, { id: "t2" }] };
    expect(toResponse(toDoc(params, { responses: parts }), params)).toEqual({ responses: parts });
  });

  test("leaves out what is not asked, and an order of some answers only", () => {
    const session = open(PARAMS, { responses: PARTS });
    editMessage(session, { thread: "", turn: 0 }, "m1", "x", (message) => void (message.values["true"] = true));
    rankAt(session, { thread: "", turn: 0 }, "m1", null);
    const types = (session.toResponse() as ChatResponse).responses!.map(({ field_id: name, type }) => name ?? type);
    expect(types).not.toContain("wrong");
    expect(types).not.toContain("preference");
  });

  test("starts from the task's hypothesis", () => {
    expect(toDoc({ ...PARAMS, hypothesis: { responses: PARTS } }).task).toEqual({ language: ["en"] });
  });
});

describe("turns", () => {
  test("a prompt becomes a turn that waits for the models", () => {
    const session = open();
    expect(send(session, "")).toBeNull();
    draft(session, "", "Why?");
    expect(validate(session.doc.getState(), PARAMS).map(({ code }) => code)).toEqual(["unsent"]);
    expect(send(session, "")).toEqual({ thread: "", turn: 0 });
    const { turns } = session.doc.getState().threads[""]!;
    expect(turns[0]).toMatchObject({ prompt: "Why?", messages: [] });
    expect(turns[0]!.request).toMatch(/^[0-9a-f-]{36}$/u);
    expect(mayGoOn(PARAMS, session.doc.getState().threads[""]!)).toBe(false);
    takeBack(session, { thread: "", turn: 0 });
    expect(session.doc.getState().threads[""]).toEqual({ draft: "Why?", turns: [] });
  });

  test("without models the labeler answers", () => {
    const session = open({ ...PARAMS, models: [] });
    draft(session, "", "Why?");
    send(session, "");
    expect(session.doc.getState().threads[""]!.turns[0]!.messages).toMatchObject([{ source: "", text: "" }]);
  });

  test("no more than the task allows", () => {
    const session = open({ ...PARAMS, max_turns: 1 }, { responses: PARTS });
    draft(session, "", "More?");
    expect(send(session, "")).toBeNull();
  });

  test("go on with the best answer as it was rewritten", () => {
    expect(goesOnWith(toDoc(PARAMS, { responses: PARTS }).threads[""]!.turns[0]!)).toBe("Tides come twice.");
  });
});

describe("orders", () => {
  const spot = { thread: "", turn: 0 };
  const order = (session: ChatSession) => session.doc.getState().threads[""]!.turns[0]!.order;

  test("by keys, from the best to the worst", () => {
    const session = open(PARAMS, { responses: PARTS.filter(({ type }) => !type.startsWith("Ranked")) });
    press(session, "rank.2");
    press(session, "tie.1");
    expect(order(session)).toEqual([["m2", "m1"]]);
    press(session, "rank.1");
    press(session, "rank.1");
    expect(order(session)).toEqual([["m2"], ["m1"]]);
    press(session, "unrank");
    expect(order(session)).toEqual([]);
    press(session, "undo");
    expect(order(session)).toEqual([["m2"], ["m1"]]);
  });

  test("by places, which several answers may share", () => {
    const session = open(PARAMS, { responses: PARTS });
    rankAt(session, spot, "m1", 1);
    expect(order(session)).toEqual([["m1", "m2"]]);
    rankNext(session, spot, "m2", false);
    expect(order(session)).toEqual([["m1"]]);
    expect([rankOf({ order: order(session) }, "m1"), rankOf({ order: order(session) }, "m2")]).toEqual([1, null]);
  });

  test("not where a field asks for one", () => {
    const options = [{ label: "A", value: "a" }];
    const fields = [{ type: "ranking_order", field_id: "p", title: "P", options }];
    const session = open({ ...PARAMS, turn_fields: fields }, { responses: PARTS });
    expect(commands.find(({ id }) => id === "chat.rank.1")!.when!(session)).toBe(false);
  });
});

test("points are weighted, and faults add none to the most there are", () => {
  const criteria = [
    { id: "c", criterion: "c", weight: 2, max_score: 4 },
    { id: "d", criterion: "d", weight: -1, max_score: 1 },
  ];
  expect(totalOf(criteria, { c: { score: 3 }, d: { score: 1 } })).toEqual({ total: 5, most: 8, percentage: 62.5 });
  expect(totalOf([criteria[1]!], {}).percentage).toBeNull();
});

test("moving between turns and conversations", () => {
  const params = { ...PARAMS, threads: [{ id: "s" }, { id: "t" }] };
  const parts = [0, 1].map((turn): Component => ({ type: "PromptInput", output: "x", thread_id: "t", turn }));
  const session = open(params, { responses: parts });
  expect(currentSpot(session)).toEqual({ thread: "s", turn: 0 });
  press(session, "thread_next");
  expect(currentSpot(session)).toEqual({ thread: "t", turn: 1 });
  press(session, "previous");
  expect(currentSpot(session)).toEqual({ thread: "t", turn: 0 });
  press(session, "previous");
  expect(currentSpot(session)).toEqual({ thread: "t", turn: 0 });
});

test("the server's words stand at their fields", () => {
  const session = open(PARAMS, { responses: PARTS });
  const answer = session.toResponse() as ChatResponse;
  const wrong = (path: string, message: string) => ({ path, message, code: "x", severity: "error" as const });
  const said = [
    wrong("responses[2].true", "missing"),
    wrong("responses[4].output", "too long"),
    wrong("responses.mood", "required"),
  ];
  noteCheck(PARAMS, answer, said);
  const issues = session.validate();
  expect(issues.map(({ objectId }) => objectId)).toEqual(["/0/m1", "/0", undefined]);
  const parts = placed(session.doc.getState(), PARAMS);
  expect(problemAt(issues, parts, "/0/m1", "true")).toBe("missing");
  expect(problemAt(issues, parts, "/0", "why")).toBe("too long");
  expect(problemAt(issues, parts, "/0/m2", "true")).toBeNull();
  expect(problemAt(issues, parts, "task", "mood")).toBe("required");
});

test("differences are named as people see them", () => {
  const before = toDoc(PARAMS, { responses: PARTS });
  const after = structuredClone(before);
  after.task["language"] = undefined;
  after.threads[""]!.turns[0]!.messages[0]!.values["true"] = true;
  expect(diff(before, after, PARAMS).map(({ kind, message }) => [kind, message])).toEqual([
    ["attributes", "True?: No → Yes"],
    ["removed", "Wrong?: All → –"],
    ["removed", "Language: English → –"],
  ]);
  expect(diff(before, before, PARAMS)).toEqual([]);
});
