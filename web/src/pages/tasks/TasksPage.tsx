import "../messages";
import { Button, Group, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { TaskFilters, TaskRow } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { TASK_STATUSES, withFilter } from "../../app/filters";
import { formatCount, formatDateTime } from "../../app/format";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { StatusBadge } from "./StatusBadge";

const COLUMNS: Columns<TaskRow> = [
  {
    id: "task",
    accessorKey: "task_id",
    header: () => t("tasks.id"),
    cell: ({ row }) => (
      <Link to="/tasks/$taskId" params={{ taskId: row.original.task_id }} className="row-link mono">
        {row.original.unique_id ?? row.original.task_id}
      </Link>
    ),
  },
  {
    id: "status",
    accessorKey: "status",
    header: () => t("tasks.status"),
    cell: ({ row }) => <StatusBadge task={row.original} />,
  },
  {
    id: "stage",
    accessorKey: "stage",
    header: () => t("tasks.stage"),
    cell: ({ row }) => (row.original.stage ? t(`stage.${row.original.stage}`) : "–"),
  },
  {
    id: "holder",
    accessorKey: "holder",
    header: () => t("tasks.holder"),
    cell: ({ row }) => row.original.holder ?? "–",
  },
  { id: "project", accessorKey: "project", header: () => t("tasks.project") },
  {
    id: "batch",
    accessorKey: "batch",
    header: () => t("tasks.batch"),
    cell: ({ row }) => row.original.batch ?? "–",
  },
  { id: "type", accessorKey: "type", header: () => t("projects.type"), meta: { wide: true } },
  {
    id: "created",
    accessorKey: "created_at",
    header: () => t("tasks.created"),
    cell: ({ row }) => formatDateTime(row.original.created_at),
  },
  {
    id: "completed",
    accessorKey: "completed_at",
    header: () => t("tasks.completed"),
    cell: ({ row }) => formatDateTime(row.original.completed_at),
    meta: { wide: true },
  },
];

const NO_ROWS: TaskRow[] = [];

/** Every task; the filters live in the address, so a view can be bookmarked and sent. */
export function TasksPage() {
  const filters = useSearch({ from: "/authenticated/shell/tasks" });
  const navigate = useNavigate();
  const tasks = useInfiniteQuery(queries.tasks(filters));
  const rows = tasks.data?.pages.flatMap((page) => page.tasks) ?? NO_ROWS;
  const total = tasks.data?.pages[0]?.total ?? 0;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Title order={1}>{t("tasks.title")}</Title>
        <Group gap="md">
          <Link
            to="/stuck"
            search={filters.project ? { project: filters.project } : {}}
            data-testid="show-stuck"
          >
            {t("tasks.showStuck")}
          </Link>
          <Text c="dimmed" size="sm" aria-live="polite" data-testid="tasks-total">
            {tasks.data ? t("tasks.total", { count: total }) : ""}
          </Text>
        </Group>
      </Group>
      <Filters filters={filters} />
      {tasks.isPending && <Skeleton height={300} />}
      {tasks.isError && <Failure error={tasks.error} retry={() => void tasks.refetch()} />}
      {tasks.data && rows.length === 0 && (
        <EmptyState
          title={t("tasks.empty.title")}
          text={t(Object.keys(filters).length ? "tasks.empty.filtered" : "tasks.empty.text")}
        >
          {Object.keys(filters).length > 0 && (
            <Button variant="default" onClick={() => void navigate({ to: "/tasks", search: {} })}>
              {t("tasks.clear")}
            </Button>
          )}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t("tasks.title")}
          columns={COLUMNS}
          rows={rows}
          rowId={(row) => row.task_id}
          rowTestId={(row) => `task-${row.task_id}`}
          onOpen={(row) => void navigate({ to: "/tasks/$taskId", params: { taskId: row.task_id } })}
          paged={{
            total,
            hasMore: tasks.hasNextPage && !tasks.isFetchingNextPage,
            loadMore: () => void tasks.fetchNextPage(),
          }}
        />
      )}
      {rows.length > 0 && rows.length < total && (
        <Text size="xs" c="dimmed">
          {t("tasks.loaded", { loaded: formatCount(rows.length), total: formatCount(total) })}
        </Text>
      )}
    </Stack>
  );
}

/** The names to choose from; a name from the address stays visible even if there is no such thing. */
function withCurrent(rows: readonly { name: string }[] | undefined, current: string | undefined): string[] {
  const names = rows?.map(({ name }) => name) ?? [];
  return current && !names.includes(current) ? [current, ...names] : names;
}

function Filters({ filters }: { filters: TaskFilters }) {
  const navigate = useNavigate();
  const projects = useQuery(queries.projects());
  const batches = useQuery({
    ...queries.batches(filters.project ?? ""),
    enabled: filters.project !== undefined,
  });
  const set = (name: keyof TaskFilters) => (value: string | null) =>
    void navigate({ to: "/tasks", search: withFilter(filters, name, value), replace: true });
  return (
    <Group gap="sm" align="flex-end">
      <Select
        label={t("tasks.project")}
        placeholder={t("tasks.all")}
        data={withCurrent(projects.data?.projects, filters.project)}
        value={filters.project ?? null}
        onChange={set("project")}
        searchable
        clearable
        w={220}
      />
      <Select
        label={t("tasks.batch")}
        placeholder={filters.project ? t("tasks.all") : t("tasks.chooseProject")}
        data={withCurrent(batches.data?.batches, filters.batch)}
        value={filters.batch ?? null}
        onChange={set("batch")}
        disabled={!filters.project}
        searchable
        clearable
        w={220}
      />
      <Select
        label={t("tasks.status")}
        placeholder={t("tasks.all")}
        data={[...TASK_STATUSES]}
        value={filters.status ?? null}
        onChange={set("status")}
        clearable
        w={160}
      />
    </Group>
  );
}
