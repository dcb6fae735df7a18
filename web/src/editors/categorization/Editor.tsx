import { type RefObject, useEffect, useId, useMemo, useRef } from "react";
import type { Overlay } from "../../kit/doc/types";
import { bindKeys, commandBindings } from "../../kit/hotkeys";
import { t } from "../../kit/i18n";
import { attributeProblem, type AttributeValue } from "../../kit/labels/attributes";
import { leavesOf } from "../../kit/labels/labels";
import { AttributeForm } from "../../kit/ui/AttributeForm";
import { Side } from "../../kit/ui/Side";
import { usePart } from "../../kit/ui/useStore";
import type { EditorProps } from "../contract";
import { Attachment } from "./Attachment";
import "./categorization.css";
import { answer, type CategorizationSession, choose, commands, currentQuestion } from "./commands";
import { answerText, askedQuestions, type CategorizationDoc, type CategorizationParams } from "./model";
import { questionsOf, sameAnswer, titleOf } from "./model";
import { OptionList } from "./OptionList";

type Props = EditorProps<CategorizationParams, CategorizationDoc>;

const toList = (value: AttributeValue | undefined): string[] =>
  value === undefined ? [] : [value].flat().map(String);

interface QuestionProps {
  session: CategorizationSession;
  name: string;
  disabled: boolean;
  current: boolean;
  earlier: CategorizationDoc | null;
  searchRef: RefObject<HTMLInputElement | null>;
}

/** One question with its options or field. */
function Question({ session, name, disabled, current, earlier, searchRef }: QuestionProps) {
  const value = usePart(session.doc, (doc) => doc.answers[name]);
  const { params } = session;
  const definition = questionsOf(params)[name];
  const titleId = useId();
  const element = useRef<HTMLElement>(null);
  const leaves = useMemo(() => leavesOf(definition?.choices), [definition]);
  useEffect(() => {
    if (current) element.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  if (!definition) return null;
  const category = (definition.type ?? "category") === "category";
  const multiple = definition.allow_multiple === true;
  const was = earlier?.answers[name];
  const changed = earlier !== null && !sameAnswer(was, value);
  const problem = attributeProblem(definition, value);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- focus inside makes it current
    <section
      role="group"
      ref={element}
      className="lw-question"
      data-current={current}
      aria-labelledby={titleId}
      onFocus={() => session.ui.setState({ selection: [name] })}
    >
      <h2 id={titleId}>{titleOf(params, name)}</h2>
      {category && (
        <p className="lw-question-how">
          {t(multiple ? "categorization.choose_many" : "categorization.choose_one")}
        </p>
      )}
      {changed && (
        <p className="lw-question-was">
          {t("categorization.changed", { before: answerText(definition, was) })}
        </p>
      )}
      {category ? (
        <OptionList
          leaves={leaves}
          chosen={toList(value)}
          earlier={changed ? toList(was) : []}
          multiple={multiple}
          disabled={disabled}
          current={current && !disabled}
          titleId={titleId}
          searchRef={current ? searchRef : null}
          onChoose={(choice) => choose(session, name, choice)}
        />
      ) : (
        <AttributeForm
          definitions={{ [name]: definition }}
          asked={[name]}
          values={value === undefined ? {} : { [name]: value }}
          problems={problem ? new Map([[name, problem]]) : undefined}
          disabled={disabled}
          onChange={(_, next) => answer(session, name, next)}
        />
      )}
    </section>
  );
}

function Questions({
  session,
  mode,
  overlay,
  searchRef,
}: {
  session: CategorizationSession;
  mode: Props["mode"];
  overlay: Overlay<CategorizationDoc> | undefined;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const doc = usePart(session.doc, (state) => state);
  const compare = usePart(session.ui, (ui) => ui.compare);
  usePart(session.ui, (ui) => ui.selection);
  const current = currentQuestion(session);
  return (
    <Side className="lw-questions" label={t("categorization.panel")} landmark={mode !== "view"}>
      {askedQuestions(doc, session.params).map((name) => (
        <Question
          key={name}
          session={session}
          name={name}
          disabled={mode !== "edit"}
          current={name === current}
          earlier={overlay && compare !== "after" ? overlay.reference : null}
          searchRef={searchRef}
        />
      ))}
    </Side>
  );
}

/** The categorization editor: what is to be judged on the left, the questions on the right. Fills its container. */
export function Editor({ session, mode, overlay, active = true }: Props) {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!active) return undefined;
    const find = {
      id: "categorization.find",
      title: t("categorization.command.answer.find"),
      group: t("categorization.group.answer"),
      keys: ["[Shift]+/"],
      when: () => search.current !== null,
      run: () => search.current?.focus(),
    };
    return bindKeys("editor", [...commandBindings(commands, session, mode), find], mode === "view");
  }, [session, mode, active]);
  const comparing = overlay !== undefined && mode !== "edit";
  useEffect(() => {
    if (comparing) session.ui.setState({ compare: "both" });
  }, [session, comparing]);
  return (
    <div className="lw-categorization">
      <Attachment session={session} />
      <Questions session={session} mode={mode} overlay={overlay} searchRef={search} />
    </div>
  );
}
