import { Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { t } from "../../kit/i18n";
import { useUnread } from "../../kit/doc/unread";
import type { GenericAnswer } from "./model";

interface Props {
  answer: GenericAnswer;
  readOnly: boolean;
  onChange: (answer: GenericAnswer) => void;
}

const written = (answer: GenericAnswer): string => JSON.stringify(answer, null, 2);

/** The answer as JSON, for what a form cannot say; what does not parse is not taken over. */
export function JsonField({ answer, readOnly, onChange }: Props) {
  const [typed, setTyped] = useState({ answer, text: written(answer) });
  const [problem, setProblem] = useState<string | null>(null);
  // Undo, redo and the form change the answer from outside.
  if (typed.answer !== answer) {
    setTyped({ answer, text: written(answer) });
    setProblem(null);
  }
  useUnread(problem && t("generic.json.wrong", { message: problem }));
  const take = (text: string): void => {
    try {
      const parsed = JSON.parse(text) as GenericAnswer;
      setTyped({ answer: parsed, text });
      setProblem(null);
      onChange(parsed);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      setTyped({ answer, text });
      setProblem(error.message);
    }
  };
  return (
    <>
      <Textarea
        className="lw-json"
        data-testid="answer-json"
        aria-label={t("generic.json.label")}
        value={typed.text}
        readOnly={readOnly}
        autosize
        minRows={12}
        spellCheck={false}
        onChange={(event) => take(event.currentTarget.value)}
      />
      {problem && (
        <Text size="sm" c="danger" role="alert">
          {t("generic.json.wrong", { message: problem })}
        </Text>
      )}
    </>
  );
}
