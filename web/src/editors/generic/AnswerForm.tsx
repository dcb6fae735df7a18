import { Form } from "@rjsf/mantine";
import { type RJSFSchema, type RJSFValidationError, toErrorSchema } from "@rjsf/utils";
import { useMemo, useState } from "react";
import type { Issue } from "../../kit/doc/types";
import { type FormContext, type Path, TEMPLATES, WIDGETS } from "./formParts";
import { type GenericAnswer, isObject } from "./model";
import { namedParts, nameMembers, withNames } from "./names";
import { formSchema, type JsonSchema } from "./schema";
import { validator } from "./validator";

interface Props {
  id: string;
  schema: JsonSchema;
  answer: GenericAnswer;
  issues: readonly Issue[];
  readOnly: boolean;
  onChange: (answer: GenericAnswer) => void;
}

/** The server's problems where the form shows them. */
function atFields(issues: readonly Issue[]) {
  const errors = issues.map(({ path, message }): RJSFValidationError => ({
    property: path,
    message,
    stack: message,
  }));
  return toErrorSchema(errors);
}

/** A value with a member set at a path; what is missing on the way becomes objects. */
export function withMember(value: unknown, path: Path, key: string, member: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return { ...(isObject(value) ? value : {}), [key]: member };
  if (Array.isArray(value))
    return value.map((one, index) => (index === Number(first) ? withMember(one, rest, key, member) : one));
  const object = isObject(value) ? value : {};
  return { ...object, [first]: withMember(object[first], rest, key, member) };
}

const BEHAVIOUR = {
  // What nobody filled in stays absent, as on the wire.
  emptyObjectFields: "skipDefaults",
  arrayMinItems: { populate: "never" },
} as const;

interface Outside {
  /** Grows with every change that did not come from the form: its library keeps the members that it knows. */
  version: number;
  /** Notes what the form itself gives. */
  note: (next: GenericAnswer) => void;
}

function useOutside(answer: GenericAnswer): Outside {
  const text = JSON.stringify(answer);
  const [known, setKnown] = useState({ text, version: 0 });
  if (known.text !== text) setKnown({ text, version: known.version + 1 });
  return {
    version: known.version,
    note: (next) => setKnown(({ version }) => ({ text: JSON.stringify(next), version })),
  };
}

/** A form built from the answer's schema. */
export default function AnswerForm({ id, schema, answer, issues, readOnly, onChange }: Props) {
  const shown = useMemo(() => formSchema(schema), [schema]);
  const members = useMemo(() => nameMembers(schema), [schema]);
  const extraErrors = useMemo(() => atFields(issues), [issues]);
  const { version, note } = useOutside(answer);
  const change = (formData: unknown): void => {
    const next = withNames((formData ?? {}) as GenericAnswer, members);
    note(next);
    onChange(next);
  };
  const context: FormContext = {
    root: shown,
    named: namedParts(answer, members),
    add: (path, key, value) => onChange(withNames(withMember(answer, path, key, value) as GenericAnswer, members)),
  };
  return (
    <Form
      key={version}
      tagName="div"
      idPrefix={id}
      schema={shown as RJSFSchema}
      validator={validator}
      formData={answer}
      formContext={context}
      templates={TEMPLATES}
      widgets={WIDGETS}
      extraErrors={extraErrors}
      readonly={readOnly}
      noValidate
      showErrorList={false}
      useFallbackUiForUnsupportedType
      experimental_defaultFormStateBehavior={BEHAVIOUR}
      onChange={({ formData }) => change(formData)}
    >
      {/* The work screen has the button that submits. */}
      <span hidden />
    </Form>
  );
}
