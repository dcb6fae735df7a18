import { ActionIcon, Button, Group, NumberInput, Text, Textarea, TextInput } from "@mantine/core";
import { type RefObject, useRef, useState } from "react";
import { t } from "../../kit/i18n";
import { Markdown } from "../../kit/markdown/Markdown";
import { FieldForm } from "../../kit/fields/FieldForm";
import { answeredFields, type Field, fieldText } from "../../kit/fields/model";
import { type ChatSession, editMessage, rankAt, rankOf, type Spot } from "./commands";
import { criteriaOf, isOrdered, letter, type MessageDoc, type Piece, type Rating, totalOf, type TurnDoc } from "./model";
import { useTask } from "./task";

interface Props {
  spot: Spot;
  turn: TurnDoc;
  index: number;
  message: MessageDoc;
}

const points = (value: number): string => String(Math.round(value * 100) / 100);

/** The places an answer can have, best first; several answers may share one. */
function Rank({ spot, turn, message }: Props) {
  const { session, editing } = useTask();
  const rank = rankOf(turn, message.id);
  return (
    <Group gap={4} role="group" aria-label={t("chat.rank.label")}>
      {turn.messages.map((_, index) => {
        const place = index + 1;
        return (
          <button
            key={place}
            type="button"
            className="lw-chat-rank"
            aria-pressed={rank === place}
            aria-label={t("chat.rank.place", { place })}
            disabled={!editing}
            onClick={() => rankAt(session, spot, message.id, rank === place ? null : place)}
          >
            {place}
          </button>
        );
      })}
    </Group>
  );
}

function setRating(session: ChatSession, { spot, message }: Props, id: string, next: Rating | null): void {
  editMessage(
    session,
    spot,
    message.id,
    t("chat.edit.rating"),
    (draft) => {
      if (next) draft.ratings[id] = next;
      else delete draft.ratings[id];
    },
    `rating:${id}`,
  );
}

/** A rating for each criterion, with what they come to. */
function Ratings(props: Props) {
  const { params, session, editing, problem } = useTask();
  const { turn, message, spot } = props;
  const criteria = criteriaOf(params, turn);
  const shown = editing ? criteria : criteria.filter(({ id }) => message.ratings[id]);
  if (shown.length === 0) return null;
  const { total, most, percentage } = totalOf(criteria, message.ratings);
  const rated = Object.keys(message.ratings).length > 0;
  return (
    <section role="group" className="lw-chat-ratings" aria-label={t("chat.ratings")}>
      {shown.map(({ id, criterion, weight, max_score: best }) => {
        const rating = message.ratings[id];
        const error = problem(spot, message.id, id);
        return (
          <div key={id} className="lw-chat-rating">
            <NumberInput
              size="xs"
              label={criterion}
              description={t("chat.rating.weight", { weight: points(weight), best: points(best) })}
              min={0}
              max={best}
              step={best <= 1 ? best : 1}
              value={rating?.score ?? ""}
              error={error}
              disabled={!editing}
              onChange={(next) =>
                setRating(session, props, id, typeof next === "number" ? { ...rating, score: next } : null)
              }
            />
            {rating && (editing || rating.justification) && (
              <TextInput
                size="xs"
                aria-label={t("chat.rating.why", { criterion })}
                placeholder={t("chat.rating.why.short")}
                value={rating.justification ?? ""}
                disabled={!editing}
                onChange={(event) =>
                  setRating(session, props, id, { ...rating, justification: event.currentTarget.value })
                }
              />
            )}
          </div>
        );
      })}
      {rated && (
        <Text size="sm" className="lw-chat-total">
          {t("chat.rating.total", {
            total: points(total),
            most: points(most),
            percentage: percentage === null ? "–" : String(Math.round(percentage)),
          })}
        </Text>
      )}
    </section>
  );
}

