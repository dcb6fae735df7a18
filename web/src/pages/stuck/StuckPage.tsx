import "../messages";
import { Button, Group, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, type StuckPosition, type StuckTask } from "../../api";
import { type PageAction, usePageActions } from "../../app/actions";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { mayManage } from "../../app/permissions";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { t } from "../../kit/i18n";
import { CancelDialog } from "./CancelDialog";
import { GiveDialog } from "./GiveDialog";
import { Skips } from "./Skips";

/** What a manager does about one task. */
interface Decisions {
  offer(task: StuckTask): void;
  give(task: StuckTask): void;
  cancel(task: StuckTask): void;
}

/** Tasks that everybody has skipped, or nobody may do, with what can be done about each. */
export function StuckPage() {
  const { project } = useSearch({ from: "/authenticated/shell/stuck" });
  const client = useQueryClient();
  const manages = mayManage(useUser().role);
  const stuck = useInfiniteQuery(queries.stuck(project));
  const [given, give] = useState<StuckTask | null>(null);
  const [canceled, cancel] = useState<StuckTask | null>(null);
  const settled = async () => {
    await Promise.all(
      [["stuck"], ["projects"], ["tasks"], ["task"]].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  };
  const offer = useMutation({
    mutationFn: (task: StuckTask) => api.offer(task.task_id, null),
    onSuccess: () => notifications.show({ message: t("stuck.offered") }),
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
    onSettled: settled,
  });
  const { mutate } = offer;
  const decisions = useMemo<Decisions>(() => ({ offer: mutate, give, cancel }), [mutate]);
  const pages = stuck.data?.pages ?? [];
  const rows = pages.flatMap(({ tasks }) => tasks);
  const places = pages[0]?.places ?? [];
  usePageActions("stuck", manages ? rows.slice(0, LISTED).flatMap((row) => actionsOf(row, decisions)) : []);
  const columns = useMemo(
    () => (manages ? [...COLUMNS, decisionColumn(decisions)] : COLUMNS),
    [manages, decisions],
  );
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Title order={1}>{t("stuck.title")}</Title>
        <Text c="dimmed" size="sm" aria-live="polite" data-testid="stuck-total">
          {stuck.data ? t("stuck.total", { count: pages[0]?.total ?? 0 }) : ""}
        </Text>
      </Group>
      <Text c="dimmed" maw={760}>
        {t("stuck.what")}
      </Text>
      <ProjectFilter project={project} />
      {stuck.isPending && <Skeleton height={200} />}
      {stuck.isError && <Failure error={stuck.error} retry={() => void stuck.refetch()} />}
      {stuck.data && rows.length + places.length === 0 && (
        <EmptyState title={t("stuck.empty.title")} text={t("stuck.empty.text")} />
      )}
      {places.length > 0 && <Places places={places} />}
      {rows.length > 0 && (
        <DataTable
          label={t("stuck.title")}
          columns={columns}
          rows={rows}
          rowId={(row) => row.task_id}
          rowTestId={(row) => `stuck-${row.task_id}`}
        />
      )}
      {stuck.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={stuck.isFetchingNextPage}
            onClick={() => void stuck.fetchNextPage()}
          >
            {t("stuck.more")}
          </Button>
        </Group>
      )}
      <GiveDialog task={given} onClose={() => give(null)} settled={settled} />
      <CancelDialog task={canceled} onClose={() => cancel(null)} settled={settled} />
    </Stack>
  );
}

/** Of so many tasks the command palette lists what can be done. */
const LISTED = 20;

const COLUMNS: Columns<StuckTask> = [
  {
    id: "task",
    header: () => t("tasks.id"),
    cell: ({ row: { original } }) => (
      <Link to="/tasks/$taskId" params={{ taskId: original.task_id }} className="row-link mono">
        {original.task_id}
      </Link>
    ),
  },
  { id: "project", header: () => t("tasks.project"), cell: ({ row }) => row.original.project ?? "–" },
  {
    id: "batch",
    header: () => t("tasks.batch"),
    cell: ({ row }) => row.original.batch ?? "–",
    meta: { wide: true },
  },
  { id: "stage", header: () => t("tasks.stage"), cell: ({ row }) => t(`stage.${row.original.stage}`) },
  { id: "why", header: () => t("stuck.why"), cell: ({ row }) => <Skips task={row.original} /> },
];

const actionsOf = (task: StuckTask, decisions: Decisions): PageAction[] => {
  const group = t("stuck.title");
  const id = task.task_id;
  return [
    { id: `stuck.offer.${id}`, label: t("stuck.offerOf", { id }), group, run: () => decisions.offer(task) },
    { id: `stuck.give.${id}`, label: t("stuck.giveOf", { id }), group, run: () => decisions.give(task) },
    { id: `stuck.cancel.${id}`, label: t("stuck.cancelOf", { id }), group, run: () => decisions.cancel(task) },
  ];
};

const decisionColumn = (decisions: Decisions): Columns<StuckTask>[number] => ({
  id: "decisions",
  header: () => <span className="sr-only">{t("stuck.actions")}</span>,
  cell: ({ row: { original } }) => {
    const id = original.task_id;
    return (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        {original.why === "skipped" && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t("stuck.offerOf", { id })}
            data-testid={`offer-${id}`}
            onClick={() => decisions.offer(original)}
          >
            {t("stuck.offer")}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t("stuck.giveOf", { id })}
          data-testid={`give-${id}`}
          onClick={() => decisions.give(original)}
        >
          {t("stuck.give")}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t("stuck.cancelOf", { id })}
          data-testid={`cancel-${id}`}
          onClick={() => decisions.cancel(original)}
        >
          {t("stuck.cancel")}
        </Button>
      </Group>
    );
  },
});

function ProjectFilter({ project }: { project?: string | undefined }) {
  const navigate = useNavigate();
  const projects = useQuery(queries.projects());
  const names = projects.data?.projects.map(({ name }) => name) ?? [];
  return (
    <Select
      label={t("tasks.project")}
      placeholder={t("tasks.all")}
      data={project && !names.includes(project) ? [project, ...names] : names}
      value={project ?? null}
      onChange={(next) => void navigate({ to: "/stuck", search: next ? { project: next } : {}, replace: true })}
      searchable
      clearable
      w={220}
    />
  );
}

const PLACE_COLUMNS: Columns<StuckPosition> = [
  { id: "project", header: () => t("tasks.project"), cell: ({ row }) => row.original.project ?? "–" },
  { id: "batch", header: () => t("tasks.batch"), cell: ({ row }) => row.original.batch ?? "–" },
  { id: "stage", header: () => t("tasks.stage"), cell: ({ row }) => t(`stage.${row.original.stage}`) },
  { id: "count", accessorKey: "count", header: () => t("stuck.waiting"), meta: { numeric: true } },
  { id: "why", header: () => t("stuck.why"), cell: ({ row }) => t(`stuck.place.${row.original.why}`) },
];

/** Where work waits and nobody who can log in is to do it. */
function Places({ places }: { places: readonly StuckPosition[] }) {
  return (
    <Stack gap="xs" component="section">
      <Title order={2}>{t("stuck.places")}</Title>
      <DataTable
        label={t("stuck.places")}
        columns={PLACE_COLUMNS}
        rows={places}
        rowId={({ project, batch, stage }) => JSON.stringify([project, batch, stage])}
      />
    </Stack>
  );
}
