import { type LabelOption, leavesOf } from "./labels";

export type AttributeType = "category" | "number" | "angle" | "text" | "x_line" | "y_line" | "linked";
/** Wire value: string, number, or the chosen values of a category with `allow_multiple`. */
export type AttributeValue = string | number | string[];
export type AttributeValues = Readonly<Record<string, AttributeValue>>;

/** Attribute definition of Scale's `annotation_attributes` (and, without `conditions.label_condition`, taxonomies). */
export interface AttributeDefinition {
  type?: AttributeType;
  description?: string;
  choices?: readonly LabelOption[];
  allow_multiple?: boolean;
  min?: number;
  max?: number;
  step?: number;
  min_length?: number;
  max_length?: number;
  pattern?: string;
  allowed_labels?: readonly string[];
  required?: boolean;
  global?: boolean;
  conditions?: ConditionSet | readonly ConditionSet[];
}

type Wanted = string | number | readonly (string | number)[];

/** `label_condition` AND any of `attribute_conditions`; inside one of those all entries hold. */
export interface ConditionSet {
  label_condition?: { label?: string | readonly string[] };
  attribute_conditions?: readonly Readonly<Record<string, Wanted>>[] | Readonly<Record<string, Wanted>>;
  is_global?: boolean;
}

export type AttributeDefinitions = Readonly<Record<string, AttributeDefinition>>;

const conditionSets = (definition: AttributeDefinition): readonly ConditionSet[] => {
  const { conditions } = definition;
  if (!conditions) return [];
  return Array.isArray(conditions) ? (conditions as readonly ConditionSet[]) : [conditions as ConditionSet];
};

/** Whether the attribute is asked once per task (`conditions.is_global`) instead of per object. */
export function isGlobal(definition: AttributeDefinition): boolean {
  return conditionSets(definition).some((set) => set.is_global === true);
}

const asList = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

function matches(value: AttributeValue | undefined, wanted: Wanted): boolean {
  if (value === undefined) return false;
  const allowed = new Set(asList<string | number>(wanted).map(String));
  return asList<string | number>(value).some((one) => allowed.has(String(one)));
}

function holds(set: ConditionSet, label: string | null, values: AttributeValues): boolean {
  const labels = set.label_condition?.label;
  if (labels !== undefined && set.is_global !== true) {
    if (label === null || !asList(labels).includes(label)) return false;
  }
  const alternatives = set.attribute_conditions === undefined ? [] : asList(set.attribute_conditions);
  if (alternatives.length === 0) return true;
  return alternatives.some((all) =>
    Object.entries(all).every(([name, wanted]) => matches(values[name], wanted)),
  );
}

/**
 * Names of the attributes that are asked, in the order of the definitions.
 *
 * An attribute that is not asked counts as unanswered in the conditions of others, so chains collapse together.
 *
 * @param definitions attributes to look at.
 * @param label leaf label of the object; null for task-level questions, whose label conditions never apply.
 * @param values the answers given so far, with those `others` already known to hold (e.g. global attributes).
 */
export function askedAttributes(
  definitions: AttributeDefinitions,
  label: string | null,
  values: AttributeValues,
  others: AttributeValues = {},
): string[] {
  const names = Object.keys(definitions);
  let asked = new Set(names);
  for (;;) {
    const known: Record<string, AttributeValue> = { ...others };
    for (const [name, value] of Object.entries(values)) {
      if (asked.has(name) || !Object.hasOwn(definitions, name)) known[name] = value;
    }
    const next = new Set(
      names.filter((name) => {
        const sets = conditionSets(definitions[name] ?? {});
        return asked.has(name) && (sets.length === 0 || sets.some((set) => holds(set, label, known)));
      }),
    );
    if (next.size === asked.size) return names.filter((name) => next.has(name));
    asked = next;
  }
}

/** Whether an asked attribute must be answered before submit. */
export function isRequired(definition: AttributeDefinition): boolean {
  const { type = "category", required } = definition;
  return required ?? (type === "category" || type === "number");
}

