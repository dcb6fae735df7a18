import type { Change, Issue } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import {
  askedAttributes,
  askedValues,
  type AttributeDefinition,
  type AttributeDefinitions,
  attributeProblem,
  type AttributeValue,
  type AttributeValues,
} from "../../kit/labels/attributes";
import { displayOf, type LabelOption, leavesOf } from "../../kit/labels/labels";

export type AttachmentType = "text" | "image" | "video" | "audio" | "website" | "pdf";

/** Parameters of `categorization`: `categories` for one question, `taxonomies` for several. */
export interface CategorizationParams {
  attachment: string;
  attachment_type?: AttachmentType;
  instruction?: string;
  categories?: readonly LabelOption[];
  /** Id -> category; the answer then also carries the ids. */
  category_ids?: Readonly<Record<string, string>>;
  allow_multiple?: boolean;
  taxonomies?: AttributeDefinitions;
  layers?: unknown;
  hypothesis?: CategorizationResponse | null;
}

export interface CategorizationResponse {
  category?: string | string[];
  category_id?: string | string[] | null;
  taxonomies?: Record<string, AttributeValue>;
  [key: string]: unknown;
}

export interface CategorizationDoc {
  /** Answer per question; the single question of `categories` is called `category`. */
  answers: Record<string, AttributeValue>;
  /** Other keys of the response, handed back untouched. */
  extra: Record<string, unknown>;
}

/** Name of the only question of a task with `categories`. */
export const CATEGORY = "category";

const cache = new WeakMap<CategorizationParams, AttributeDefinitions>();

/** The questions of a task as attribute definitions, in order. */
export function questionsOf(params: CategorizationParams): AttributeDefinitions {
  const known = cache.get(params);
  if (known) return known;
  const { categories, allow_multiple = false, taxonomies } = params;
  const single: AttributeDefinition = {
    type: "category",
    choices: categories ?? [],
    allow_multiple,
    required: true,
  };
  const questions = categories ? { [CATEGORY]: single } : (taxonomies ?? {});
  cache.set(params, questions);
  return questions;
}

/** What the labeler is asked; falls back to the question's key. */
export function titleOf(params: CategorizationParams, name: string): string {
  if (params.categories && name === CATEGORY) return t("categorization.question");
  return questionsOf(params)[name]?.description ?? name;
}

/** Builds the document from a response, else from the task's hypothesis. */
export function toDoc(
  params: CategorizationParams,
  response?: CategorizationResponse | null,
): CategorizationDoc {
  const { category, taxonomies, ...extra } = response ?? params.hypothesis ?? {};
  if (!params.categories) {
    return { answers: { ...taxonomies }, extra: category === undefined ? extra : { ...extra, category } };
  }
  return {
    answers: category === undefined ? {} : { [CATEGORY]: category },
    extra: taxonomies === undefined ? extra : { ...extra, taxonomies },
  };
}

/** The id of a category, or null when the task gives none for it. */
function idOf(ids: Readonly<Record<string, string>>, category: string): string | null {
  return Object.keys(ids).find((id) => ids[id] === category) ?? null;
}

function categoryIds(
  params: CategorizationParams,
  value: AttributeValue | undefined,
): Partial<CategorizationResponse> {
  const ids = params.category_ids;
  if (!ids || value === undefined) return {};
  if (!Array.isArray(value)) return { category_id: idOf(ids, String(value)) };
  return { category_id: value.flatMap((category) => idOf(ids, category) ?? []) };
}

/** The answer on the wire; questions whose condition does not hold are left out. */
export function toResponse(doc: CategorizationDoc, params: CategorizationParams): CategorizationResponse {
  const answers = askedValues(questionsOf(params), null, doc.answers);
  if (!params.categories) return { ...doc.extra, taxonomies: answers };
  const category = answers[CATEGORY];
  return {
    ...doc.extra,
    ...(category === undefined ? {} : { category: category as string | string[] }),
    ...categoryIds(params, category),
  };
}

/** Questions asked now, in order. */
export function askedQuestions(doc: CategorizationDoc, params: CategorizationParams): string[] {
  return askedAttributes(questionsOf(params), null, doc.answers);
}

export function validate(doc: CategorizationDoc, params: CategorizationParams): Issue[] {
  const questions = questionsOf(params);
  return askedQuestions(doc, params).flatMap((name): Issue[] => {
    const definition = questions[name];
    const problem = definition && attributeProblem(definition, doc.answers[name]);
    if (!problem) return [];
    const code = problem === "required" ? "required" : "invalid";
    const message = t(`categorization.issue.${code}`, { question: titleOf(params, name) });
    return [
      { path: pathOf(params, name), objectId: name, severity: "error", code: `attribute_${code}`, message },
    ];
  });
}

const pathOf = (params: CategorizationParams, name: string): string =>
  params.categories ? CATEGORY : `taxonomies.${name}`;

const asList = (value: AttributeValue | undefined): (string | number)[] =>
  value === undefined ? [] : [value].flat();

/** Whether two answers say the same; the order of multiple choices does not matter. */
export function sameAnswer(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  const left = asList(a).map(String).sort();
  const right = asList(b).map(String).sort();
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

/** Answer in words; `–` when there is none. */
export function answerText(
  definition: AttributeDefinition | undefined,
  value: AttributeValue | undefined,
): string {
  const leaves = leavesOf(definition?.choices);
  return (
    asList(value)
      .map((one) => displayOf(leaves, String(one)))
      .join(", ") || "–"
  );
}

/** Questions answered differently. */
export function diff(before: CategorizationDoc, after: CategorizationDoc): Change[] {
  const names = new Set([...Object.keys(before.answers), ...Object.keys(after.answers)]);
  return [...names].flatMap((name): Change[] => {
    const was: AttributeValues[string] | undefined = before.answers[name];
    const now: AttributeValues[string] | undefined = after.answers[name];
    if (sameAnswer(was, now)) return [];
    const values = { question: name, before: answerText(undefined, was), after: answerText(undefined, now) };
    const message = t("categorization.diff.answer", values);
    return [{ kind: "attributes", objectId: name, path: name, message }];
  });
}
