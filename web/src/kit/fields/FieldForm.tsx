import { Chip, Group, Input, MultiSelect, NumberInput, Select, Slider, Textarea, TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { useUnread } from "../doc/unread";
import { t } from "../i18n";
import { Markdown } from "../markdown/Markdown";
import { MomentField } from "./MomentField";
import {
  type Field,
  type FieldValues,
  leavesOfChoices,
  mostRanked,
  rankedOptions,
  type Scalar,
  shownFields,
} from "./model";

/** Up to this many choices are shown side by side; more go into a searchable list. */
const CHIP_LIMIT = 8;

interface FieldProps {
  field: Field;
  value: unknown;
  error: string | null;
  disabled: boolean;
  onChange: (value: unknown) => void;
}

const described = (text: string) => (text ? <Markdown text={text} small /> : undefined);

const common = ({ field, error, disabled }: FieldProps) => ({
  label: field.title,
  description: described(
    [field.description, field.hint, field.extra_content]
      .filter((one) => typeof one === "string" && one !== "")
      .join("\n\n"),
  ),
  withAsterisk: field.required === true,
  error,
  disabled,
  size: "xs" as const,
});

/** The answer of whoever chose nothing in the end: none, or that nothing of it is right. */
const nothing = ({ min_choices: least }: Field): readonly Scalar[] | undefined => (least === 0 ? [] : undefined);

/** Some options side by side; the chosen ones can be taken back. */
function Chips(props: FieldProps & { options: readonly { label: string; value: Scalar }[]; many: boolean; chosen: readonly unknown[] }) {
  const { options, many, chosen, disabled, onChange } = props;
  const id = useId();
  const { size, withAsterisk, error, label, description } = common(props);
  const toggle = (value: Scalar): void => {
    if (!many) onChange(chosen.includes(value) ? undefined : [value]);
    else {
      const next = options.map((one) => one.value).filter((one) => chosen.includes(one) !== (one === value));
      onChange(next.length > 0 ? next : nothing(props.field));
    }
  };
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id }}
      description={description}
      error={error}
      withAsterisk={withAsterisk}
      size={size}
    >
      <Group gap={6} mt={4} role="group" aria-labelledby={id}>
        {options.map(({ label: shown, value }) => (
          <Chip
            key={String(value)}
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
            size="xs"
            radius="sm"
            variant="light"
            disabled={disabled}
          >
            {shown}
          </Chip>
        ))}
      </Group>
    </Input.Wrapper>
  );
}

function ChoiceField(props: FieldProps) {
  const { field, value, onChange } = props;
  const leaves = leavesOfChoices(field.choices);
  const many = (field.max_choices ?? 1) > 1;
  const chosen = value === undefined ? [] : [value].flat();
  if (leaves.length <= CHIP_LIMIT && field.type !== "select") {
    return <Chips {...props} options={leaves} many={many} chosen={chosen} />;
  }
  const data = leaves.map(({ label, folders }, index) => ({
    value: String(index),
    label: [...folders, label].join(" / "),
  }));
  const at = chosen.map((one) => String(leaves.findIndex((leaf) => leaf.value === one)));
  const pick = (next: readonly string[]): void =>
    onChange(next.length > 0 ? next.map((index) => leaves[Number(index)]?.value) : nothing(field));
  const shared = { ...common(props), data, searchable: true, clearable: true, nothingFoundMessage: t("kit.attr.nothing") };
  return many ? (
    <MultiSelect {...shared} value={at} onChange={pick} />
  ) : (
    <Select {...shared} value={at[0] ?? null} onChange={(next) => pick(next === null ? [] : [next])} />
  );
}

/** A few whole numbers as steps, else a number to type. */
function NumberField(props: FieldProps) {
  const { field, value, onChange } = props;
  const { min, max, step = 1 } = field;
  const number = typeof value === "number" ? value : undefined;
  if (min !== undefined && max !== undefined && (max - min) / step < CHIP_LIMIT + 3 && !field.use_slider) {
    const count = Math.floor((max - min) / step) + 1;
    const options = Array.from({ length: count }, (_, index) => {
      const one = min + index * step;
      return { label: `${field.prefix ?? ""}${one}${field.suffix ?? ""}`, value: one };
    });
    return (
      <Chips
        {...props}
        options={options}
        many={false}
        chosen={number === undefined ? [] : [number]}
        onChange={(next) => onChange(Array.isArray(next) ? next[0] : next)}
      />
    );
  }
  if (field.use_slider && min !== undefined && max !== undefined) {
    const { label, description, error, withAsterisk, size, disabled } = common(props);
    return (
      <Input.Wrapper {...{ label, description, error, withAsterisk, size }}>
        <Slider
          min={min}
          max={max}
          step={step}
          disabled={disabled}
          value={number ?? min}
          thumbLabel={field.title}
          onChange={onChange}
        />
      </Input.Wrapper>
    );
  }
  return (
    <NumberInput
      {...common(props)}
      value={number ?? ""}
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      step={step}
      prefix={field.prefix ?? ""}
      suffix={field.suffix ?? ""}
      onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
    />
  );
}

