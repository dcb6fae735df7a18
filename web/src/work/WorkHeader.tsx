import { ActionIcon, Badge, Button, Group, Text, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Stage } from "../api";
import { ColorSchemeToggle } from "../app/ColorSchemeToggle";
import { formatCount } from "../app/format";
import { IconBack, IconClock } from "../app/icons";
import { queries } from "../app/queries";
import { t } from "../kit/i18n";
import type { WorkController } from "./controller";
import type { DraftSaver } from "./draft";
import { formatDuration } from "./timer";
import { UnsentBadge } from "./UnsentBadge";

interface Props {
  controller: WorkController;
  stage: Stage;
  project: string | null;
  /** A newer build is there and nothing was done on this task yet. */
  reloadOffered: boolean;
  onLeave(): void;
}

/** Where am I, how far, how long, and is it safe. */
export function WorkHeader({ controller, stage, project, reloadOffered, onLeave }: Props) {
  const { prepared, done } = useStore(controller.state);
  const queue = useQuery(queries.queue());
  const task = prepared?.assignment.task;
  const entry = queue.data?.entries.find(
    (row) => row.stage === stage && row.project === (project ?? task?.project ?? ""),
  );
  return (
    <header className="work-bar">
      <Tooltip label={t("work.leave")}>
        <ActionIcon variant="subtle" color="gray" size="md" aria-label={t("work.leave")} onClick={onLeave}>
          <IconBack />
        </ActionIcon>
      </Tooltip>
      <Text component="h1" fw={650} size="md" m={0} truncate maw={280}>
        {task?.project || project || t(project === "" || task ? "work.noProject" : "work.anyProject")}
      </Text>
      {task?.batch && (
        <Text size="sm" c="dimmed" truncate maw={200}>
          {task.batch}
        </Text>
      )}
      {stage === "review" && <Badge color="amber">{t("stage.review")}</Badge>}
      <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }} data-testid="work-progress">
        {t("work.done", { count: done })}
        {entry && ` · ${t("work.openCount", { count: entry.open })}`}
      </Text>
      <Group gap="md" ml="auto" wrap="nowrap">
        {reloadOffered && (
          <Tooltip label={t("app.newBuild.work")} multiline w={280}>
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => window.location.reload()}
              data-testid="reload"
            >
              {t("app.newBuild.short")}
            </Button>
          </Tooltip>
        )}
        {/* Rebuilt per task: a timer or draft of the last one must not linger. */}
        <SaveStatus key={`save-${prepared?.assignment.id}-${prepared?.mode}`} draft={controller.draft} />
        <UnsentBadge />
        <Clock controller={controller} />
        <Text
          size="xs"
          c="dimmed"
          visibleFrom="md"
          title={queue.data ? formatCount(queue.data.done_today) : ""}
        >
          {queue.data && t("work.today", { count: queue.data.done_today })}
        </Text>
        <ColorSchemeToggle />
      </Group>
    </header>
  );
}

/** Active time on this task; says so when it stands still. */
function Clock({ controller }: { controller: WorkController }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const beat = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(beat);
  }, []);
  const { timer } = controller;
  if (!timer) return null;
  return (
    <Tooltip label={t(timer.idle ? "work.clock.idle" : "work.clock.running")}>
      <Group
        gap={4}
        wrap="nowrap"
        c={timer.idle ? "amber" : "dimmed"}
        data-testid="timer"
        data-idle={timer.idle}
      >
        <IconClock size={15} />
        <Text size="sm" span miw="3.2em">
          {formatDuration(timer.elapsed)}
        </Text>
        {timer.idle && (
          <Text size="xs" span>
            {t("work.clock.paused")}
          </Text>
        )}
      </Group>
    </Tooltip>
  );
}

function SaveStatus({ draft }: { draft: DraftSaver | null }) {
  return (
    <Text
      size="xs"
      c="dimmed"
      role="status"
      aria-live="polite"
      data-testid="save-state"
      style={{ whiteSpace: "nowrap" }}
    >
      {draft && <SaveText draft={draft} />}
    </Text>
  );
}

function SaveText({ draft }: { draft: DraftSaver }) {
  const { status } = useStore(draft.state);
  return (
    <span
      data-status={status}
      style={status === "failed" ? { color: "var(--mantine-color-red-text)" } : undefined}
    >
      {status !== "clean" && t(`work.save.${status}`)}
    </span>
  );
}
