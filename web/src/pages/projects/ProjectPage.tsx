import { Badge, Button, Code, Group, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import type { BatchRow, ProjectDetail } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatDateTime, percent, plainExcerpt } from "../../app/format";
import { useLiveProgress } from "../../app/live";
import { ProgressBar, totalOf } from "../../app/ProgressBar";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { Stage } from "./Stage";

const BATCH_COLOURS = { staging: "gray", in_progress: "amber", completed: "spruce" } as const;

const COLUMNS: Columns<BatchRow> = [
  {
    id: "name",
    accessorKey: "name",
    header: () => t("batches.name"),
    cell: ({ row }) => (
      <Link
        to="/tasks"
        search={{ project: row.original.project, batch: row.original.name }}
        className="row-link"
      >
        {row.original.name}
      </Link>
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
      <Tabs defaultValue="batches" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="batches">{t("projects.batches")}</Tabs.Tab>
          <Tabs.Tab value="params">{t("project.params")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="batches" pt="md">
          <Batches project={name} />
        </Tabs.Panel>
        <Tabs.Panel value="params" pt="md">
          <ParamHistory versions={project.data.param_history} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Header({ project }: { project: ProjectDetail }) {
  const { stages } = project;
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
        </Group>
        <Group gap="xs">
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

function Batches({ project }: { project: string }) {
  const navigate = useNavigate();
  const batches = useQuery(queries.batches(project));
  if (batches.isPending) return <Skeleton height={160} />;
  if (!batches.data) return <Failure error={batches.error} retry={() => void batches.refetch()} />;
  if (batches.data.batches.length === 0) {
    return <EmptyState title={t("batches.empty.title")} text={t("batches.empty.text")} />;
  }
  return (
    <DataTable
      label={t("projects.batches")}
      columns={COLUMNS}
      rows={batches.data.batches}
      rowId={(row) => row.name}
      rowTestId={(row) => `batch-${row.name}`}
      onOpen={(row) => void navigate({ to: "/tasks", search: { project, batch: row.name } })}
      sortable
    />
  );
}

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