/** An order, made by choosing the options from the best to the worst. */
function RankingField(props: FieldProps) {
  const { field, value, onChange } = props;
  const options = rankedOptions(field);
  const order = Array.isArray(value) ? (value as Scalar[]) : [];
  const shown = options.map((one) => {
    const at = order.indexOf(one.value);
    return { ...one, label: at < 0 ? one.label : `${at + 1}. ${one.label}` };
  });
  const ends = field.first_label && field.last_label ? `${field.first_label} → ${field.last_label}` : "";
  const toggle = (next: unknown): void => {
    const after = Array.isArray(next) ? (next as Scalar[]) : [];
    const added = after.filter((one) => !order.includes(one));
    const kept = order.filter((one) => after.includes(one));
    const all = [...kept, ...added].slice(0, mostRanked(field));
    onChange(all.length > 0 ? all : undefined);
  };
  return (
    <Chips
      {...props}
      field={{ ...field, description: [field.description, t("kit.fields.ranking"), ends].filter(Boolean).join(" ") }}
      options={shown}
      many
      chosen={order}
      onChange={toggle}
    />
  );
}

/** What has no widget of its own: the answer as JSON. What does not parse is not taken over. */
function JsonField(props: FieldProps) {
  const { value, onChange } = props;
  const written = value === undefined ? "" : JSON.stringify(value);
  const [typed, setTyped] = useState({ value, text: written });
  const [wrong, setWrong] = useState<string | null>(null);
  if (typed.value !== value) {
    setTyped({ value, text: written });
    setWrong(null);
  }
  useUnread(wrong);
  const take = (text: string): void => {
    try {
      const parsed: unknown = text.trim() === "" ? undefined : JSON.parse(text);
      setTyped({ value: parsed, text });
      setWrong(null);
      onChange(parsed);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      setTyped({ value, text });
      setWrong(t("kit.fields.json", { message: error.message }));
    }
  };
  return (
    <Textarea
      {...common(props)}
      error={wrong ?? props.error}
      value={typed.text}
      autosize
      maxRows={6}
      spellCheck={false}
      onChange={(event) => take(event.currentTarget.value)}
    />
  );
}

const YES_NO = [true, false];

function FieldInput(props: FieldProps) {
  const { field, value, onChange } = props;
  if ((field.max_responses_required ?? 1) > 1) return <JsonField {...props} />;
  switch (field.type) {
    case "text":
      return (
        <Textarea
          {...common(props)}
          autosize
          minRows={field.multiline === false ? 1 : 2}
          maxRows={12}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
    case "boolean":
      return (
        <Chips
          {...props}
          options={YES_NO.map((one) => ({ label: t(one ? "kit.fields.yes" : "kit.fields.no"), value: one }))}
          many={false}
          chosen={value === undefined ? [] : [value]}
          onChange={(next) => onChange(Array.isArray(next) ? next[0] : next)}
        />
      );
    case "number":
      return <NumberField {...props} />;
    case "category":
    case "select":
      return <ChoiceField {...props} />;
    case "ranking_order":
      return <RankingField {...props} />;
    case "datetime":
      return (
        <MomentField
          {...common(props)}
          kind={field.include_time ? "date-time" : "date"}
          title={field.title}
          value={value}
          onChange={onChange}
        />
      );
    case "file":
      return (
        <TextInput
          {...common(props)}
          type="url"
          placeholder="https://"
          value={((value as { url?: string } | undefined)?.url ?? "")}
          onChange={(event) => onChange(event.currentTarget.value ? { url: event.currentTarget.value } : undefined)}
        />
      );
    default:
      return <JsonField {...props} />;
  }
}

export interface FieldFormProps {
  fields: readonly Field[];
  values: FieldValues;
  disabled: boolean;
  /** A sentence about the answer to a field; null when there is nothing wrong. */
  problem: (fieldId: string) => string | null;
  onChange: (field: Field, value: unknown) => void;
}

/** The fields of a form that are shown with these answers. */
export function FieldForm({ fields, values, disabled, problem, onChange }: FieldFormProps) {
  return (
    <div className="lw-fields">
      {shownFields(fields, values).map((field) => (
        <FieldInput
          key={field.field_id}
          field={field}
          value={values[field.field_id]}
          error={problem(field.field_id)}
          disabled={disabled}
          onChange={(value) => onChange(field, value)}
        />
      ))}
    </div>
  );
}
