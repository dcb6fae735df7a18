import "../messages";
import { Badge, Button, Code, Group, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, type Attempt, type TaskDetail, type TaskEvent } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatDateTime } from "../../app/format";
import { mayManage } from "../../app/permissions";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { t } from "../../kit/i18n";
import { Markdown } from "../../kit/markdown/Markdown";
import { AnswerView } from "../../work/AnswerView";
import { FixView } from "../../work/FixView";
import { formatDuration } from "../../work/timer";
import { Instruction } from "../../work/Instruction";
import { auditsOf } from "./audits";
import { AuditTable } from "./AuditTable";
import { ErrorNotice } from "./ErrorNotice";
import { StatusBadge } from "./StatusBadge";
import { Verdicts } from "./Verdicts";

export function TaskPage() {
  const { taskId } = useParams({ from: "/authenticated/shell/tasks/$taskId" });
  const task = useQuery(queries.task(taskId));
  if (task.isPending) return <Skeleton height={400} />;
  if (!task.data) return <Failure error={task.error} retry={() => void task.refetch()} />;
  return <Task key={taskId} task={task.data} />;
}

function Task({ task }: { task: TaskDetail }) {
  const user = useUser();
  const [openedAt] = useState(Date.now);
  const [tab, setTab] = useState<string | null>("answer");
  const [fixing, setFixing] = useState(false);
  const [unseen, setUnseen] = useState<string | null>(t("task.unseen"));
  const audits = auditsOf(task.events).length;
  const judged = mayManage(user.role) && task.status === "completed";
  const fix = () => {
    setTab("answer");
    setFixing(true);
  };
  return (
    <Stack gap="md">
      <Header task={task}>
        {judged && !fixing && <Verdicts task={task} openedAt={openedAt} unseen={unseen} onFix={fix} />}
      </Header>
      <ErrorNotice task={task} />
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="answer">{t("task.answer")}</Tabs.Tab>
          <Tabs.Tab value="attempts" disabled={fixing}>{t("task.attempts", { count: task.attempts.length })}</Tabs.Tab>
          <Tabs.Tab value="audits" disabled={fixing}>{t("task.audits", { count: audits })}</Tabs.Tab>
          <Tabs.Tab value="events" disabled={fixing}>{t("task.events")}</Tabs.Tab>
          <Tabs.Tab value="instruction" disabled={fixing}>{t("task.instruction")}</Tabs.Tab>
          <Tabs.Tab value="json" disabled={fixing}>{t("task.json")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="answer" pt="md">
          {fixing ? (
            <Fixing task={task} openedAt={openedAt} onDone={() => setFixing(false)} />
          ) : (
            <Answer key={`${task.status}/${task.prior_responses.length}`} task={task} onUnseen={setUnseen} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="attempts" pt="md">
          <Attempts attempts={task.attempts} />
        </Tabs.Panel>
        <Tabs.Panel value="audits" pt="md">
          <AuditTable events={task.events} />
        </Tabs.Panel>
        <Tabs.Panel value="events" pt="md">
          <Events events={task.events} />
        </Tabs.Panel>
        <Tabs.Panel value="instruction" pt="md" maw={760}>
          <Instruction text={task.instruction} />
        </Tabs.Panel>
        <Tabs.Panel value="json" pt="md">
          <Code block>
            {JSON.stringify({ params: task.params, response: task.response }, null, 2)}
          </Code>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Header({ task, children }: { task: TaskDetail; children: ReactNode }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        <Link to="/tasks" search={task.project ? { project: task.project } : {}} className="crumb">
          {t("tasks.title")}
        </Link>
        {task.project && ` · ${task.project}`}
        {task.batch && ` · ${task.batch}`}
      </Text>
      <Group justify="space-between" gap="sm">
      <Group gap="sm">
        <Title order={1} className="mono">
          {task.unique_id ?? task.task_id}
        </Title>
        <StatusBadge task={task} />
        <Badge variant="default">{task.type}</Badge>
        {task.stage && <Badge variant="default">{t(`stage.${task.stage}`)}</Badge>}
        {task.customer_review_status && (
          <Badge variant="outline">{t("task.customerReview", { status: task.customer_review_status })}</Badge>
        )}
      </Group>
      {children}
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

/** The delivered answer in its editor, for the customer's own correction. */
function Fixing({ task, openedAt, onDone }: { task: TaskDetail; openedAt: number; onDone: () => void }) {
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (response: unknown) =>
      api.audit(task.task_id, {
        verdict: "fixed",
        response,
        time_ms: Math.max(0, Date.now() - openedAt),
      }),
    onSuccess: (judged) => {
      client.setQueryData(queries.task(task.task_id).queryKey, judged);
      notifications.show({ message: t("task.fixed") });
      onDone();
    },
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
  });
  return (
    <div className="answer-frame">
      <FixView
        task={task}
        answer={task.response}
        pending={send.isPending}
        onSend={send.mutate}
        onCancel={onDone}
      />
    </div>
  );
}

/** The delivered answer, an earlier one, or any single attempt, drawn read-only. */
function Answer({ task, onUnseen }: { task: TaskDetail; onUnseen: (why: string | null) => void }) {
  const answered = task.attempts.filter(({ answer }) => answer !== null);
  const newest = answered.at(-1);
  // The response of a task that ended in an error is no answer; the notice above tells it.
  const response: unknown = task.status === "error" ? null : task.response;
  const answers = new Map<string, unknown>([
    ...(response === null ? [] : ([["response", response]] as const)),
    ...task.prior_responses.map((one, index) => [`prior/${index}`, one] as const),
    ...answered.map(({ id, answer }) => [id, answer] as const),
  ]);
  const [chosen, choose] = useState<string>(response === null && newest ? newest.id : "response");
  const answer = answers.get(chosen) ?? null;
  return (
    <Stack gap="sm">
      <Group gap="xs" role="group" aria-label={t("task.which")}>
        {response !== null && (
          <Choice
            active={chosen === "response"}
            onClick={() => choose("response")}
            label={t("task.response")}
          />
        )}
        {task.prior_responses.map((_, index) => (
          <Choice
            // oxlint-disable-next-line react/no-array-index-key -- earlier responses are only ever appended to
            key={index}
            active={chosen === `prior/${index}`}
            onClick={() => choose(`prior/${index}`)}
            label={t("task.priorResponse", { number: index + 1 })}
          />
        ))}
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
        <AnswerView
          key={chosen}
          task={task}
          answer={answer}
          onUnseen={chosen === "response" ? onUnseen : undefined}
        />
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
  {
    id: "comment",
    header: () => t("task.comment"),
    cell: ({ row }) => <Markdown text={row.original.comment ?? "–"} small />,
  },
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
