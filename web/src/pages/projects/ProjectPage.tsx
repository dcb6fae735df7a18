import "../messages";
import { Badge, Button, Code, Group, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, type BatchRow, type ProjectDetail } from "../../api";
import { usePageActions } from "../../app/actions";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatDateTime, percent, plainExcerpt } from "../../app/format";
import { useLiveProgress } from "../../app/live";
import { mayManage } from "../../app/permissions";
import { ProgressBar, totalOf } from "../../app/ProgressBar";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { t } from "../../kit/i18n";
import { ArchivedSwitch } from "./ArchivedSwitch";
import { FormNotice } from "./FormNotice";
import { ProjectPeople } from "./ProjectPeople";
import { Stage } from "./Stage";

const BATCH_COLOURS = {
  staging: "gray",
  in_progress: "amber",
  completed: "spruce",
  paused: "gray",
  cancelled: "red",
} as const;

const COLUMNS: Columns<BatchRow> = [
  {
    id: "name",
    accessorKey: "name",
    header: () => t("batches.name"),
    cell: ({ row }) => (
      <Group gap="xs" wrap="nowrap">
        <Link
          to="/tasks"
          search={{ project: row.original.project, batch: row.original.name }}
          className="row-link"
        >
          {row.original.name}
        </Link>
        {row.original.archived && <Badge variant="default">{t("batches.archived")}</Badge>}
      </Group>
    ),
  },
  {
    id: "status",
    accessorKey: "status",
    header: () => t("batches.status"),
    cell: ({ row }) => (
      <Badge variant="light" color={BATCH_COLOURS[row.original.status]}>
        {t(`batches.status.${row.original.status}`)}
      </Badge>
    ),
  },
  {
    id: "progress",
    accessorFn: ({ tasks }) => percent(tasks.completed ?? 0, totalOf(tasks)),
    header: () => t("projects.progress"),
    cell: ({ row }) => (
      <ProgressBar tasks={row.original.tasks} label={t("projects.progressOf", { name: row.original.name })} />
    ),
  },
  {
    id: "attempt",
    accessorFn: ({ stages }) => stages.attempt_open,
    header: () => t("projects.toAttempt"),
    cell: ({ row }) => (
      <Stage open={row.original.stages.attempt_open} held={row.original.stages.attempt_held} />
    ),
    meta: { numeric: true },
  },
  {
    id: "review",
    accessorFn: ({ stages }) => stages.review_open,
    header: () => t("projects.toReview"),
    cell: ({ row }) => (
      <Stage open={row.original.stages.review_open} held={row.original.stages.review_held} />
    ),
    meta: { numeric: true },
  },
  {
    id: "created",
    accessorKey: "created_at",
    header: () => t("projects.created"),
    cell: ({ row }) => formatDateTime(row.original.created_at),
    meta: { wide: true },
  },
];

