import type { Command, Session } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import { type AttributeValue, isAnswered, isTyped } from "../../kit/labels/attributes";
import { labelKeys, leavesOf } from "../../kit/labels/labels";
import { askedQuestions, type CategorizationDoc, type CategorizationParams, questionsOf } from "./model";

export type CategorizationSession = Session<CategorizationParams, CategorizationDoc>;
type CategorizationCommand = Command<CategorizationDoc, CategorizationParams>;

/** The question the digit keys answer: the chosen one while it is asked, else the first unanswered, else the first. */
export function currentQuestion(session: CategorizationSession): string | null {
  const doc = session.doc.getState();
  const asked = askedQuestions(doc, session.params);
  const [chosen] = session.ui.getState().selection;
  if (chosen !== undefined && asked.includes(chosen)) return chosen;
  return asked.find((name) => !isAnswered(doc.answers[name])) ?? asked[0] ?? null;
}

/** Writes an answer; undefined takes it back. */
export function answer(
  session: CategorizationSession,
  name: string,
  value: AttributeValue | undefined,
): void {
  session.edit(
    t("categorization.edit.answer"),
    (doc) => {
      if (value === undefined) delete doc.answers[name];
      else doc.answers[name] = value;
    },
    isTyped(questionsOf(session.params)[name]) ? { mergeKey: `answer:${name}` } : {},
  );
}

/** Chooses an option of a question: adds or removes it with `allow_multiple`, else replaces the answer and goes on. */
export function choose(session: CategorizationSession, name: string, choice: string): void {
  const definition = questionsOf(session.params)[name];
  const value = session.doc.getState().answers[name];
  if (definition?.allow_multiple) {
    const chosen = Array.isArray(value) ? value : [];
    const next = chosen.includes(choice) ? chosen.filter((one) => one !== choice) : [...chosen, choice];
    answer(session, name, next.length > 0 ? next : undefined);
    session.ui.setState({ selection: [name] });
    return;
  }
  answer(session, name, value === choice ? undefined : choice);
  const asked = askedQuestions(session.doc.getState(), session.params);
  const { answers } = session.doc.getState();
  const open = asked.slice(asked.indexOf(name) + 1).find((one) => !isAnswered(answers[one]));
  session.ui.setState({ selection: [value === choice ? name : (open ?? name)] });
}

function step(session: CategorizationSession, by: 1 | -1): void {
  const asked = askedQuestions(session.doc.getState(), session.params);
  const current = currentQuestion(session);
  const next = asked[asked.indexOf(current ?? "") + by];
  if (next !== undefined) session.ui.setState({ selection: [next] });
}

function command(
  id: string,
  group: string,
  keys: readonly string[],
  rest: Omit<CategorizationCommand, "id" | "title" | "group" | "keys">,
  values?: Record<string, unknown>,
  line?: string,
): CategorizationCommand {
  return {
    id: `categorization.${id}`,
    get title() {
      return t(`categorization.command.${group}.${id.split(".")[0] ?? id}`, values);
    },
    get line() {
      return line === undefined ? undefined : t(line);
    },
    get group() {
      return t(`categorization.group.${group}`);
    },
    keys,
    ...rest,
  };
}

function optionAt(session: CategorizationSession, index: number): { name: string; choice: string } | null {
  const name = currentQuestion(session);
  const leaf = name === null ? undefined : leavesOf(questionsOf(session.params)[name]?.choices)[index];
  return name !== null && leaf ? { name, choice: leaf.choice } : null;
}

const options = Array.from({ length: 20 }, (_, index) =>
  command(
    `option.${index + 1}`,
    "answer",
    labelKeys(index),
    {
      mutates: true,
      when: (session) => optionAt(session, index) !== null,
      run(session) {
        const option = optionAt(session, index);
        if (option) choose(session, option.name, option.choice);
      },
    },
    { number: index + 1 },
    index < 10 ? "categorization.command.answer.line" : "categorization.command.answer.line_more",
  ),
);

/** Everything the categorization editor can do. */
export const commands: readonly CategorizationCommand[] = [
  ...options,
  command("next", "answer", ["ArrowDown"], { run: (session) => step(session, 1) }),
  command("previous", "answer", ["ArrowUp"], { run: (session) => step(session, -1) }),
  command("undo", "history", ["$mod+z"], { mutates: true, run: (session) => session.undo() }),
  command("redo", "history", ["$mod+Shift+z", "$mod+y"], { mutates: true, run: (session) => session.redo() }),
  command("compare", "view", ["d"], {
    run: (session) =>
      session.ui.setState({ compare: session.ui.getState().compare === "after" ? "both" : "after" }),
  }),
];
