import { Badge, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Person } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatCount, formatHours } from "../../app/format";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { acceptedShare, perAnswer } from "./figures";

const COLUMNS: Columns<Person> = [
  {
    id: "name",
    accessorKey: "name",
    header: () => t("people.name"),
    cell: ({ row }) => (
      <>
        <strong>{row.original.name}</strong>
        <br />
        <span className="held">{row.original.email}</span>
      </>
    ),
  },
  {
    id: "role",
    accessorKey: "role",
    header: () => t("people.role"),
    cell: ({ row }) => <Badge variant="default">{t(`app.role.${row.original.role}`)}</Badge>,
  },
  {
    id: "projects",
    accessorFn: ({ projects }) => projects.length,
    header: () => t("people.projects"),
    cell: ({ row }) => (
      <Text size="sm" lineClamp={1} maw={220} title={row.original.projects.join(", ")}>
        {row.original.projects.join(", ") || t("people.allProjects")}
      </Text>
    ),
    meta: { wide: true },
  },
  number("submitted", (person) => person.submitted_today, formatCount),
  number("active", (person) => person.active_ms_today, formatHours),
  number("perAnswer", perAnswer, (ms) => (ms === null ? "–" : `${(ms / 1000).toFixed(0)} s`)),
  number("accepted", (person) => person.accepted, formatCount),
  number("fixed", (person) => person.fixed, formatCount),
  number("sentBack", (person) => person.sent_back, formatCount),
  number("share", acceptedShare, (share) => (share === null ? "–" : `${share} %`)),
];

function number<V extends number | null>(
  id: string,
  value: (person: Person) => V,
  show: (value: V) => string,
) {
  return {
    id,
    accessorFn: value,
    header: () => t(`people.${id}`),
    cell: ({ row }: { row: { original: Person } }) => show(value(row.original)),
    meta: { numeric: true },
  };
}

/** Who did how much today, and what reviewers made of it. */
export function PeoplePage() {
  const people = useQuery(queries.people());
  return (
    <Stack gap="lg">
      <Title order={1}>{t("people.title")}</Title>
      {people.isPending && <Skeleton height={200} />}
      {people.isError && !people.data && <Failure error={people.error} retry={() => void people.refetch()} />}
      {people.data?.people.length === 0 && (
        <EmptyState title={t("people.empty.title")} text={t("people.empty.text")} />
      )}
      {people.data && people.data.people.length > 0 && (
        <DataTable
          label={t("people.title")}
          columns={COLUMNS}
          rows={people.data.people}
          rowId={(row) => row.id}
          rowTestId={(row) => `person-${row.email}`}
          sortable
        />
      )}
    </Stack>
  );
}
