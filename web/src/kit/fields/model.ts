import { t } from "../i18n";

/** Fields of a form (`textcollection`, conversations): their types on the wire, and which of them are shown. */

export type Scalar = string | number | boolean;

export interface FieldChoice {
  label: string;
  value: Scalar;
  hint?: string;
  subchoices?: readonly FieldChoice[];
}

/** `{field: wanted}`, and `{not: condition}`; in an array any one has to hold. */
export type FieldCondition = Readonly<Record<string, unknown>>;

export interface Field {
  type: string;
  field_id: string;
  title: string;
  description?: string;
  hint?: string;
  required?: boolean;
  min_responses_required?: number;
  max_responses_required?: number;
  conditions?: readonly FieldCondition[];
  min?: number;
  max?: number;
  step?: number;
  use_slider?: boolean;
  prefix?: string;
  suffix?: string;
  min_characters?: number;
  max_characters?: number;
  multiline?: boolean;
  include_time?: boolean;
  choices?: readonly FieldChoice[];
  min_choices?: number;
  max_choices?: number;
  options?: readonly FieldOption[];
  num_options?: number;
  num_items_to_rank?: number;
  option_label?: string;
  options_flexible?: boolean;
  positions_flexible?: boolean;
  first_label?: string;
  last_label?: string;
  fields?: readonly Field[];
  extra_content?: unknown;
}

export interface FieldOption {
  label: string;
  value: Scalar;
}

/** Field id → answer on the wire. */
export type FieldValues = Record<string, unknown>;

const asNumber = (value: unknown): number | null => {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};

/** Whether two plain values are the same; a numeric text is its number, and `true` is not `1`. */
function same(a: unknown, b: unknown): boolean {
  const [left, right] = [asNumber(a), asNumber(b)];
  return left !== null && right !== null ? left === right : a === b;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function matches(value: unknown, wanted: unknown): boolean {
  if (isObject(wanted)) return !matches(value, wanted["not"]);
  const accepted = [wanted].flat();
  // Several answers of several choices each are two levels of arrays.
  return [value].flat(3).some((one) => accepted.some((other) => same(one, other)));
}

/** Joins the conditions of a field with those of the sections around it; no field has this id. */
const ALL = "";

const anyHolds = (conditions: readonly FieldCondition[], values: FieldValues): boolean =>
  conditions.some((one) => holds(one, values));

function holds(condition: FieldCondition, values: FieldValues): boolean {
  return Object.entries(condition).every(([name, wanted]) => {
    if (name === "not") return !holds(wanted as FieldCondition, values);
    if (name === ALL) return (wanted as FieldCondition[][]).every((several) => anyHolds(several, values));
    return matches(values[name], wanted);
  });
}

/** Whether a field is shown with these answers: any of its conditions holds, or it has none. */
export function isShown(field: Field, values: FieldValues): boolean {
  return !field.conditions?.length || anyHolds(field.conditions, values);
}

/** The fields that have answers: those of sections (`form`) take the place of their section, and its heading. */
export function answeredFields(fields: readonly Field[]): Field[] {
  return fields.flatMap((one) => {
    if (one.type !== "form") return [one];
    return answeredFields(one.fields ?? []).map((field) => {
      const both = [one.conditions ?? [], field.conditions ?? []].filter(({ length }) => length > 0);
      return {
        ...field,
        title: `${one.title}: ${field.title}`,
        ...(both.length > 0 ? { conditions: [{ [ALL]: both }] } : {}),
      };
    });
  });
}

/** What is put in order: the options, or as many numbers as the task has of them. */
export function rankedOptions(field: Field): readonly FieldOption[] {
  if (field.options !== undefined) return field.options;
  const name = field.option_label ?? t("kit.fields.option");
  return Array.from({ length: field.num_options ?? field.num_items_to_rank ?? 0 }, (_, index) => ({
    label: `${name} ${index + 1}`,
    value: index,
  }));
}

/** The most options that an answer puts in order. */
export function mostRanked(field: Field): number {
  const count = rankedOptions(field).length;
  return field.options_flexible || field.positions_flexible ? count : Math.min(field.num_items_to_rank ?? count, count);
}

/** The fields that are shown, in order; an answer to a hidden field decides nothing. */
export function shownFields(fields: readonly Field[], values: FieldValues): Field[] {
  const all = answeredFields(fields);
  let known: FieldValues = { ...values };
  for (;;) {
    const shown = all.filter((field) => isShown(field, known));
    const left = Object.fromEntries(
      Object.entries(known).filter(([name]) => shown.some((field) => field.field_id === name)),
    );
    if (Object.keys(left).length === Object.keys(known).length) return shown;
    known = left;
  }
}

/** The answers to the fields that are shown, in their order. */
export function shownValues(fields: readonly Field[], values: FieldValues): FieldValues {
  return Object.fromEntries(
    shownFields(fields, values).flatMap(({ field_id: name }) => {
      const value = values[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The choices that can be chosen, with the folders above them. */
export function leavesOfChoices(
  choices: readonly FieldChoice[] = [],
  folders: readonly string[] = [],
): (FieldChoice & { folders: readonly string[] })[] {
  return choices.flatMap((choice) =>
    choice.subchoices?.length
      ? leavesOfChoices(choice.subchoices, [...folders, choice.label])
      : [{ ...choice, folders }],
  );
}

/** The answer in words. */
export function fieldText(field: Field | undefined, value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  const known = [...leavesOfChoices(field?.choices), ...(field ? rankedOptions(field) : [])];
  const word = (one: unknown): string => {
    const label = known.find((choice) => same(choice.value, one))?.label;
    if (label !== undefined) return label;
    if (typeof one === "boolean") return t(one ? "kit.fields.yes" : "kit.fields.no");
    return typeof one === "string" ? one : JSON.stringify(one);
  };
  return [value].flat().map(word).join(", ");
}