export function ProjectPage() {
  useLiveProgress();
  const { name } = useParams({ from: "/authenticated/shell/projects/$name" });
  const project = useQuery(queries.project(name));
  if (project.isPending) return <Skeleton height={300} />;
  if (!project.data) return <Failure error={project.error} retry={() => void project.refetch()} />;
  return (
    <Stack gap="lg">
      <Header project={project.data} />
      <FormNotice form={project.data.form} project={name} />
      <Tabs defaultValue="batches" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="batches">{t("projects.batches")}</Tabs.Tab>
          <Tabs.Tab value="people">{t("project.people")}</Tabs.Tab>
          <Tabs.Tab value="params">{t("project.params")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="batches" pt="md">
          <Batches project={name} studio={project.data.studio} />
        </Tabs.Panel>
        <Tabs.Panel value="people" pt="md">
          <ProjectPeople project={name} />
        </Tabs.Panel>
        <Tabs.Panel value="params" pt="md">
          <ParamHistory versions={project.data.param_history} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Header({ project }: { project: ProjectDetail }) {
  const { stages, name, archived } = project;
  const manages = mayManage(useUser().role);
  const client = useQueryClient();
  const archive = useMutation({
    mutationFn: () => api.archiveProject(name, !archived),
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: queries.projects().queryKey }),
  });
  const archiveLabel = t(archived ? "project.unarchive" : "project.archive");
  const archiveAction = {
    id: "project.archive",
    label: archiveLabel,
    group: t("projects.title"),
    run: () => archive.mutate(),
  };
  usePageActions("project", manages ? [archiveAction] : []);
  return (
    <Stack gap="sm">
      <Text size="sm">
        <Link to="/projects" className="crumb">
          {t("projects.title")}
        </Link>
      </Text>
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={1}>{project.name}</Title>
          <Badge variant="default">{project.type}</Badge>
          {archived && <Badge variant="default">{t("projects.archived")}</Badge>}
          {project.stuck > 0 && (
            <Link to="/stuck" search={{ project: name }} data-testid="project-stuck">
              {t("projects.stuck", { count: project.stuck })}
            </Link>
          )}
        </Group>
        <Group gap="xs">
          {manages && (
            <Button
              variant="subtle"
              color="gray"
              title={t("project.archiveHint")}
              loading={archive.isPending}
              onClick={() => archive.mutate()}
              data-testid="archive-project"
            >
              {archiveLabel}
            </Button>
          )}
          <LinkButton
            stage="attempt"
            project={project.name}
            count={stages.attempt_open + stages.attempt_held}
          />
          <LinkButton stage="review" project={project.name} count={stages.review_open + stages.review_held} />
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/tasks" search={{ project: project.name }} {...props} />}
          >
            {t("project.browse")}
          </Button>
        </Group>
      </Group>
      {project.instruction_excerpt && (
        <Text c="dimmed" maw={760}>
          {plainExcerpt(project.instruction_excerpt)}
        </Text>
      )}
      <div data-testid={`project-${project.name}`}>
        <ProgressBar tasks={project.tasks} label={t("projects.progressOf", { name: project.name })} />
      </div>
    </Stack>
  );
}

function LinkButton({
  stage,
  project,
  count,
}: {
  stage: "attempt" | "review";
  project: string;
  count: number;
}) {
  if (count === 0) return null;
  return (
    <Button
      variant={stage === "review" ? "filled" : "default"}
      renderRoot={(props) => <Link to="/work/$stage" params={{ stage }} search={{ project }} {...props} />}
    >
      {t(`project.go.${stage}`, { count })}
    </Button>
  );
}

function Batches({ project, studio }: { project: string; studio: boolean }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const manages = mayManage(useUser().role);
  const [archived, showArchived] = useState(false);
  const archive = useMutation({
    mutationFn: (batch: BatchRow) => api.archiveBatch(batch.name, !batch.archived),
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: queries.batches(project).queryKey }),
  });
  const { mutate } = archive;
  // The same cells as before at every refresh: a button in the table must not lose the focus.
  const columns = useMemo(
    () => [...COLUMNS, ...(studio ? STUDIO_COLUMNS : []), ...(manages ? [archiveColumn(mutate)] : [])],
    [studio, manages, mutate],
  );
  const batches = useQuery(queries.batches(project));
  if (batches.isPending) return <Skeleton height={160} />;
  if (!batches.data) return <Failure error={batches.error} retry={() => void batches.refetch()} />;
  const all = batches.data.batches;
  const rows = archived ? all : all.filter((row) => !row.archived);
  if (all.length === 0) {
    return <EmptyState title={t("batches.empty.title")} text={t("batches.empty.text")} />;
  }
  return (
    <Stack gap="sm">
      <Group justify="flex-end">
        <ArchivedSwitch rows={all} shown={archived} onChange={showArchived} />
      </Group>
      {rows.length === 0 ? (
        <EmptyState title={t("batches.empty.title")} text={t("batches.emptyArchived")} />
      ) : (
        <DataTable
          label={t("projects.batches")}
          columns={columns}
          rows={rows}
          rowId={(row) => row.name}
          rowTestId={(row) => `batch-${row.name}`}
          onOpen={(row) => void navigate({ to: "/tasks", search: { project, batch: row.name } })}
          sortable
        />
      )}
    </Stack>
  );
}

/** What the customer's program sets over the Studio endpoints; here it is only shown. */
const STUDIO_COLUMNS: Columns<BatchRow> = [
  {
    id: "order",
    accessorFn: ({ place }) => place ?? Number.MAX_SAFE_INTEGER,
    header: () => t("batches.order"),
    cell: ({ row }) => row.original.place ?? "–",
    meta: { numeric: true },
  },
  {
    id: "groups",
    accessorFn: ({ groups }) => groups.join(", "),
    header: () => t("batches.forGroups"),
    cell: ({ row: { original } }) => (
      <Text size="sm" truncate maw={200} title={original.groups.join(", ")}>
        {original.groups.join(", ") || <span className="held">{t("batches.everybody")}</span>}
      </Text>
    ),
  },
];

const archiveColumn = (archive: (batch: BatchRow) => void): Columns<BatchRow>[number] => ({
  id: "archive",
  enableSorting: false,
  header: () => <span className="sr-only">{t("batches.archive")}</span>,
  cell: ({ row: { original } }) => (
    <Button
      size="compact-xs"
      variant="subtle"
      color="gray"
      onClick={() => archive(original)}
      data-testid={`archive-${original.name}`}
    >
      {t(original.archived ? "batches.unarchive" : "batches.archive")}
    </Button>
  ),
});

/** Every version of the project's default parameters, newest first. */
function ParamHistory({ versions }: { versions: ProjectDetail["param_history"] }) {
  return (
    <Stack gap="md">
      {versions.toReversed().map(({ version, created_at: createdAt, ...params }) => (
        <Stack key={String(version)} gap={4}>
          <Text size="sm" fw={600}>
            {t("project.version", { version })}{" "}
            <span className="held">{formatDateTime(String(createdAt))}</span>
          </Text>
          <Code block>{JSON.stringify(params, null, 2)}</Code>
        </Stack>
      ))}
    </Stack>
  );
}
