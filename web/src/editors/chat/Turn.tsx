import { ActionIcon, Alert, Button, Group, NumberInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { isComposing } from "../../kit/hotkeys";
import { t } from "../../kit/i18n";
import { newUuid } from "../../kit/labels/uuid";
import { FieldForm } from "../../kit/fields/FieldForm";
import type { Field } from "../../kit/fields/model";
import { AnswerCard } from "./AnswerCard";
import { editTurn, goTo, type Spot, takeBack } from "./commands";
import { isOrdered, modelsOf, place, type TurnDoc } from "./model";
import { useTask } from "./task";

interface Props {
  spot: Spot;
  turn: TurnDoc;
  current: boolean;
  last: boolean;
}

/** Models that are being asked, that failed, or that nobody could ask. */
function Waiting({ spot, turn }: Props) {
  const { params, asker, editing } = useTask();
  const asking = asker.state.get(place(spot.thread, spot.turn));
  if (asking === "busy") {
    const count = Math.min(modelsOf(params, spot.thread).length, params.responses_per_turn ?? 1);
    return (
      <div role="status" className="lw-chat-waiting">
        <progress className="lw-chat-progress" aria-label={t("chat.asking", { count })} />
        <Text size="sm">{t("chat.asking", { count })}</Text>
      </div>
    );
  }
  if (!editing || turn.request === null) return null;
  if (turn.messages.length === 0 && turn.failed.length === 0) {
    return (
      <Alert color="amber" title={t("chat.unanswered")}>
        {typeof asking === "object" && <p className="lw-chat-why">{asking.error}</p>}
        <Button size="xs" onClick={() => void asker.ask(spot)}>
          {t("chat.ask.retry")}
        </Button>
      </Alert>
    );
  }
  if (turn.failed.length === 0) return null;
  return (
    <Alert color="amber" title={t("chat.failed", { count: turn.failed.length })}>
      <ul className="lw-chat-why">
        {turn.failed.map(({ source, error }) => (
          <li key={source}>{error}</li>
        ))}
      </ul>
      <Button size="xs" onClick={() => void asker.again(spot)}>
        {t("chat.ask.again")}
      </Button>
    </Alert>
  );
}

/** Criteria in the words of the labeler, for the answers of this turn. */
function Criteria({ spot, turn }: Props) {
  const { params, session, editing } = useTask();
  const [text, setText] = useState("");
  const [weight, setWeight] = useState<number | string>(1);
  if (!params.allow_criteria || (!editing && turn.criteria.length === 0)) return null;
  const add = (): void => {
    if (text.trim() === "") return;
    const criterion = { id: newUuid(), criterion: text.trim(), weight: Number(weight) || 1, max_score: 1 };
    editTurn(session, spot, t("chat.edit.criterion"), (draft) => void draft.criteria.push(criterion));
    setText("");
    setWeight(1);
  };
  return (
    <section role="group" className="lw-chat-criteria" aria-label={t("chat.criteria")}>
      <p className="lw-section-title">{t("chat.criteria")}</p>
      <ul className="lw-chat-pieces">
        {turn.criteria.map(({ id, criterion, weight: counts }) => (
          <li key={id}>
            {criterion} <Text span size="xs" c="dimmed">× {counts}</Text>
            {editing && (
              <ActionIcon
                size="xs"
                variant="subtle"
                aria-label={t("chat.criteria.remove", { criterion })}
                onClick={() =>
                  editTurn(session, spot, t("chat.edit.criterion"), (draft) => {
                    draft.criteria = draft.criteria.filter((one) => one.id !== id);
                    for (const message of draft.messages) delete message.ratings[id];
                  })
                }
              >
                ×
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {editing && (
        <Group gap={8} align="end" wrap="nowrap">
          <TextInput
            size="xs"
            className="lw-chat-grow"
            label={t("chat.criteria.new")}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || isComposing(event.nativeEvent)) return;
              event.preventDefault();
              add();
            }}
          />
          <NumberInput size="xs" w={80} label={t("chat.criteria.weight")} value={weight} onChange={setWeight} />
          <Button size="xs" variant="default" onClick={add}>
            {t("chat.criteria.add")}
          </Button>
        </Group>
      )}
    </section>
  );
}

/** A prompt, every answer to it side by side, and the questions about them. */
export function Turn(props: Props) {
  const { params, session, editing, problem } = useTask();
  const { spot, turn, current, last } = props;
  const change = (field: Field, value: unknown): void =>
    editTurn(
      session,
      spot,
      field.title,
      (draft) => {
        if (value === undefined) delete draft.values[field.field_id];
        else draft.values[field.field_id] = value;
      },
      field.field_id,
    );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- focus inside makes it current
    <section
      role="group"
      id={`chat:${place(spot.thread, spot.turn)}`}
      className="lw-chat-turn"
      data-current={current}
      aria-label={t("chat.turn", { number: spot.turn + 1 })}
      onFocus={() => {
        if (!current) goTo(session, spot);
      }}
    >
      <div className="lw-chat-prompt">
        <h2 className="lw-section-title">{t("chat.turn", { number: spot.turn + 1 })}</h2>
        <p className="lw-chat-plain">{turn.prompt}</p>
        {editing && last && (
          <Button size="compact-xs" variant="subtle" onClick={() => takeBack(session, spot)}>
            {t("chat.back")}
          </Button>
        )}
      </div>
      <Waiting {...props} />
      {isOrdered(params, turn) && editing && (
        <Text size="xs" c="dimmed">
          {t("chat.rank.how")}
        </Text>
      )}
      <div className="lw-chat-answers">
        {turn.messages.map((message, index) => (
          <AnswerCard key={message.id} spot={spot} turn={turn} index={index} message={message} />
        ))}
      </div>
      <Criteria {...props} />
      <FieldForm
        fields={params.turn_fields ?? []}
        values={turn.values}
        disabled={!editing}
        problem={(name) => problem(spot, null, name)}
        onChange={change}
      />
    </section>
  );
}
