import "../messages";
import { Alert, Badge, Group, Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ProjectRow, Projects } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatCount, formatDate, percent } from "../../app/format";
import { useLiveProgress } from "../../app/live";
import { ProgressBar, totalOf } from "../../app/ProgressBar";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { ArchivedSwitch } from "./ArchivedSwitch";
import { FormNotice } from "./FormNotice";
import { Marks } from "./Marks";
import { Stage } from "./Stage";

const NO_ROWS: ProjectRow[] = [];

const COLUMNS: Columns<ProjectRow> = [
  {
    id: "name",
    accessorKey: "name",
    header: () => t("projects.name"),
    cell: ({ row }) => (
      <Group gap="xs" wrap="nowrap">
        <Link to="/projects/$name" params={{ name: row.original.name }} className="row-link">
          {row.original.name}
        </Link>
        {row.original.archived && <Badge variant="default">{t("projects.archived")}</Badge>}
        <Marks row={row.original} />
      </Group>
    ),
  },
  { id: "type", accessorKey: "type", header: () => t("projects.type"), meta: { wide: true } },
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
    id: "batches",
    accessorKey: "batches",
    header: () => t("projects.batches"),
    cell: ({ row }) => formatCount(row.original.batches),
    meta: { numeric: true },
  },
  {
    id: "created",
    accessorKey: "created_at",
    header: () => t("projects.created"),
    cell: ({ row }) => formatDate(row.original.created_at),
    meta: { wide: true },
  },
];

export function ProjectsPage() {
  useLiveProgress();
  const navigate = useNavigate();
  const projects = useQuery(queries.projects());
  const [archived, showArchived] = useState(false);
  const all = projects.data?.projects ?? NO_ROWS;
  const rows = archived ? all : all.filter((row) => !row.archived);
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{t("projects.title")}</Title>
        <ArchivedSwitch rows={all} shown={archived} onChange={showArchived} />
      </Group>
      {projects.data && <WithoutProject {...projects.data.without_project} />}
      {projects.isPending && <Skeleton height={200} />}
      {projects.isError && !projects.data && (
        <Failure error={projects.error} retry={() => void projects.refetch()} />
      )}
      {projects.data && all.length > 0 && rows.length === 0 && (
        <EmptyState title={t("projects.empty.title")} text={t("projects.emptyArchived")} />
      )}
      {projects.data?.projects.length === 0 && (
        <EmptyState title={t("projects.empty.title")} text={t("projects.empty.text")}>
          <pre className="snippet">{SNIPPET}</pre>
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t("projects.title")}
          columns={COLUMNS}
          rows={rows}
          rowId={(row) => row.name}
          rowTestId={(row) => `project-${row.name}`}
          onOpen={(row) => void navigate({ to: "/projects/$name", params: { name: row.name } })}
          sortable
        />
      )}
    </Stack>
  );
}

/** Tasks that belong to no project stand in no row: what keeps them from being done is said above. */
function WithoutProject({ stuck, form }: Projects["without_project"]) {
  return (
    <>
      {stuck > 0 && (
        <Alert color="danger" title={t("projects.stuckWithout", { count: stuck })}>
          <Link to="/stuck">{t("projects.showStuck")}</Link>
        </Alert>
      )}
      <FormNotice form={form} project={null} />
    </>
  );
}

const SNIPPET = `import scaleapi
from scaleapi.tasks import TaskType

client = scaleapi.ScaleClient("live_…", api_instance_url="${new URL("v1", document.baseURI).href}")
client.create_project(project_name="cars", task_type=TaskType.ImageAnnotation, params={"instruction": "Box every car."})`;
