import type { Change, Issue } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import { answeredFields, type Field, fieldText, type FieldValues, shownValues } from "../../kit/fields/model";
import { said } from "../../kit/doc/checks";

/** The document of a conversation and its two ways: from the answer on the wire, and back to it. */

export interface ChatFile {
  url: string;
  name?: string;
  mime_type?: string;
}

/** One part of the answer; see the server's `tasktypes/chat`. */
export interface Component {
  type: string;
  output: unknown;
  field_id?: string;
  thread_id?: string;
  turn?: number;
  message_id?: string;
  source_id?: string;
  chunk?: number;
  attachments?: ChatFile[];
  reasoning?: string[];
  chunks?: string[];
}

export interface ChatModel {
  id: string;
  name?: string;
}

export interface InitialMessage {
  role: "system" | "user" | "assistant";
  content: string | { text?: string };
}

export interface Criterion {
  id: string;
  description?: string;
  weight?: number;
  max_score?: number;
}

export interface ChatThreadParams {
  id: string;
  initial_messages?: readonly InitialMessage[];
  models?: readonly ChatModel[];
}

export interface ChatParams {
  instruction?: string;
  template_variables?: Readonly<Record<string, unknown>>;
  initial_messages?: readonly InitialMessage[];
  attachments?: readonly { type: string; content: string }[];
  models?: readonly ChatModel[];
  threads?: readonly ChatThreadParams[];
  min_turns?: number;
  max_turns?: number;
  responses_per_turn?: number;
  turn_fields?: readonly Field[];
  message_fields?: readonly Field[];
  task_fields?: readonly Field[];
  chunk_fields?: readonly Field[];
  allow_rewrite?: boolean;
  rubrics?: readonly { id: string; title?: string; required?: boolean; criteria?: readonly Criterion[] }[];
  allow_criteria?: boolean;
  text_labels?: readonly string[];
  hypothesis?: ChatResponse | null;
}

export interface ChatResponse {
  responses?: Component[];
  threads?: unknown;
  [key: string]: unknown;
}

export interface Rating {
  score: number;
  justification?: string;
  color?: string;
}

export interface Piece {
  label: string;
  text: string;
  /** In Unicode code points, from the beginning of the message or of its chunk. */
  start?: number;
  chunk?: number;
}

export interface MessageDoc {
  id: string;
  /** Which model said it; empty for an answer that the labeler writes. */
  source: string;
  text: string;
  chunks: string[];
  reasoning: string[];
  attachments: ChatFile[];
  values: FieldValues;
  /** Answers about each chunk, by its number. */
  chunkValues: Record<string, FieldValues>;
  ratings: Record<string, Rating>;
  pieces: Piece[];
  /** Null while the answer is left as it is. */
  rewrite: string | null;
}

export interface WrittenCriterion {
  id: string;
  criterion: string;
  weight: number;
  max_score: number;
}

export interface TurnDoc {
  prompt: string;
  /** Names the request to the models: a retry with it asks nobody twice. Null where nobody is asked. */
  request: string | null;
  /** Models without an answer, and why. */
  failed: { source: string; error: string }[];
  messages: MessageDoc[];
  values: FieldValues;
  /** Message ids, the best group first; those in one group are equally good. */
  order: string[][];
  /** `field_id` of the order, when the answer came with one. */
  orderName: string | null;
  criteria: WrittenCriterion[];
}

export interface ThreadDoc {
  /** A prompt that is not sent yet. */
  draft: string;
  turns: TurnDoc[];
}

/** Why there is no answer: the task shows what it should not, or it cannot be done. */
export interface Failure {
  kind: "report" | "error";
  message: string;
  type: string | null;
}

export interface ChatDoc {
  /** By name; the only thread of a task without names is called "". */
  threads: Record<string, ThreadDoc>;
  task: FieldValues;
  failure: Failure | null;
  /** Parts that this editor does not show, handed back as they came. */
  others: Component[];
  /** Further members of the answer. */
  rest: Record<string, unknown>;
}

