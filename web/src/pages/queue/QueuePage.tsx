import "../messages";
import { Badge, Box, Button, Group, Kbd, Paper, Skeleton, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Queue, QueueEntry } from "../../api";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatCount, formatHours, plainExcerpt } from "../../app/format";
import { mayOpen } from "../../app/permissions";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { isComposing } from "../../kit/hotkeys";
import { t } from "../../kit/i18n";
import { plainText } from "../../kit/markdown/plain";
import { hasWork, orderEntries } from "./order";

/** A labeler's home: what there is to do and one key to start. */
export function QueuePage() {
  const queue = useQuery(queries.queue());
  if (queue.isPending) return <Skeleton height={220} />;
  if (!queue.data) return <Failure error={queue.error} retry={() => void queue.refetch()} />;
  return <QueueList queue={queue.data} />;
}

function QueueList({ queue }: { queue: Queue }) {
  const user = useUser();
  const entries = orderEntries(queue.entries);
  const first = entries.find(hasWork);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <Title order={1}>{t("queue.title")}</Title>
        <Group gap="xl">
          <Figure label={t("queue.doneToday")} value={formatCount(queue.done_today)} testId="done-today" />
          <Figure label={t("queue.activeToday")} value={formatHours(queue.active_ms_today)} />
        </Group>
      </Group>
      {entries.length === 0 && (
        <EmptyState
          title={t("queue.empty.title")}
          text={t(mayOpen(user.role, "projects") ? "queue.empty.manager" : "queue.empty.labeler")}
        />
      )}
      <Stack gap="sm">
        {entries.map((entry) => (
          <Entry key={`${entry.stage}/${entry.project}`} entry={entry} primary={entry === first} />
        ))}
      </Stack>
    </Stack>
  );
}

function Figure({ label, value, testId }: { label: string; value: string; testId?: string }) {
  return (
    <Box ta="right">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="xl" fw={650} data-testid={testId}>
        {value}
      </Text>
    </Box>
  );
}

function excerptOf({ instruction_excerpt: excerpt, project }: QueueEntry): string {
  // Tasks without a project have no instruction in common.
  if (excerpt === "…" || project === "") return t("queue.wordlessInstruction");
  return plainExcerpt(excerpt) || t("queue.noInstruction");
}

function Entry({ entry, primary }: { entry: QueueEntry; primary: boolean }) {
  const startable = hasWork(entry);
  return (
    <Paper withBorder p="md" bg="var(--lw-raised)" style={{ borderLeft: `3px solid var(${stripe(entry)})` }}>
      <Group justify="space-between" wrap="nowrap" gap="lg">
        <Stack gap={4} style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={650} size="lg">
              {entry.project || t("queue.noProject")}
            </Text>
            <Badge variant="light" color={entry.stage === "review" ? "amber" : "spruce"}>
              {t(`stage.${entry.stage}`)}
            </Badge>
            {entry.sent_back > 0 && (
              <Badge color="amber" data-testid={`sent-back-${entry.project}`}>
                {t("queue.sentBack", { count: entry.sent_back })}
              </Badge>
            )}
            <Text size="xs" c="dimmed">
              {entry.type}
            </Text>
          </Group>
          {entry.comment && (
            <Text size="sm" lineClamp={2}>
              {t("queue.comment", { comment: plainText(entry.comment) })}
            </Text>
          )}
          <Text size="sm" c="dimmed" lineClamp={2}>
            {excerptOf(entry)}
          </Text>
        </Stack>
        <Group gap="lg" wrap="nowrap" style={{ flexShrink: 0 }}>
          <Box ta="right">
            <Text fw={600}>{t("queue.open", { count: entry.open })}</Text>
            {entry.mine > 0 && (
              <Text size="xs" c="dimmed">
                {t("queue.mine", { count: entry.mine })}
              </Text>
            )}
          </Box>
          <StartButton entry={entry} primary={primary} disabled={!startable} />
        </Group>
      </Group>
    </Paper>
  );
}

const stripe = (entry: QueueEntry): string =>
  entry.stage === "review" ? "--mantine-color-amber-5" : "--mantine-primary-color-filled";

function StartButton({
  entry,
  primary,
  disabled,
}: {
  entry: QueueEntry;
  primary: boolean;
  disabled: boolean;
}) {
  const navigate = useNavigate();
  // Enter starts the first entry from anywhere on the page; focused links and buttons keep their own Enter.
  useEffect(() => {
    if (!primary) return undefined;
    const start = (event: KeyboardEvent) => {
      const busy =
        event.target instanceof Element && event.target.closest("a, button, input, textarea, [role=dialog]");
      if (isComposing(event) || event.key !== "Enter" || event.defaultPrevented || busy) return;
      event.preventDefault();
      void navigate({
        to: "/work/$stage",
        params: { stage: entry.stage },
        search: { project: entry.project },
      });
    };
    window.addEventListener("keydown", start);
    return () => window.removeEventListener("keydown", start);
  }, [primary, entry.project, entry.stage, navigate]);
  const testId = `start-${entry.stage}-${entry.project}`;
  const label = t(entry.mine > 0 ? "queue.continue" : `queue.start.${entry.stage}`);
  if (disabled) {
    return (
      <Button size="md" disabled data-testid={testId}>
        {t("queue.nothing")}
      </Button>
    );
  }
  return (
    <Button
      size="md"
      variant={primary ? "filled" : "default"}
      data-testid={testId}
      rightSection={primary ? <Kbd size="xs">Enter</Kbd> : undefined}
      renderRoot={(props) => (
        <Link
          to="/work/$stage"
          params={{ stage: entry.stage }}
          search={{ project: entry.project }}
          {...props}
        />
      )}
    >
      {label}
      <VisuallyHidden> {entry.project}</VisuallyHidden>
    </Button>
  );
}