/** The selected part of a text, in Unicode code points from its beginning; null when nothing of it is selected. */
function selectedIn(holder: RefObject<HTMLElement | null>): Piece | null {
  const selection = document.getSelection();
  if (!holder.current || !selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const textOf = (node: Node): HTMLElement | null =>
    (node instanceof HTMLElement ? node : node.parentElement)?.closest<HTMLElement>("[data-chat-text]") ?? null;
  const text = textOf(range.startContainer);
  if (!text || text !== textOf(range.endContainer) || !holder.current.contains(text)) return null;
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  const chunk = text.dataset["chunk"];
  return {
    label: "",
    text: range.toString(),
    start: [...before.toString()].length,
    ...(chunk === undefined ? {} : { chunk: Number(chunk) }),
  };
}

/** Labels for pieces of the text: select a piece, then its label. */
function Labels({ spot, message, holder }: Props & { holder: RefObject<HTMLElement | null> }) {
  const { params, session, editing } = useTask();
  const [missed, setMissed] = useState(false);
  const labels = params.text_labels ?? [];
  if (labels.length === 0 || (!editing && message.pieces.length === 0)) return null;
  const add = (label: string): void => {
    const piece = selectedIn(holder);
    setMissed(piece === null);
    if (!piece) return;
    editMessage(session, spot, message.id, t("chat.edit.label"), (draft) => {
      draft.pieces.push({ ...piece, label });
    });
  };
  return (
    <section role="group" aria-label={t("chat.labels")}>
      <p className="lw-section-title">{t("chat.labels")}</p>
      {editing && (
        <Group gap={6} mt={4}>
          {labels.map((label) => (
            // Pressing must not take the selection away from the text.
            <Button key={label} size="compact-xs" variant="default" onMouseDown={(event) => event.preventDefault()} onClick={() => add(label)}>
              {label}
            </Button>
          ))}
        </Group>
      )}
      {editing && message.pieces.length === 0 && (
        <Text size="xs" c={missed ? "danger" : "dimmed"} mt={4} role={missed ? "alert" : undefined}>
          {t(missed ? "chat.labels.select" : "chat.labels.how")}
        </Text>
      )}
      <ul className="lw-chat-pieces">
        {message.pieces.map((piece, index) => (
          <li key={`${piece.label}:${piece.start ?? ""}:${piece.text}`}>
            <strong>{piece.label}</strong> “{piece.text}”
            {editing && (
              <ActionIcon
                size="xs"
                variant="subtle"
                aria-label={t("chat.labels.remove", { text: piece.text })}
                onClick={() =>
                  editMessage(session, spot, message.id, t("chat.edit.label"), (draft) => {
                    draft.pieces.splice(index, 1);
                  })
                }
              >
                ×
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was said: by chunks where there are any, with the questions about each. */
function Said({ spot, message }: Props) {
  const { params, session, editing, problem } = useTask();
  const fields = params.chunk_fields ?? [];
  const labelled = (params.text_labels ?? []).length > 0;
  if (message.chunks.length === 0) {
    // Offsets of labels count in the text as it is.
    return labelled ? <p data-chat-text className="lw-chat-plain">{message.text}</p> : <Markdown text={message.text} />;
  }
  const change = (chunk: number, field: Field, value: unknown): void =>
    editMessage(
      session,
      spot,
      message.id,
      field.title,
      (draft) => {
        (draft.chunkValues[String(chunk)] ??= {})[field.field_id] = value;
      },
      `chunk:${chunk}:${field.field_id}`,
    );
  return (
    <ol className="lw-chat-chunks">
      {message.chunks.map((chunk, number) => (
        <li key={number /* oxlint-disable-line react/no-array-index-key -- chunks have no other name */}>
          <p data-chat-text data-chunk={number} className="lw-chat-plain">
            {chunk}
          </p>
          <FieldForm
            fields={fields}
            values={message.chunkValues[String(number)] ?? {}}
            disabled={!editing}
            problem={(name) => problem(spot, message.id, name)}
            onChange={(field, value) => change(number, field, value)}
          />
        </li>
      ))}
    </ol>
  );
}

function Rewrite({ spot, message }: Props) {
  const { params, session, editing } = useTask();
  if (!params.allow_rewrite || !message.source) return null;
  const write = (text: string | null): void =>
    editMessage(session, spot, message.id, t("chat.edit.rewrite"), (draft) => void (draft.rewrite = text), "rewrite");
  if (message.rewrite === null) {
    return editing ? (
      <Button size="compact-xs" variant="subtle" onClick={() => write(message.text)}>
        {t("chat.rewrite")}
      </Button>
    ) : null;
  }
  return (
    <div>
      <Textarea
        size="sm"
        label={t("chat.rewrite.label")}
        autosize
        minRows={3}
        maxRows={24}
        value={message.rewrite}
        disabled={!editing}
        onChange={(event) => write(event.currentTarget.value)}
      />
      {editing && (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={() => write(null)}>
          {t("chat.rewrite.drop")}
        </Button>
      )}
    </div>
  );
}

/** What was answered differently before, for a reviewer. */
function Was({ message }: { message: MessageDoc }) {
  const { earlier, params } = useTask();
  const before = earlier?.(message.id);
  if (!before) return null;
  const changed = answeredFields(params.message_fields ?? []).filter(
    ({ field_id: name }) => JSON.stringify(before.values[name]) !== JSON.stringify(message.values[name]),
  );
  return changed.map((field) => (
    <p key={field.field_id} className="lw-chat-was">
      {t("chat.was", { name: field.title, before: fieldText(field, before.values[field.field_id]) })}
    </p>
  ));
}

/** One answer: what was said, and the judgements about it. */
export function AnswerCard(props: Props) {
  const { params, session, editing, problem } = useTask();
  const { spot, turn, index, message } = props;
  const holder = useRef<HTMLElement>(null);
  const own = message.source === "";
  const name = own ? t("chat.answer.own") : t("chat.answer", { letter: letter(index) });
  const change = (field: Field, value: unknown): void =>
    editMessage(
      session,
      spot,
      message.id,
      field.title,
      (draft) => {
        if (value === undefined) delete draft.values[field.field_id];
        else draft.values[field.field_id] = value;
      },
      field.field_id,
    );
  return (
    <article
      ref={holder}
      id={`chat:${spot.thread}/${spot.turn}/${message.id}`}
      className="lw-chat-answer"
      aria-label={name}
    >
      <header>
        <h3>{name}</h3>
        {/* Who said it would sway the judgement; whoever reviews may know. */}
        {!editing && message.source && <Text size="xs" c="dimmed">{message.source}</Text>}
        {isOrdered(params, turn) && <Rank {...props} />}
      </header>
      {message.reasoning.length > 0 && (
        <details className="lw-chat-reasoning">
          <summary>{t("chat.reasoning")}</summary>
          {message.reasoning.map((block) => (
            <p key={block} className="lw-chat-plain">
              {block}
            </p>
          ))}
        </details>
      )}
      {own ? (
        <Textarea
          label={t("chat.answer.own.label")}
          autosize
          minRows={4}
          maxRows={30}
          value={message.text}
          disabled={!editing}
          onChange={(event) => {
            const text = event.currentTarget.value;
            editMessage(session, spot, message.id, t("chat.edit.own"), (draft) => void (draft.text = text), "text");
          }}
        />
      ) : (
        <Said {...props} />
      )}
      {message.attachments.map(({ url, name: shown }) => (
        <a key={url} href={/^https?:/u.test(url) ? url : undefined} target="_blank" rel="noopener noreferrer">
          {shown ?? url}
        </a>
      ))}
      <Was message={message} />
      <FieldForm
        fields={params.message_fields ?? []}
        values={message.values}
        disabled={!editing}
        problem={(field) => problem(spot, message.id, field)}
        onChange={change}
      />
      <Ratings {...props} />
      <Labels {...props} holder={holder} />
      <Rewrite {...props} />
    </article>
  );
}