export const ERROR_TYPES = [
  "UNSUPPORTED_LANGUAGE",
  "LANGUAGE_MISMATCH",
  "PROMPT_LENGTH_EXCEEDED",
  "INVALID_CATEGORY",
  "PROMPT_INFEASIBLE",
] as const;

const COMPONENTS: Readonly<Record<string, string>> = {
  text: "TextInput",
  boolean: "Boolean",
  number: "Number",
  datetime: "Datetime",
  category: "Category",
  select: "Select",
  time_range: "TimeRange",
  ranking_order: "RankedChoices",
  file: "File",
  bounding_box: "BoundingBox",
  field_set: "FieldSet",
};

/** Most prompts when the task does not say. */
const MOST_TURNS = 10;

export const mostTurns = ({ max_turns: most }: ChatParams): number => most ?? MOST_TURNS;

/** The names of the task's threads. */
export const threadNames = ({ threads }: ChatParams): string[] =>
  threads?.length ? threads.map(({ id }) => id) : [""];

/** Who answers in a thread. */
export function modelsOf(params: ChatParams, thread: string): readonly ChatModel[] {
  return params.threads?.find(({ id }) => id === thread)?.models ?? params.models ?? [];
}

/** What was said in a thread before its first prompt. */
export function startOf(params: ChatParams, thread: string): readonly InitialMessage[] {
  const own = params.threads?.find(({ id }) => id === thread);
  return (own ? own.initial_messages : params.initial_messages) ?? [];
}

/** The criteria of a turn's answers: the task's, then those that the labeler wrote. */
export function criteriaOf(params: ChatParams, turn: TurnDoc): WrittenCriterion[] {
  const asked = (params.rubrics ?? []).flatMap(({ criteria = [] }) => criteria);
  return [
    ...asked.map(({ id, description, weight = 1, max_score = 1 }) => ({
      id,
      criterion: description ?? id,
      weight,
      max_score,
    })),
    ...turn.criteria,
  ];
}

/** Whether the answers of a turn are put in order: not where a field asks for that. */
export const isOrdered = ({ turn_fields: fields = [] }: ChatParams, { messages }: TurnDoc): boolean =>
  messages.length > 1 && answeredFields(fields).every(({ type }) => type !== "ranking_order");

/** Weighted points of an answer, and the most there are: faults add none. */
export function totalOf(criteria: readonly WrittenCriterion[], ratings: Record<string, Rating>) {
  const total = criteria.reduce((sum, { id, weight }) => sum + weight * (ratings[id]?.score ?? 0), 0);
  const most = criteria.reduce((sum, { weight, max_score }) => sum + Math.max(0, weight) * max_score, 0);
  return { total, most, percentage: most > 0 ? (100 * total) / most : null };
}

export const newTurn = (prompt: string, request: string | null): TurnDoc => ({
  prompt,
  request,
  failed: [],
  messages: [],
  values: {},
  order: [],
  orderName: null,
  criteria: [],
});

export const newMessage = (id: string, source: string, text: string): MessageDoc => ({
  id,
  source,
  text,
  chunks: [],
  reasoning: [],
  attachments: [],
  values: {},
  chunkValues: {},
  ratings: {},
  pieces: [],
  rewrite: null,
});

