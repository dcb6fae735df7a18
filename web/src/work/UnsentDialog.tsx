import { Button, Divider, Group, List, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useStore } from "zustand";
import { overlays } from "../app/overlays";
import { t } from "../kit/i18n";
import type { OutboxEntry } from "./outbox";
import "./messages";
import { outbox } from "./runtime";

/** Lists answers that are not on the server yet and says what can be done about each. */
export function UnsentDialog() {
  const opened = useStore(overlays, (state) => state.unsent);
  const { waiting, refused, sending, durable } = useStore(outbox.state);
  const close = () => overlays.setState({ unsent: false });
  return (
    <Modal opened={opened} onClose={close} title={t("work.unsent.title")} size="lg">
      <Stack gap="md">
        {waiting.length + refused.length === 0 && <Text>{t("work.unsent.none")}</Text>}
        {waiting.length > 0 && (
          <Stack gap="xs">
            <Group justify="space-between">
              <Text>{t(`work.unsent.${sending}`, { count: waiting.length })}</Text>
              <Button size="xs" variant="default" onClick={() => outbox.resume()}>
                {t("work.unsent.sendNow")}
              </Button>
            </Group>
            {!durable && (
              <Text c="danger" size="sm">
                {t("work.unsent.notDurable")}
              </Text>
            )}
          </Stack>
        )}
        {refused.map((entry) => (
          <Refused key={entry.body.submission_id} entry={entry} onDone={close} />
        ))}
      </Stack>
    </Modal>
  );
}

function Refused({ entry, onDone }: { entry: OutboxEntry; onDone: () => void }) {
  const navigate = useNavigate();
  const [sure, setSure] = useState(false);
  const id = entry.body.submission_id;
  const reopen = () => {
    onDone();
    notifications.hide(id);
    void navigate({
      to: "/work/$stage",
      params: { stage: entry.stage },
      search: { ...(entry.project ? { project: entry.project } : {}), assignment: entry.assignmentId },
    });
  };
  const discard = () => {
    if (!sure) {
      setSure(true);
      return;
    }
    notifications.hide(id);
    void outbox.discard(id);
    notifications.show({ message: t("work.unsent.discarded") });
  };
  return (
    <Stack gap={6}>
      <Divider />
      <Text fw={600} size="sm">
        {entry.project ?? entry.taskType} · <span className="mono">{entry.taskId}</span>
      </Text>
      <Text size="sm">{entry.refusal?.message || t(entry.refusal?.code === "held_elsewhere" ? "work.otherTab.kept" : "work.lost.kept")}</Text>
      {entry.refusal && entry.refusal.problems.length > 0 && (
        <List size="sm" withPadding>
          {entry.refusal.problems.slice(0, 5).map((problem) => (
            <List.Item key={`${problem.path}:${problem.code}`}>
              <span className="mono">{problem.path}</span>: {problem.message}
            </List.Item>
          ))}
        </List>
      )}
      <Group gap="xs">
        <Button size="xs" onClick={reopen} data-testid="reopen">
          {t("work.unsent.reopen")}
        </Button>
        <Button size="xs" variant={sure ? "filled" : "subtle"} color="danger" onClick={discard}>
          {t(sure ? "work.unsent.discardSure" : "work.unsent.discard")}
        </Button>
      </Group>
    </Stack>
  );
}