/** Whether a value grows key by key while it is entered: such changes belong into one undo step. */
export function isTyped(definition: AttributeDefinition | undefined): boolean {
  const { type = "category" } = definition ?? {};
  return type !== "category" && type !== "linked";
}

/** Whether a value counts as an answer: not absent, not an empty text or list. */
export function isAnswered(value: AttributeValue | undefined): value is AttributeValue {
  return value !== undefined && (typeof value === "number" || value.length > 0);
}

/** Stable codes of attribute problems; `t("kit.attr." + code)` is the sentence. */
export type AttributeProblem =
  | "required"
  | "not_a_choice"
  | "not_a_number"
  | "below_min"
  | "above_max"
  | "off_step"
  | "too_short"
  | "too_long"
  | "pattern"
  | "link_target";

/** Tolerance of the step check: decimal steps such as 0.1 are not exact in binary. */
const STEP_TOLERANCE = 1e-6;

function numberProblem(
  value: unknown,
  min: number,
  max: number,
  step: number | undefined,
): AttributeProblem | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return "not_a_number";
  if (value < min) return "below_min";
  if (value > max) return "above_max";
  if (step !== undefined && step > 0) {
    const steps = (value - (Number.isFinite(min) ? min : 0)) / step;
    if (Math.abs(steps - Math.round(steps)) > STEP_TOLERANCE) return "off_step";
  }
  return null;
}

function textProblem(value: unknown, definition: AttributeDefinition): AttributeProblem | null {
  if (typeof value !== "string") return "required";
  const length = [...value].length;
  if (length < (definition.min_length ?? 0)) return "too_short";
  if (length > (definition.max_length ?? Infinity)) return "too_long";
  if (definition.pattern === undefined) return null;
  try {
    return new RegExp(definition.pattern, "u").test(value) ? null : "pattern";
  } catch {
    return null; // a pattern of another dialect than JavaScript's: the server decides
  }
}

function categoryProblem(value: AttributeValue, definition: AttributeDefinition): AttributeProblem | null {
  const known = new Set(leavesOf(definition.choices).map((leaf) => leaf.choice));
  const wrongShape = Array.isArray(value) !== (definition.allow_multiple === true);
  return wrongShape || asList<string | number>(value).some((one) => !known.has(String(one)))
    ? "not_a_choice"
    : null;
}

/**
 * Checks one asked attribute.
 *
 * @param definition its definition.
 * @param value its value, or undefined when unanswered.
 * @param targetLabel label of the object with a given uuid, or null: for `linked`.
 * @returns the problem, or null when the value may be submitted.
 */
export function attributeProblem(
  definition: AttributeDefinition,
  value: AttributeValue | undefined,
  targetLabel: (uuid: string) => string | null = () => null,
): AttributeProblem | null {
  if (!isAnswered(value)) return isRequired(definition) ? "required" : null;
  switch (definition.type ?? "category") {
    case "category":
      return categoryProblem(value, definition);
    case "number":
      return numberProblem(
        value,
        definition.min ?? -Infinity,
        definition.max ?? Infinity,
        definition.step ?? 1,
      );
    case "angle":
      return numberProblem(value, 0, 360, undefined);
    case "x_line":
    case "y_line":
      return numberProblem(value, -Infinity, Infinity, undefined);
    case "text":
      return textProblem(value, definition);
    case "linked": {
      const label = typeof value === "string" ? targetLabel(value) : null;
      return label !== null && (definition.allowed_labels ?? []).includes(label) ? null : "link_target";
    }
  }
}

/**
 * Drops the answers to attributes that are not asked (their key is absent on the wire) and empty answers; keys
 * without a definition are kept as they came.
 */
export function askedValues(
  definitions: AttributeDefinitions,
  label: string | null,
  values: AttributeValues,
  others: AttributeValues = {},
): Record<string, AttributeValue> {
  const asked = new Set(askedAttributes(definitions, label, values, others));
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => !Object.hasOwn(definitions, name) || (asked.has(name) && isAnswered(value)),
    ),
  );
}
