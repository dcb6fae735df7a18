import { Badge, Button, Group, Skeleton, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { Failure } from "../../app/EmptyState";
import { mayManage } from "../../app/permissions";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { t } from "../../kit/i18n";
import { type Assigned, assignedOf } from "./people";

/** Who is assigned to a project, invited people too; managers take them off here. */
export function ProjectPeople({ project }: { project: string }) {
  const client = useQueryClient();
  const manages = mayManage(useUser().role);
  const people = useQuery(queries.projectPeople(project));
  const { mutate } = useMutation({
    mutationFn: (id: string) => api.changeProjectPeople(project, { remove: [id] }),
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queries.projectPeople(project).queryKey }),
        client.invalidateQueries({ queryKey: queries.people().queryKey }),
      ]),
  });
  const columns = useMemo(() => (manages ? [...COLUMNS, removeColumn(mutate)] : COLUMNS), [manages, mutate]);
  if (people.isPending) return <Skeleton height={160} />;
  if (!people.data) return <Failure error={people.error} retry={() => void people.refetch()} />;
  const rows = assignedOf(people.data);
  if (rows.length === 0) return <Text c="dimmed">{t("project.people.everybody")}</Text>;
  return (
    <DataTable
      label={t("project.people")}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      rowTestId={({ email }) => `assigned-${email}`}
    />
  );
}

const COLUMNS: Columns<Assigned> = [
  {
    id: "name",
    accessorKey: "name",
    header: () => t("people.name"),
    cell: ({ row }) => (
      <Group gap="xs" wrap="nowrap">
        {row.original.name || row.original.email}
        {row.original.state !== "active" && (
          <Badge variant="light" color={row.original.state === "invited" ? "amber" : "gray"}>
            {t(`project.people.${row.original.state}`)}
          </Badge>
        )}
      </Group>
    ),
  },
  { id: "email", accessorKey: "email", header: () => t("app.login.email") },
  {
    id: "role",
    accessorKey: "role",
    header: () => t("people.role"),
    cell: ({ row }) => <Badge variant="default">{t(`app.role.${row.original.role}`)}</Badge>,
  },
];

const removeColumn = (remove: (id: string) => void): Columns<Assigned>[number] => ({
  id: "actions",
  header: () => <span className="sr-only">{t("people.actions")}</span>,
  cell: ({ row: { original } }) => (
    <Button
      size="compact-sm"
      variant="subtle"
      color="gray"
      aria-label={t("project.people.removeOf", { name: original.name || original.email })}
      onClick={() => remove(original.id)}
    >
      {t("project.people.remove")}
    </Button>
  ),
});
