import { Button, Group, SegmentedControl, Select, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type { Issue } from "../../kit/doc/types";
import { t } from "../../kit/i18n";
import type { MediaItem } from "../../kit/media/context";
import { Side } from "../../kit/ui/Side";
import { AttachmentView } from "../../kit/ui/AttachmentView";
import { IssueList } from "../../kit/ui/IssueList";
import { FieldForm } from "../../kit/fields/FieldForm";
import type { Field } from "../../kit/fields/model";
import { kindOf } from "../../kit/ui/attachmentKind";
import { attachmentId } from "./commands";
import { type ChatDoc, ERROR_TYPES, type Failure, mostTurns } from "./model";
import { useTask } from "./task";

/** Says why there is no answer, instead of giving one. */
function FailureForm({ failure }: { failure: Failure | null }) {
  const { session, editing } = useTask();
  const set = (next: Failure | null): void =>
    session.edit(t("chat.edit.failure"), (draft) => void (draft.failure = next), { mergeKey: "failure" });
  if (!failure) {
    if (!editing) return null;
    return (
      <Group gap={8}>
        <Button
          size="xs"
          variant="default"
          onClick={() => set({ kind: "error", message: "", type: "PROMPT_INFEASIBLE" })}
        >
          {t("chat.failure.error")}
        </Button>
        <Button size="xs" variant="default" onClick={() => set({ kind: "report", message: "", type: null })}>
          {t("chat.failure.report")}
        </Button>
      </Group>
    );
  }
  return (
    <section id="chat:failure" role="group" className="lw-chat-failure" aria-label={t("chat.failure")}>
      <SegmentedControl
        size="xs"
        fullWidth
        disabled={!editing}
        value={failure.kind}
        data={[
          { value: "error", label: t("chat.failure.error") },
          { value: "report", label: t("chat.failure.report") },
        ]}
        onChange={(kind) =>
          set({ ...failure, kind: kind === "report" ? "report" : "error", type: null })
        }
      />
      {failure.kind === "error" && (
        <Select
          size="xs"
          label={t("chat.failure.type")}
          clearable
          disabled={!editing}
          value={failure.type}
          data={ERROR_TYPES.map((value) => ({ value, label: t(`chat.failure.${value}`) }))}
          onChange={(type) => set({ ...failure, type })}
        />
      )}
      <Textarea
        size="xs"
        label={t("chat.failure.why")}
        withAsterisk
        autosize
        minRows={2}
        disabled={!editing}
        value={failure.message}
        onChange={(event) => set({ ...failure, message: event.currentTarget.value })}
      />
      <Text size="xs" c="dimmed">
        {t("chat.failure.note")}
      </Text>
      {editing && (
        <Button size="xs" variant="subtle" onClick={() => set(null)}>
          {t("chat.failure.drop")}
        </Button>
      )}
    </section>
  );
}

/** A file that the task gives; what is folded up is not on the screen. */
function Attached({ item, number, open }: { item: MediaItem; number: number; open: boolean }) {
  const { session } = useTask();
  const [opened, setOpened] = useState(open);
  return (
    <details
      id={attachmentId(item.ref)}
      className="lw-chat-attachment"
      open={opened}
      onToggle={(event) => setOpened(event.currentTarget.open)}
    >
      <summary>{t("chat.attachment", { number })}</summary>
      {opened && <AttachmentView type={kindOf(item)} item={item} media={session.media} shown={session.shown} />}
    </details>
  );
}

/** What the task gives to read besides the conversation. */
function Context() {
  const { session, params } = useTask();
  const variables = Object.entries(params.template_variables ?? {});
  const { items } = session.media;
  if (variables.length === 0 && items.length === 0) return null;
  return (
    <section role="group" aria-label={t("chat.context")}>
      <p className="lw-section-title">{t("chat.context")}</p>
      <dl className="lw-chat-variables">
        {variables.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="lw-chat-plain">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
      {items.map((item, index) => (
        <Attached key={item.ref} item={item} number={index + 1} open={items.length === 1} />
      ))}
    </section>
  );
}

interface Props {
  /** Whether the panel is a landmark of the page: not in a dialog above another one. */
  landmark: boolean;
  doc: ChatDoc;
  issues: readonly Issue[];
  onJump: (issue: Issue) => void;
}

/** Beside the conversation: what is wrong, what it is about, and what is asked about the whole of it. */
export function SidePanel({ landmark, doc, issues, onJump }: Props) {
  const { session, params, editing, problem } = useTask();
  const change = (field: Field, value: unknown): void =>
    session.edit(
      field.title,
      (draft) => {
        if (value === undefined) delete draft.task[field.field_id];
        else draft.task[field.field_id] = value;
      },
      { mergeKey: `task:${field.field_id}` },
    );
  const turns = Math.max(0, ...Object.values(doc.threads).map((thread) => thread.turns.length));
  return (
    <Side className="lw-chat-side" label={t("chat.panel")} landmark={landmark}>
      <Text size="sm" c="dimmed">
        {t("chat.turns", { count: turns, least: params.min_turns ?? 0, most: mostTurns(params) })}
      </Text>
      <IssueList issues={issues} onJump={onJump} />
      <Context />
      {(params.task_fields ?? []).length > 0 && (
        <section id="chat:task" role="group" aria-label={t("chat.whole")}>
          <p className="lw-section-title">{t("chat.whole")}</p>
          <FieldForm
            fields={params.task_fields ?? []}
            values={doc.task}
            disabled={!editing}
            problem={(name) => problem({ thread: "task", turn: -1 }, null, name)}
            onChange={change}
          />
        </section>
      )}
      <FailureForm failure={doc.failure} />
    </Side>
  );
}
