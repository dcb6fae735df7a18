import {
  Button,
  Divider,
  Drawer,
  Group,
  Modal,
  Radio,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { useState } from "react";
import { useStore } from "zustand";
import { formatDateTime } from "../app/format";
import { digitOf, isComposing } from "../kit/hotkeys";
import { t } from "../kit/i18n";
import { Markdown } from "../kit/markdown/Markdown";
import { AnswerView } from "./AnswerView";
import type { WorkController } from "./controller";
import { Instruction } from "./Instruction";
import type { WorkCommands } from "./WorkScreen";

export type WorkDialog = "skip" | "sendBack" | "instruction" | "last";

interface Props {
  dialog: WorkDialog | null;
  controller: WorkController;
  commands: WorkCommands;
  onClose(): void;
}

/** The work screen's dialogs; at most one is open. */
export function DialogHost({ dialog, controller, commands, onClose }: Props) {
  const { prepared, last } = useStore(controller.state);
  return (
    <>
      <Modal opened={dialog === "skip"} onClose={onClose} title={t("work.skip.title")}>
        <SkipForm onSkip={commands.skip} />
      </Modal>
      <Modal opened={dialog === "sendBack"} onClose={onClose} title={t("work.sendBack.title")}>
        <SendBackForm onSend={commands.sendBack} />
      </Modal>
      <Drawer
        opened={dialog === "instruction"}
        onClose={onClose}
        position="right"
        size={460}
        title={t("work.instruction")}
      >
        {prepared && (
          <Stack>
            <Instruction text={prepared.assignment.task.instruction} />
            {prepared.assignment.comments.length > 0 && <Divider label={t("work.comments")} />}
            {prepared.assignment.comments.map((comment) => (
              <div key={comment.at}>
                <Text size="xs" c="dimmed">
                  {comment.by} · {formatDateTime(comment.at)}
                </Text>
                <Markdown text={comment.text} small />
              </div>
            ))}
          </Stack>
        )}
      </Drawer>
      <Modal opened={dialog === "last"} onClose={onClose} size="90%" title={t("work.last")}>
        {last ? (
          <div className="answer-frame">
            <AnswerView task={last.assignment.task} answer={last.answer} />
          </div>
        ) : (
          <Text>{t("work.last.none")}</Text>
        )}
      </Modal>
    </>
  );
}

const REASONS = ["broken", "unclear", "unsure", "other"] as const;

/** Digits choose, Enter sends: skipping takes two keys. */
function SkipForm({ onSkip }: { onSkip: (reason: string) => void }) {
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [other, setOther] = useState("");
  const incomplete = reason === "other" && !other.trim();
  const skip = () => {
    if (!incomplete) onSkip(reason === "other" ? other.trim() : t(`work.skip.${reason}`));
  };
  // On the window: fast fingers choose before the dialog has taken the focus.
  useWindowEvent("keydown", (event) => {
    if (isComposing(event)) return;
    const typing = event.target instanceof Element && event.target.matches("input[type=text]");
    const picked = typing ? undefined : REASONS[(digitOf(event) ?? 0) - 1];
    const confirmed = event.key === "Enter" && !(event.target instanceof HTMLButtonElement);
    if (!picked && !confirmed) return;
    event.preventDefault();
    if (picked) setReason(picked);
    else skip();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        skip();
      }}
    >
      <Stack>
        <Radio.Group value={reason} onChange={setReason} label={t("work.skip.why")}>
          <Stack gap="xs" mt="xs">
            {REASONS.map((name, index) => (
              <Radio
                key={name}
                value={name}
                label={`${index + 1}  ${t(`work.skip.${name}`)}`}
                data-autofocus={index === 0 || undefined}
              />
            ))}
          </Stack>
        </Radio.Group>
        {reason === "other" && (
          <TextInput
            aria-label={t("work.skip.otherText")}
            placeholder={t("work.skip.otherText")}
            value={other}
            onChange={(event) => setOther(event.currentTarget.value)}
            autoFocus
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={incomplete} data-testid="skip-confirm">
            {t("work.skip.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A comment for the labeler; Ctrl+Enter sends it. */
function SendBackForm({ onSend }: { onSend: (comment: string) => void }) {
  const [comment, setComment] = useState("");
  const ready = comment.trim() !== "";
  const send = () => {
    if (ready) onSend(comment.trim());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack>
        <Textarea
          label={t("work.sendBack.comment")}
          description={t("work.sendBack.hint")}
          data-testid="send-back-comment"
          data-autofocus
          autosize
          minRows={4}
          required
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (isComposing(event.nativeEvent)) return;
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={!ready} data-testid="send-back-confirm">
            {t("work.sendBack.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
