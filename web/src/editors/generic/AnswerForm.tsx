import { Form } from "@rjsf/mantine";
import { type RJSFSchema, type RJSFValidationError, toErrorSchema } from "@rjsf/utils";
import { useMemo } from "react";
import type { Issue } from "../../kit/doc/types";
import type { GenericAnswer } from "./model";
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

/** A form built from the answer's schema. */
export default function AnswerForm({ id, schema, answer, issues, readOnly, onChange }: Props) {
  const shown = useMemo(() => formSchema(schema) as RJSFSchema, [schema]);
  const extraErrors = useMemo(() => atFields(issues), [issues]);
  return (
    <Form
      tagName="div"
      idPrefix={id}
      schema={shown}
      validator={validator}
      formData={answer}
      extraErrors={extraErrors}
      readonly={readOnly}
      noValidate
      showErrorList={false}
      useFallbackUiForUnsupportedType
      // What nobody filled in stays absent, as on the wire.
      experimental_defaultFormStateBehavior={{
        emptyObjectFields: "skipDefaults",
        arrayMinItems: { populate: "never" },
      }}
      onChange={({ formData }) => onChange((formData ?? {}) as GenericAnswer)}
    >
      {/* The work screen has the button that submits. */}
      <span hidden />
    </Form>
  );
}
