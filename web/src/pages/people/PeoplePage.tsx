import "../messages";
import { Badge, Button, Group, Kbd, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { Invited, Person } from "../../api";
import { type PageAction, usePageActions } from "../../app/actions";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatCount, formatHours } from "../../app/format";
import { mayManage } from "../../app/permissions";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { t } from "../../kit/i18n";
import { acceptedShare, perAnswer } from "./figures";
import { Invitations } from "./Invitations";
import { InviteDialog, type InviteStart, NOBODY_YET } from "./InviteDialog";
import { PersonDialog } from "./PersonDialog";

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
    cell: ({ row: { original } }) => (
      <Group gap={6} wrap="nowrap">
        <Badge variant="default">{t(`app.role.${original.role}`)}</Badge>
        {original.disabled && (
          <Badge variant="light" color="danger">
            {t("people.disabled")}
          </Badge>
        )}
      </Group>
    ),
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
  number("active", (person) => person.active_ms_today, formatHours, true),
  number("perAnswer", perAnswer, (ms) => (ms === null ? "–" : `${(ms / 1000).toFixed(0)} s`), true),
  number("accepted", (person) => person.accepted, formatCount),
  number("fixed", (person) => person.fixed, formatCount, true),
  number("sentBack", (person) => person.sent_back, formatCount),
  number("share", acceptedShare, (share) => (share === null ? "–" : `${share} %`)),
];

function number<V extends number | null>(
  id: string,
  value: (person: Person) => V,
  show: (value: V) => string,
  wide = false,
) {
  return {
    id,
    accessorFn: value,
    header: () => t(`people.${id}`),
    cell: ({ row }: { row: { original: Person } }) => show(value(row.original)),
    meta: { numeric: true, wide },
  };
}

/** Who is there, who was asked to come, and how much each did today. */
export function PeoplePage() {
  const me = useUser();
  const manages = mayManage(me.role);
  const people = useQuery(queries.people());
  const [inviting, setInviting] = useState<InviteStart | null>(null);
  const [changing, setChanging] = useState<string | null>(null);
  const { people: rows = NO_PEOPLE, invited = NO_INVITED } = people.data ?? {};
  const renew = useCallback(({ email, role }: Invited) => setInviting({ emails: email, role }), []);
  // The same cells as before at every refresh: a button in the table must not lose the focus.
  const columns = useMemo(() => (manages ? [...COLUMNS, changeColumn(setChanging)] : COLUMNS), [manages]);
  usePageActions(
    "people",
    manages ? actionsOf(rows, setChanging, () => setInviting(NOBODY_YET)) : [],
  );
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1}>{t("people.title")}</Title>
        {manages && (
          <Button
            data-testid="invite"
            rightSection={<Kbd size="xs">I</Kbd>}
            onClick={() => setInviting(NOBODY_YET)}
          >
            {t("people.invite")}
          </Button>
        )}
      </Group>
      {people.isPending && <Skeleton height={200} />}
      {people.isError && !people.data && <Failure error={people.error} retry={() => void people.refetch()} />}
      {people.data && rows.length <= 1 && invited.length === 0 && (
        <EmptyState title={t("people.empty.title")} text={t(manages ? "people.empty.text" : "people.empty.ask")} />
      )}
      {rows.length > 0 && (
        <DataTable
          label={t("people.title")}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          rowTestId={(row) => `person-${row.email}`}
          {...(manages ? { onOpen: (row: Person) => setChanging(row.id) } : {})}
          sortable
        />
      )}
      {invited.length > 0 && <Invitations invited={invited} onRenew={renew} manages={manages} />}
      <InviteDialog start={inviting} onClose={() => setInviting(null)} />
      <PersonDialog person={rows.find(({ id }) => id === changing) ?? null} onClose={() => setChanging(null)} />
    </Stack>
  );
}

const NO_PEOPLE: Person[] = [];
const NO_INVITED: Invited[] = [];

/** Every person by name in the palette; `i` invites. */
function actionsOf(
  people: readonly Person[],
  change: (id: string) => void,
  invite: () => void,
): PageAction[] {
  const group = t("people.title");
  return [
    { id: "people.invite", label: t("people.invite"), group, keys: ["KeyI"], run: invite },
    ...people.map(({ id, name }) => ({
      id: `people.change.${id}`,
      label: t("people.changeOf", { name }),
      group,
      run: () => change(id),
    })),
  ];
}

const changeColumn = (change: (id: string) => void): Columns<Person>[number] => ({
  id: "change",
  enableSorting: false,
  meta: { actions: true },
  header: () => <span className="sr-only">{t("people.actions")}</span>,
  cell: ({ row: { original } }) => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={t("people.changeOf", { name: original.name })}
      data-testid={`change-${original.email}`}
      onClick={() => change(original.id)}
    >
      {t("people.change")}
    </Button>
  ),
});
