import { ActionIcon, Button, Group, Select, TextInput } from "@mantine/core";
import { Templates } from "@rjsf/mantine";
import {
  ADDITIONAL_PROPERTY_FLAG,
  type BaseInputTemplateProps,
  type DescriptionFieldProps,
  descriptionId,
  type FieldTemplateProps,
  type ObjectFieldTemplateProps,
  type TemplatesType,
  titleId,
  type WidgetProps,
  type WrapIfAdditionalTemplateProps,
} from "@rjsf/utils";
import { type KeyboardEvent, useState } from "react";
import { MomentField, type MomentKind } from "../../kit/fields/MomentField";
import { t } from "../../kit/i18n";
import { newUuid } from "../../kit/labels/uuid";
import { Markdown } from "../../kit/markdown/Markdown";
import { NAMED_BY_KEY, type Named, REFERENCE } from "./names";
import { firstValue, type JsonSchema } from "./schema";

export type Path = readonly (string | number)[];

/** What the parts of the form know besides their own props. */
export interface FormContext {
  root: JsonSchema;
  /** Parts of the answer that others can refer to. */
  named: readonly Named[];
  /** Adds a member to an object. */
  add: (path: Path, key: string, value: unknown) => void;
}

/** Descriptions are the customer's. */
function Description({ id, description }: DescriptionFieldProps) {
  if (!description) return null;
  return (
    <div id={id} className="lw-form-description">
      {typeof description === "string" ? <Markdown text={description} small /> : description}
    </div>
  );
}

const { FieldTemplate, BaseInputTemplate } = Templates as Required<typeof Templates>;

/** One field with what is said about it; objects and lists say it above their members. */
function Field(props: FieldTemplateProps) {
  const { id, children, displayLabel, rawDescription, schema, uiSchema, registry } = props;
  return (
    <FieldTemplate {...props}>
      <>
        {children}
        {displayLabel && rawDescription && (
          <Description
            id={descriptionId(id)}
            description={rawDescription}
            schema={schema}
            uiSchema={uiSchema ?? {}}
            registry={registry}
          />
        )}
      </>
    </FieldTemplate>
  );
}

/** The library's control without the description, which it would show as plain text. */
function Control({ schema, options, ...props }: BaseInputTemplateProps) {
  const { description: _text, ...rest } = schema;
  const { description: _option, ...others } = options;
  return <BaseInputTemplate {...props} schema={rest} options={others} />;
}

type ValueKind = "string" | "number" | "boolean" | "array" | "object";
const VALUE_KINDS: readonly ValueKind[] = ["string", "number", "boolean", "array", "object"];

interface AdderProps {
  path: Path;
  schema: JsonSchema;
  taken: readonly string[];
  context: FormContext;
}

