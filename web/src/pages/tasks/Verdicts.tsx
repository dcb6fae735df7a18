import { Alert, Button, Checkbox, Group, Modal, Stack, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ApiError, type AuditBody, type TaskDetail } from "../../api";
import { type PageAction, usePageActions } from "../../app/actions";
import { queries } from "../../app/queries";
import { isComposing } from "../../kit/hotkeys";
import { t } from "../../kit/i18n";

type Asking = "reject" | "comment" | "recall";

interface Props {
  task: TaskDetail;
  /** When the page was opened: a verdict is told with the time it took. Milliseconds of `Date.now()`. */
  openedAt: number;
  /** Why the answer cannot be accepted: not all of it was on the screen. Null once it was. */
  unseen: string | null;
  /** Opens the answer for a fix. */
  onFix: () => void;
}

/** What a manager may do with a completed task: the customer's verdicts, and giving it back. */
export function Verdicts({ task, openedAt, unseen, onFix }: Props) {
  const client = useQueryClient();
  const [asking, ask] = useState<Asking | null>(null);
  const judge = useMutation({
    mutationFn: (said: Said) => said.send(task.task_id, openedAt),
    onSuccess: (judged, said) => {
      client.setQueryData(queries.task(task.task_id).queryKey, judged);
      void client.invalidateQueries({ queryKey: ["tasks"] });
      ask(null);
      notifications.show({ message: t(said.done) });
    },
    // Inside a dialog the refusal stands beside what was typed.
    onError: (error) => {
      if (asking === null) notifications.show({ color: "danger", message: error.message });
    },
  });
  const accept = () => {
    if (unseen === null) judge.mutate(verdict({ verdict: "accepted" }, "task.accepted"));
    else notifications.show({ color: "amber", title: t("task.unseen.title"), message: unseen });
  };
  const open = (dialog: Asking) => () => {
    judge.reset();
    ask(dialog);
  };
  const group = t("task.verdicts");
  const action = (id: string, key: string, run: () => void): PageAction => ({
    id: `task.${id}`,
    label: t(`task.do.${id}`),
    group,
    keys: [key],
    when: () => !judge.isPending,
    run,
  });
  const actions = [
    action("recall", "Shift+KeyR", open("recall")),
    action("comment", "KeyC", open("comment")),
    action("fix", "KeyE", onFix),
    action("reject", "KeyR", open("reject")),
    action("accept", "KeyA", accept),
  ];
  usePageActions("task", actions);
  return (
    <>
      <Group gap="xs" role="group" aria-label={group}>
        {actions.map(({ id, label, run }) => (
          <Button
            key={id}
            size="xs"
            variant={id === "task.accept" ? "filled" : "default"}
            loading={id === "task.accept" && judge.isPending && asking === null}
            disabled={id === "task.accept" && unseen !== null}
            title={id === "task.accept" && unseen !== null ? unseen : undefined}
            onClick={run}
            data-testid={id.replace(".", "-")}
          >
            {label}
          </Button>
        ))}
      </Group>
      <Modal
        opened={asking !== null}
        onClose={() => ask(null)}
        title={asking ? t(`task.ask.${asking}`) : ""}
        size="md"
      >
        {asking && (
          <CommentForm
            key={asking}
            asking={asking}
            error={judge.error}
            pending={judge.isPending}
            onSend={judge.mutate}
          />
        )}
      </Modal>
    </>
  );
}

interface Said {
  send(taskId: string, openedAt: number): Promise<TaskDetail>;
  /** Message id of what is shown when it was taken. */
  done: string;
}

const verdict = (body: AuditBody, done: string): Said => ({
  send: (taskId, openedAt) => api.audit(taskId, { ...body, time_ms: Math.max(0, Date.now() - openedAt) }),
  done,
});

/** Builds what is sent from what was typed into the dialog. */
function said(asking: Asking, comments: string, redo: boolean): Said {
  if (asking === "recall") return { send: (taskId) => api.recall(taskId, comments), done: "task.recalled" };
  if (asking === "comment") return verdict({ verdict: "commented", comments }, "task.commented");
  return verdict(
    { verdict: "rejected", redo, ...(comments ? { comments } : {}) },
    redo ? "task.recalled" : "task.rejected",
  );
}

interface FormProps {
  asking: Asking;
  error: Error | null;
  pending: boolean;
  onSend(said: Said): void;
}

function CommentForm({ asking, error, pending, onSend }: FormProps) {
  const [comments, setComments] = useState("");
  const [redo, setRedo] = useState(false);
  const needed = asking !== "reject" || redo;
  const ready = !pending && (!needed || comments.trim() !== "");
  const send = () => {
    if (ready) onSend(said(asking, comments.trim(), redo));
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack>
        <Textarea
          label={t(`task.comment.${asking}`)}
          description={t("task.comment.hint")}
          data-testid="verdict-comment"
          data-autofocus
          autosize
          minRows={4}
          required={needed}
          value={comments}
          onChange={(event) => setComments(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (isComposing(event.nativeEvent)) return;
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
          }}
        />
        {asking === "reject" && (
          <Checkbox
            label={t("task.redo")}
            checked={redo}
            onChange={(event) => setRedo(event.currentTarget.checked)}
            data-testid="verdict-redo"
          />
        )}
        {error && (
          <Alert color="danger" role="alert" p="xs">
            {error instanceof ApiError ? error.message : t("app.error.broken.text")}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={!ready} loading={pending} data-testid="verdict-send">
            {t(redo && asking === "reject" ? "task.send.redo" : `task.send.${asking}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
