import { Button, Group, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { TaskView } from "../api";
import { usePageActions } from "../app/actions";
import type { AnyEditorModule } from "../editors";
import { createSession } from "../kit/doc/session";
import { createMediaContext } from "../kit/media/context";
import { t } from "../kit/i18n";
import { unreadInput } from "../kit/doc/unread";
import { images } from "./media";
import { NotShown, useMissing, whyNotShown } from "./NotShown";
import { WithEditor } from "./WithEditor";

interface Props {
  task: TaskView;
  /** The delivered answer, which the fix starts from. */
  answer: unknown;
  pending: boolean;
  /** Called with the wire form of a fix without known faults. */
  onSend(answer: unknown): void;
  onCancel(): void;
}

/**
 * A delivered answer in its editor, to be corrected; nothing is kept until it is sent.
 *
 * Types without an editor of their own are corrected as JSON: the form is made from an assignment's schema.
 */
export function FixView(props: Props) {
  return <WithEditor task={props.task}>{(module) => <Fix module={module} {...props} />}</WithEditor>;
}

function Fix({ module, task, answer, pending, onSend, onCancel }: Props & { module: AnyEditorModule }) {
  // Made once: while somebody corrects the answer, news about the task must not take it away.
  const [session] = useState(() =>
    createSession({
      id: `fix:${task.task_id}`,
      model: module,
      params: task.params,
      media: createMediaContext(task.attachments, images),
      mode: "edit",
      response: answer,
    }),
  );
  useEffect(() => () => session.dispose(), [session]);
  const isChanged = () => session.history.getState().undoLabel !== null;
  useBlocker({
    shouldBlockFn: () => isChanged() && !window.confirm(t("work.discardFixSure")),
    enableBeforeUnload: isChanged,
  });
  const missing = useMissing(session);
  const send = () => {
    const unread = unreadInput();
    if (unread !== null || session.shown.missing().length > 0) {
      const message = unread === null ? whyNotShown(missing) : t("work.unread", { why: unread });
      notifications.show({ color: "danger", message });
      return;
    }
    const faults = session.validate().filter(({ severity }) => severity === "error").length;
    if (faults > 0) notifications.show({ color: "danger", message: t("work.blocked", { count: faults }) });
    else onSend(session.toResponse());
  };
  usePageActions("fix", [
    {
      id: "fix.send",
      label: t("work.submitFix"),
      group: t("work.group"),
      keys: ["$mod+Enter"],
      when: () => !pending,
      run: send,
    },
  ]);
  return (
    <Stack gap="sm" h="100%">
      <div style={{ position: "relative", flex: 1, minHeight: 0 }} data-testid="fix-editor">
        <module.Editor session={session} mode="edit" />
      </div>
      <Group justify="flex-end" px="sm" pb="sm">
        <NotShown session={session} module={module} />
        <Button variant="default" onClick={onCancel} disabled={pending}>
          {t("work.discardFix")}
        </Button>
        <Button onClick={send} loading={pending} disabled={missing.length > 0} data-testid="fix-send">
          {t("work.submitFix")}
        </Button>
      </Group>
    </Stack>
  );
}