/** Adds a member of a name that the labeler gives to an object that has any. */
function Adder({ path, schema, taken, context }: AdderProps) {
  const [key, setKey] = useState("");
  const [kind, setKind] = useState<ValueKind>("string");
  const { additionalProperties: values } = schema;
  // Whatever may stand there: the labeler says what it is.
  const any = values === true || (typeof values === "object" && values !== null && Object.keys(values).length === 0);
  const named = schema[NAMED_BY_KEY] === true;
  const name = named ? newUuid : () => key.trim();
  const ready = named || (key.trim() !== "" && !taken.includes(key.trim()));
  const add = (): void => {
    if (!ready) return;
    context.add(path, name(), firstValue(any ? { type: kind } : values, context.root));
    setKey("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    add();
  };
  return (
    <Group gap="xs" align="end" wrap="nowrap" className="lw-form-adder">
      {!named && (
        <TextInput
          size="xs"
          style={{ flex: 1 }}
          label={t("generic.map.key")}
          value={key}
          error={taken.includes(key.trim()) ? t("generic.map.taken") : undefined}
          onChange={(event) => setKey(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      )}
      {any && (
        <Select
          size="xs"
          w={110}
          label={t("generic.map.kind")}
          allowDeselect={false}
          value={kind}
          data={VALUE_KINDS.map((value) => ({ value, label: t(`generic.map.kind.${value}`) }))}
          onChange={(value) => setKind(value ?? "string")}
        />
      )}
      <Button size="xs" variant="default" disabled={!ready} onClick={add}>
        {t("generic.map.add")}
      </Button>
    </Group>
  );
}

/** An object: its members, and a way to add some where the schema has no names for them. */
function ObjectField(props: ObjectFieldTemplateProps) {
  const { title, description, properties, schema, uiSchema, required, fieldPathId, registry } = props;
  const { readonly, disabled, formData } = props;
  const { TitleFieldTemplate, DescriptionFieldTemplate } = registry.templates;
  const extensible = Boolean(schema.additionalProperties) && !readonly && !disabled;
  return (
    <div id={fieldPathId.$id} className="lw-form-object" role="group" aria-label={title || undefined}>
      {title && (
        <TitleFieldTemplate
          id={titleId(fieldPathId)}
          title={title}
          required={required ?? false}
          schema={schema}
          uiSchema={uiSchema ?? {}}
          registry={registry}
        />
      )}
      {description && (
        <DescriptionFieldTemplate
          id={descriptionId(fieldPathId)}
          description={description}
          schema={schema}
          uiSchema={uiSchema ?? {}}
          registry={registry}
        />
      )}
      {properties.filter(({ hidden }) => !hidden).map(({ name, content }) => (
        <div key={name}>{content}</div>
      ))}
      {extensible && (
        <Adder
          path={fieldPathId.path}
          schema={schema as JsonSchema}
          taken={Object.keys((formData as object | undefined) ?? {})}
          context={registry.formContext as FormContext}
        />
      )}
    </div>
  );
}

/** A member whose name the labeler gave, with a way to take it out again. */
function Member(props: WrapIfAdditionalTemplateProps) {
  const { id, classNames, style, label, schema, children, disabled, readonly, onRemoveProperty } = props;
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) {
    return (
      <div className={classNames} style={style}>
        {children}
      </div>
    );
  }
  return (
    <div className="lw-form-member" data-testid={`member-${label}`}>
      <div style={{ flex: 1, minWidth: 0 }}>{children}</div>
      {!disabled && !readonly && (
        <ActionIcon
          id={`${id}__remove`}
          variant="subtle"
          color="gray"
          aria-label={t("generic.map.remove", { name: label })}
          onClick={onRemoveProperty}
        >
          ×
        </ActionIcon>
      )}
    </div>
  );
}

export const TEMPLATES: Partial<Omit<TemplatesType, "ButtonTemplates">> = {
  BaseInputTemplate: Control,
  DescriptionFieldTemplate: Description,
  FieldTemplate: Field,
  ObjectFieldTemplate: ObjectField,
  WrapIfAdditionalTemplate: Member,
};

const errorOf = (errors: readonly string[] | undefined): string | undefined =>
  errors && errors.length > 0 ? errors.join("\n") : undefined;

/** A text, or the choice of another part of the answer. */
function TextWidget(props: WidgetProps) {
  const { id, label, hideLabel, required, disabled, readonly, rawErrors, schema, value, registry, onChange } = props;
  const { BaseInputTemplate } = registry.templates;
  if ((schema as JsonSchema)[REFERENCE] !== true) return <BaseInputTemplate {...props} />;
  const { named } = registry.formContext as FormContext;
  const known = named.map(({ name, title }) => ({ value: name, label: title }));
  const other = typeof value === "string" && value !== "" && !named.some(({ name }) => name === value);
  return (
    <Select
      id={id}
      label={hideLabel ? undefined : label}
      required={required ?? false}
      disabled={disabled === true || readonly === true}
      error={errorOf(rawErrors)}
      placeholder={t("generic.reference")}
      nothingFoundMessage={t("generic.reference.none")}
      searchable
      clearable
      data={other ? [...known, { value: value as string, label: value as string }] : known}
      value={(value as string | undefined) || null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

const moment = (kind: MomentKind) =>
  function MomentWidget({ id, label, hideLabel, required, disabled, readonly, rawErrors, value, onChange }: WidgetProps) {
    return (
      <MomentField
        id={id}
        kind={kind}
        title={label}
        label={hideLabel ? undefined : label}
        required={required ?? false}
        disabled={disabled === true || readonly === true}
        error={errorOf(rawErrors)}
        value={value as unknown}
        onChange={onChange}
      />
    );
  };

export const WIDGETS = {
  TextWidget,
  DateWidget: moment("date"),
  DateTimeWidget: moment("date-time"),
  TimeWidget: moment("time"),
};