/** What the conversation goes on with after a turn: the best answer, rewritten if it was. */
export function goesOnWith(turn: TurnDoc): string {
  const best = turn.messages.find(({ id }) => id === turn.order[0]?.[0]) ?? turn.messages[0];
  return best?.rewrite ?? best?.text ?? "";
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Which form a field belongs to. */
function formsOf(params: ChatParams): Map<string, "task" | "turn" | "message" | "chunk"> {
  const found = new Map<string, "task" | "turn" | "message" | "chunk">();
  for (const form of ["task", "turn", "message", "chunk"] as const)
    for (const { field_id: name } of answeredFields(params[`${form}_fields`] ?? [])) found.set(name, form);
  return found;
}

class Reader {
  readonly doc: ChatDoc;
  private readonly forms: ReturnType<typeof formsOf>;
  private readonly messages = new Map<string, MessageDoc>();
  private readonly turnOfMessage = new Map<string, TurnDoc>();

  constructor(params: ChatParams, rest: Record<string, unknown>) {
    this.forms = formsOf(params);
    const threads = Object.fromEntries(threadNames(params).map((name) => [name, { draft: "", turns: [] }]));
    this.doc = { threads, task: {}, failure: null, others: [], rest };
  }

  private turn({ thread_id: thread = "", turn = 0 }: Component): TurnDoc {
    const { turns } = (this.doc.threads[thread] ??= { draft: "", turns: [] });
    while (turns.length <= turn) turns.push(newTurn("", null));
    return turns[turn]!;
  }

  said(parts: readonly Component[]): void {
    for (const part of parts) {
      if (part.type === "PromptInput") this.turn(part).prompt = text(part.output);
      else if (part.type === "ModelResponse") this.message(part);
    }
  }

  private message(part: Component): void {
    const turn = this.turn(part);
    const id = part.message_id ?? `${part.thread_id ?? ""}/${part.turn ?? 0}/${turn.messages.length}`;
    const message = newMessage(id, part.source_id ?? "", text(part.output));
    Object.assign(message, {
      chunks: [...(part.chunks ?? [])],
      reasoning: [...(part.reasoning ?? [])],
      attachments: [...(part.attachments ?? [])],
    });
    turn.messages.push(message);
    this.messages.set(id, message);
    this.turnOfMessage.set(id, turn);
  }

  judged(part: Component): void {
    if (part.type === "PromptInput" || part.type === "ModelResponse") return;
    if (!this.field(part) && !this.judgement(part)) this.doc.others.push(part);
  }

  private field(part: Component): boolean {
    const form = this.forms.get(part.field_id ?? "");
    const name = part.field_id ?? "";
    const message = this.messages.get(part.message_id ?? "");
    if (form === "task") this.doc.task[name] = part.output;
    else if (form === "turn") this.turn(part).values[name] = part.output;
    else if (form === "message" && message) message.values[name] = part.output;
    else if (form === "chunk" && message)
      (message.chunkValues[String(part.chunk ?? 0)] ??= {})[name] = part.output;
    else return false;
    return true;
  }

  private judgement(part: Component): boolean {
    const message = this.messages.get(part.message_id ?? "");
    const output = part.output as never;
    switch (part.type) {
      case "RankedChoices":
      case "RankedGroups": {
        const groups = (output as (string | string[])[]).map((one) => [one].flat());
        const turn = this.turnOfMessage.get(groups[0]?.[0] ?? "") ?? this.turn(part);
        turn.order = groups;
        turn.orderName = part.field_id ?? null;
        return true;
      }
      case "RubricCriterion":
        this.turn(part).criteria.push(Object.assign({ weight: 1, max_score: 1 }, output as WrittenCriterion));
        return true;
      case "SensitiveContentReport":
        this.doc.failure = { kind: "report", message: text(part.output), type: null };
        return true;
      case "TaskError": {
        const { message: why, type } = output as { message: string; type?: string };
        this.doc.failure = { kind: "error", message: why, type: type ?? null };
        return true;
      }
      case "Rewrite":
        if (message) message.rewrite = text(part.output);
        return message !== undefined;
      case "RubricRating": {
        const { criterion, ...rating } = output as Rating & { criterion: string };
        if (message) message.ratings[criterion] = rating;
        return message !== undefined;
      }
      case "LabeledText": {
        const place = part.chunk === undefined ? {} : { chunk: part.chunk };
        message?.pieces.push(...(output as Piece[]).map((piece) => ({ ...piece, ...place })));
        return message !== undefined;
      }
      default:
        return false;
    }
  }
}

/** Builds the document from a response, else from the task's hypothesis. */
export function toDoc(params: ChatParams, response?: ChatResponse | null): ChatDoc {
  const { responses = [], ...rest } = response ?? params.hypothesis ?? {};
  const reader = new Reader(params, rest);
  // What is said comes first: a judgement may stand before what it is about.
  reader.said(responses);
  for (const part of responses) reader.judged(part);
  return reader.doc;
}

/** A part of the answer and the object it is about, so that a problem can be shown there. */
export interface Placed {
  part: Component;
  at: string;
}

/** The object that a turn, or a message of one, is on the screen. */
export const place = (thread: string, turn: number, message?: string): string =>
  message === undefined ? `${thread}/${turn}` : `${thread}/${turn}/${message}`;

function* ofFields(
  fields: readonly Field[],
  values: FieldValues,
  about: Omit<Component, "type" | "output">,
): Generator<Component> {
  for (const [name, output] of Object.entries(shownValues(fields, values))) {
    const { type = "text" } = answeredFields(fields).find(({ field_id: id }) => id === name) ?? {};
    yield { type: COMPONENTS[type] ?? type, output, field_id: name, ...about };
  }
}

function* ofMessage(message: MessageDoc, params: ChatParams, where: Partial<Component>): Generator<Component> {
  const about = { ...where, message_id: message.id };
  yield* ofFields(params.message_fields ?? [], message.values, about);
  for (let chunk = 0; chunk < message.chunks.length; chunk += 1)
    yield* ofFields(params.chunk_fields ?? [], message.chunkValues[String(chunk)] ?? {}, { ...about, chunk });
  for (const [criterion, rating] of Object.entries(message.ratings))
    yield { type: "RubricRating", output: { criterion, ...rating }, ...about };
  const places = new Set(message.pieces.map(({ chunk }) => chunk));
  for (const chunk of places) {
    const own = message.pieces.filter((piece) => piece.chunk === chunk);
    const output = own.map(({ label, text: words, start }) => ({
      label,
      text: words,
      ...(start === undefined ? {} : { start }),
    }));
    yield { type: "LabeledText", output, ...about, ...(chunk === undefined ? {} : { chunk }) };
  }
  if (message.rewrite !== null && message.rewrite !== message.text)
    yield { type: "Rewrite", output: message.rewrite, ...about };
}

function said1(message: MessageDoc, where: Partial<Component>): Component {
  return {
    type: "ModelResponse",
    output: message.text,
    ...where,
    ...(message.source ? { source_id: message.source } : {}),
    message_id: message.id,
    ...(message.chunks.length > 0 ? { chunks: message.chunks } : {}),
    ...(message.reasoning.length > 0 ? { reasoning: message.reasoning } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
  };
}

function orderOf({ order, orderName, messages }: TurnDoc): Component | null {
  // An order of some answers only says nothing yet.
  if (order.length === 0 || order.flat().length < messages.length || messages.length < 2) return null;
  const named = orderName === null ? {} : { field_id: orderName };
  return order.every((group) => group.length === 1)
    ? { type: "RankedChoices", output: order.flat(), ...named }
    : { type: "RankedGroups", output: order, ...named };
}

function* ofTurn(turn: TurnDoc, number: number, thread: string, params: ChatParams): Generator<Placed> {
  const where = { ...(thread ? { thread_id: thread } : {}), turn: number };
  const at = place(thread, number);
  yield { part: { type: "PromptInput", output: turn.prompt, ...where }, at };
  for (const message of turn.messages)
    yield { part: said1(message, where), at: place(thread, number, message.id) };
  for (const part of ofFields(params.turn_fields ?? [], turn.values, where)) yield { part, at };
  const order = orderOf(turn);
  if (order) yield { part: { ...order, ...where }, at };
  for (const output of turn.criteria) yield { part: { type: "RubricCriterion", output, ...where }, at };
  for (const message of turn.messages)
    for (const part of ofMessage(message, params, where))
      yield { part, at: place(thread, number, message.id) };
}

function failureOf({ kind, message, type }: Failure): Component {
  if (kind === "report") return { type: "SensitiveContentReport", output: message };
  return { type: "TaskError", output: { message, ...(type === null ? {} : { type }) } };
}

/** The parts of the answer in their order, each with the object it is about. */
export function placed(doc: ChatDoc, params: ChatParams): Placed[] {
  const first = doc.others.filter(({ type }) => type === "Instructions");
  const last = doc.others.filter(({ type }) => type !== "Instructions");
  return [
    ...first.map((part) => ({ part, at: "" })),
    ...Object.entries(doc.threads).flatMap(([thread, { turns }]) =>
      turns.flatMap((turn, number) => [...ofTurn(turn, number, thread, params)]),
    ),
    ...[...ofFields(params.task_fields ?? [], doc.task, {})].map((part) => ({ part, at: "task" })),
    ...(doc.failure ? [{ part: failureOf(doc.failure), at: "failure" }] : []),
    ...last.map((part) => ({ part, at: "" })),
  ];
}

/** The answer on the wire; fields whose condition does not hold are left out. */
export function toResponse(doc: ChatDoc, params: ChatParams): ChatResponse {
  return { ...doc.rest, responses: placed(doc, params).map(({ part }) => part) };
}

/** The server's words at the objects they are about, and prompts that nobody sent. */
export function validate(doc: ChatDoc, params: ChatParams): Issue[] {
  const parts = placed(doc, params);
  const found = said(params, toResponse(doc, params)) ?? [];
  const unsent = Object.entries(doc.threads).filter(([, { draft }]) => draft.trim() !== "");
  return [
    ...unsent.map(
      ([thread]): Issue => ({
        path: "responses",
        objectId: `draft:${thread}`,
        severity: "warning",
        code: "unsent",
        message: t("chat.issue.unsent"),
      }),
    ),
    ...found.map((issue): Issue => {
      const number = /^responses\[(\d+)\]/u.exec(issue.path)?.[1];
      const at = number === undefined ? undefined : parts[Number(number)]?.at;
      return at ? { ...issue, objectId: at } : issue;
    }),
  ];
}

/** The problem of a field of an object, in words. */
export function problemAt(
  issues: readonly Issue[],
  parts: readonly Placed[],
  at: string,
  field: string,
): string | null {
  const found = issues.find((issue) => {
    const [, number, rest] = /^responses(?:\[(\d+)\])?\.?(.*)$/u.exec(issue.path) ?? [];
    // Without a number the answer to a field of the task or of a turn is missing.
    if (number === undefined) return rest === field && !parts.some(({ part, at: spot }) => spot === at && part.field_id === field);
    const own = parts[Number(number)];
    return own?.at === at && (own.part.field_id === field || rest === field);
  });
  return found?.message ?? null;
}

/** The names people see: the models stay unknown while answers are judged. */
export const letter = (index: number): string => String.fromCharCode(65 + index);

function* facts(doc: ChatDoc, params: ChatParams): Generator<[string, string, string]> {
  const fields = new Map(
    (["task", "turn", "message", "chunk"] as const).flatMap((form) =>
      answeredFields(params[`${form}_fields`] ?? []).map((field): [string, Field] => [field.field_id, field]),
    ),
  );
  const seen = new Map<string, number>();
  for (const { part, at } of placed(doc, params)) {
    const field = fields.get(part.field_id ?? "");
    const criterion = part.type === "RubricRating" ? (part.output as { criterion: string }).criterion : "";
    const name = field?.title ?? (criterion || t(`chat.part.${part.type}`));
    const key = [at, part.type, part.field_id ?? "", criterion, part.chunk ?? ""].join("|");
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const value =
      part.type === "RubricRating"
        ? String((part.output as Rating).score)
        : field
          ? fieldText(field, part.output)
          : text(part.output);
    yield [`${key}|${count}`, name, value];
  }
}

const LONGEST = 80;
const inShort = (value: string | undefined): string => {
  if (value === undefined) return "–";
  return value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value;
};

/** What was said or judged differently. */
export function diff(before: ChatDoc, after: ChatDoc, params: ChatParams = {}): Change[] {
  const was = new Map([...facts(before, params)].map(([key, name, value]) => [key, { name, value }]));
  const now = new Map([...facts(after, params)].map(([key, name, value]) => [key, { name, value }]));
  return [...new Set([...was.keys(), ...now.keys()])].flatMap((key): Change[] => {
    const [left, right] = [was.get(key), now.get(key)];
    if (left?.value === right?.value) return [];
    const name = right?.name ?? left?.name ?? "";
    const message = t("chat.diff", { name, before: inShort(left?.value), after: inShort(right?.value) });
    const kind = left === undefined ? "added" : right === undefined ? "removed" : "attributes";
    return [{ kind, objectId: key.split("|")[0] ?? "", path: key, message }];
  });
}
