import {
  Chip,
  Group,
  Input,
  MultiSelect,
  NumberInput,
  Select,
  Slider,
  Textarea,
  type ComboboxItem,
  type ComboboxItemGroup,
} from "@mantine/core";
import { useId } from "react";
import { t } from "../i18n";
import {
  type AttributeDefinition,
  type AttributeDefinitions,
  type AttributeProblem,
  type AttributeValue,
  type AttributeValues,
  isRequired,
} from "../labels/attributes";
import { type Leaf, leavesOf } from "../labels/labels";
import { plainText } from "../markdown/plain";
import "./kit.css";

/** Up to this many choices are shown side by side; more go into a searchable list. */
const CHIP_LIMIT = 8;

export interface AttributeFormProps {
  definitions: AttributeDefinitions;
  /** Names to show, in order: those whose conditions hold. */
  asked: readonly string[];
  values: AttributeValues;
  onChange: (name: string, value: AttributeValue | undefined) => void;
  problems?: ReadonlyMap<string, AttributeProblem> | undefined;
  /** Objects a `linked` attribute may point to. */
  targets?: ((definition: AttributeDefinition) => readonly ComboboxItem[]) | undefined;
  disabled?: boolean | undefined;
}

interface FieldProps {
  name: string;
  definition: AttributeDefinition;
  value: AttributeValue | undefined;
  error: string | null;
  disabled: boolean;
  targets: readonly ComboboxItem[];
  onChange: (value: AttributeValue | undefined) => void;
}

/** The sentence for a problem of an attribute. */
export function problemText(problem: AttributeProblem, definition: AttributeDefinition): string {
  return t(`kit.attr.${problem}`, {
    min: definition.min,
    max: definition.max,
    step: definition.step ?? 1,
    minLength: definition.min_length,
    maxLength: definition.max_length,
  });
}

const groupedItems = (leaves: readonly Leaf[]): (ComboboxItem | ComboboxItemGroup<ComboboxItem>)[] => {
  const groups = new Map<string, ComboboxItem[]>();
  for (const { choice, display, folders } of leaves) {
    const group = folders.join(" / ");
    groups.set(group, [...(groups.get(group) ?? []), { value: choice, label: display }]);
  }
  return [...groups].flatMap(([group, items]): (ComboboxItem | ComboboxItemGroup<ComboboxItem>)[] =>
    group === "" ? items : [{ group, items }],
  );
};

const asText = (value: AttributeValue | undefined): string | null => {
  if (value === undefined || typeof value === "object") return null;
  return String(value);
};
const asList = (value: AttributeValue | undefined): string[] => {
  if (value === undefined) return [];
  return typeof value === "object" ? [...value] : [String(value)];
};

/** A category as chips or, with many choices, as a searchable list. */
function CategoryField({ name, definition, value, error, disabled, onChange }: FieldProps) {
  const leaves = leavesOf(definition.choices);
  const labelId = useId();
  const label = definition.description ?? name;
  const required = isRequired(definition);
  const multiple = definition.allow_multiple === true;
  if (leaves.length > CHIP_LIMIT) {
    const shared = {
      label,
      error,
      disabled,
      withAsterisk: required,
      searchable: true,
      clearable: true,
      size: "xs",
      data: groupedItems(leaves),
      nothingFoundMessage: t("kit.attr.nothing"),
    };
    return multiple ? (
      <MultiSelect
        {...shared}
        value={asList(value)}
        onChange={(next) => onChange(next.length > 0 ? next : undefined)}
      />
    ) : (
      <Select {...shared} value={asText(value)} onChange={(next) => onChange(next ?? undefined)} />
    );
  }
  const chips = leaves.map(({ choice, display, description, folders }) => (
    <Chip
      key={choice}
      value={choice}
      size="xs"
      radius="sm"
      variant="light"
      disabled={disabled}
      title={[...folders, description && plainText(description)].filter(Boolean).join(" / ") || undefined}
      onClick={() => {
        // A second click on the chosen one takes the answer back; radio inputs alone cannot.
        if (!multiple && value === choice) onChange(undefined);
      }}
    >
      {display}
    </Chip>
  ));
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: labelId }}
      error={error}
      withAsterisk={required}
      size="xs"
    >
      <Group gap={6} mt={4} role={multiple ? "group" : "radiogroup"} aria-labelledby={labelId}>
        {multiple ? (
          <Chip.Group
            multiple
            value={asList(value)}
            onChange={(next) => onChange(next.length > 0 ? next : undefined)}
          >
            {chips}
          </Chip.Group>
        ) : (
          <Chip.Group value={asText(value)} onChange={(next) => onChange(next ?? undefined)}>
            {chips}
          </Chip.Group>
        )}
      </Group>
    </Input.Wrapper>
  );
}

function NumberField({ name, definition, value, error, disabled, onChange }: FieldProps) {
  const angle = definition.type === "angle";
  const pixels = definition.type === "x_line" || definition.type === "y_line";
  const min = angle ? 0 : definition.min;
  const max = angle ? 360 : definition.max;
  const number = typeof value === "number" ? value : "";
  const suffix = angle ? "°" : pixels ? " px" : "";
  return (
    <>
      <NumberInput
        size="xs"
        label={definition.description ?? name}
        withAsterisk={isRequired(definition)}
        error={error}
        disabled={disabled}
        value={number}
        step={definition.step ?? 1}
        suffix={suffix}
        clampBehavior="none"
        {...(min === undefined ? {} : { min })}
        {...(max === undefined ? {} : { max })}
        onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
      />
      {angle && (
        <Slider
          mt={6}
          size="xs"
          min={0}
          max={360}
          disabled={disabled}
          label={null}
          thumbLabel={definition.description ?? name}
          value={number === "" ? 0 : number}
          onChange={(next) => onChange(next)}
        />
      )}
    </>
  );
}

function Field(props: FieldProps) {
  const { name, definition, value, error, disabled, targets, onChange } = props;
  const shared = {
    label: definition.description ?? name,
    error,
    disabled,
    withAsterisk: isRequired(definition),
  };
  switch (definition.type ?? "category") {
    case "category":
      return <CategoryField {...props} />;
    case "number":
    case "angle":
    case "x_line":
    case "y_line":
      return <NumberField {...props} />;
    case "text":
      return (
        <Textarea
          {...shared}
          size="xs"
          autosize
          minRows={1}
          maxRows={8}
          value={asText(value) ?? ""}
          onChange={(event) =>
            onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value)
          }
        />
      );
    case "linked":
      return (
        <Select
          {...shared}
          size="xs"
          clearable
          searchable
          placeholder={t("kit.attr.link_none")}
          nothingFoundMessage={t("kit.attr.nothing")}
          data={[...targets]}
          value={asText(value)}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
  }
}

/** The questions of one object (or of the task), one field per asked attribute. */
export function AttributeForm(props: AttributeFormProps) {
  const { definitions, asked, values, onChange, problems, targets, disabled = false } = props;
  return (
    <div className="lw-attributes">
      {asked.map((name) => {
        const definition = definitions[name];
        if (!definition) return null;
        const problem = problems?.get(name);
        return (
          <div key={name} data-testid={`attr-${name}`}>
            <Field
              name={name}
              definition={definition}
              value={values[name]}
              // The asterisk says what is missing; red text under every fresh object would only shout.
              error={
                problem === undefined || problem === "required" ? null : problemText(problem, definition)
              }
              disabled={disabled}
              targets={definition.type === "linked" ? (targets?.(definition) ?? []) : []}
              onChange={(value) => onChange(name, value)}
            />
          </div>
        );
      })}
    </div>
  );
}
