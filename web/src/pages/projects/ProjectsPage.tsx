import { Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ProjectRow } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatCount, formatDate, percent } from "../../app/format";
import { useLiveProgress } from "../../app/live";
import { ProgressBar, totalOf } from "../../app/ProgressBar";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { Stage } from "./Stage";

const COLUMNS: Columns<ProjectRow> = [
  {
    id: "name",
    accessorKey: "name",
    header: () => t("projects.name"),
    cell: ({ row }) => (
      <Link to="/projects/$name" params={{ name: row.original.name }} className="row-link">
        {row.original.name}
      </Link>
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
  return (
    <Stack gap="lg">
      <Title order={1}>{t("projects.title")}</Title>
      {projects.isPending && <Skeleton height={200} />}
      {projects.isError && !projects.data && (
        <Failure error={projects.error} retry={() => void projects.refetch()} />
      )}
      {projects.data?.projects.length === 0 && (
        <EmptyState title={t("projects.empty.title")} text={t("projects.empty.text")}>
          <pre className="snippet">{SNIPPET}</pre>
        </EmptyState>
      )}
      {projects.data && projects.data.projects.length > 0 && (
        <DataTable
          label={t("projects.title")}
          columns={COLUMNS}
          rows={projects.data.projects}
          rowId={(row) => row.name}
          rowTestId={(row) => `project-${row.name}`}
          onOpen={(row) => void navigate({ to: "/projects/$name", params: { name: row.name } })}
          sortable
        />
      )}
    </Stack>
  );
}

const SNIPPET = `import scaleapi
from scaleapi.tasks import TaskType

client = scaleapi.ScaleClient("live_…", api_instance_url="${new URL("v1", document.baseURI).href}")
client.create_project(project_name="cars", task_type=TaskType.ImageAnnotation, params={"instruction": "Box every car."})`;
