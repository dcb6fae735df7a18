import { Badge, Button, Code, Group, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Attempt, TaskDetail, TaskEvent } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatDateTime } from "../../app/format";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { AnswerView } from "../../work/AnswerView";
import { formatDuration } from "../../work/timer";
import { Instruction } from "../../work/Instruction";
import { STATUS_COLOURS } from "./statusColours";

export function TaskPage() {
  const { taskId } = useParams({ from: "/authenticated/shell/tasks/$taskId" });
  const task = useQuery(queries.task(taskId));
  if (task.isPending) return <Skeleton height={400} />;
  if (!task.data) return <Failure error={task.error} retry={() => void task.refetch()} />;
  return (
    <Stack gap="md">
      <Header task={task.data} />
      <Tabs defaultValue="answer" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="answer">{t("task.answer")}</Tabs.Tab>
          <Tabs.Tab value="attempts">{t("task.attempts", { count: task.data.attempts.length })}</Tabs.Tab>
          <Tabs.Tab value="events">{t("task.events")}</Tabs.Tab>
          <Tabs.Tab value="instruction">{t("task.instruction")}</Tabs.Tab>
          <Tabs.Tab value="json">{t("task.json")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="answer" pt="md">
          <Answer task={task.data} />
        </Tabs.Panel>
        <Tabs.Panel value="attempts" pt="md">
          <Attempts attempts={task.data.attempts} />
        </Tabs.Panel>
        <Tabs.Panel value="events" pt="md">
          <Events events={task.data.events} />
        </Tabs.Panel>
        <Tabs.Panel value="instruction" pt="md" maw={760}>
          <Instruction text={task.data.instruction} />
        </Tabs.Panel>
        <Tabs.Panel value="json" pt="md">
          <Code block>
            {JSON.stringify({ params: task.data.params, response: task.data.response }, null, 2)}
          </Code>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Header({ task }: { task: TaskDetail }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        <Link to="/tasks" search={task.project ? { project: task.project } : {}} className="crumb">
          {t("tasks.title")}
        </Link>
        {task.project && ` · ${task.project}`}
        {task.batch && ` · ${task.batch}`}
      </Text>
      <Group gap="sm">
        <Title order={1} className="mono">
          {task.unique_id ?? task.task_id}
        </Title>
        <Badge variant="light" color={STATUS_COLOURS[task.status] ?? "amber"}>
          {task.status}
        </Badge>
        <Badge variant="default">{task.type}</Badge>
        {task.stage && <Badge variant="default">{t(`stage.${task.stage}`)}</Badge>}
        {task.customer_review_status && (
          <Badge variant="outline">{t("task.customerReview", { status: task.customer_review_status })}</Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {t("task.times", {
          created: formatDateTime(task.created_at),
          completed: formatDateTime(task.completed_at),
        })}
        {task.holder && ` · ${t("task.heldBy", { holder: task.holder })}`}
      </Text>
    </Stack>
  );
}

/** The delivered answer, or any single attempt, drawn read-only. */
function Answer({ task }: { task: TaskDetail }) {
  const answered = task.attempts.filter(({ answer }) => answer !== null);
  const newest = answered.at(-1);
  const [chosen, choose] = useState<string>(task.response === null && newest ? newest.id : "response");
  const answer =
    chosen === "response" ? task.response : (answered.find(({ id }) => id === chosen)?.answer ?? null);
  return (
    <Stack gap="sm">
      <Group gap="xs" role="group" aria-label={t("task.which")}>
        {task.response !== null && (
          <Choice
            active={chosen === "response"}
            onClick={() => choose("response")}
            label={t("task.response")}
          />
        )}
        {answered.map(({ id, stage, by }) => (
          <Choice
            key={id}
            active={chosen === id}
            onClick={() => choose(id)}
            label={t("task.answerBy", { stage: t(`stage.${stage}`), by })}
          />
        ))}
      </Group>
      {answer === null && <Text c="dimmed">{t("task.noAnswer")}</Text>}
      <div className="answer-frame">
        <AnswerView key={chosen} task={task} answer={answer} />
      </div>
    </Stack>
  );
}

function Choice({ active, onClick, label }: { active: boolean; onClick: () => void; label: string }) {
  return (
    <Button size="xs" variant={active ? "filled" : "default"} aria-pressed={active} onClick={onClick}>
      {label}
    </Button>
  );
}

const ATTEMPT_COLUMNS: Columns<Attempt> = [
  { id: "stage", header: () => t("tasks.stage"), cell: ({ row }) => t(`stage.${row.original.stage}`) },
  { id: "by", accessorKey: "by", header: () => t("task.by") },
  { id: "state", header: () => t("task.state"), cell: ({ row }) => t(`task.state.${row.original.state}`) },
  {
    id: "verdict",
    header: () => t("task.verdict"),
    cell: ({ row }) => (row.original.verdict ? t(`verdict.${row.original.verdict}`) : "–"),
  },
  { id: "comment", header: () => t("task.comment"), cell: ({ row }) => row.original.comment ?? "–" },
  {
    id: "active",
    header: () => t("task.active"),
    cell: ({ row }) => formatDuration(row.original.active_ms),
    meta: { numeric: true },
  },
  {
    id: "submitted",
    header: () => t("task.submitted"),
    cell: ({ row }) => formatDateTime(row.original.submitted_at),
  },
];

function Attempts({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0)
    return <EmptyState title={t("task.noAttempts")} text={t("task.noAttempts.text")} />;
  return (
    <DataTable
      label={t("task.attemptsTitle")}
      columns={ATTEMPT_COLUMNS}
      rows={attempts}
      rowId={({ id }) => id}
    />
  );
}

const EVENT_COLUMNS: Columns<TaskEvent & { key: string }> = [
  { id: "at", header: () => t("task.at"), cell: ({ row }) => formatDateTime(row.original.at) },
  { id: "kind", accessorKey: "kind", header: () => t("task.kind") },
  { id: "by", header: () => t("task.by"), cell: ({ row }) => row.original.by ?? t("task.system") },
  {
    id: "data",
    header: () => t("task.data"),
    cell: ({ row }) => {
      const text = JSON.stringify(row.original.data);
      return text === "{}" ? "" : <span className="mono">{text}</span>;
    },
  },
];

function Events({ events }: { events: TaskEvent[] }) {
  const rows = events.map((event, index) => ({ ...event, key: `${index}` }));
  return <DataTable label={t("task.events")} columns={EVENT_COLUMNS} rows={rows} rowId={({ key }) => key} />;
}
