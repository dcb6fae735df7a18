import { Badge, Button, Group, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, type Invited } from "../../api";
import { type PageAction, usePageActions } from "../../app/actions";
import { type Columns, DataTable } from "../../app/DataTable";
import { formatDateTime } from "../../app/format";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";

interface Props {
  invited: readonly Invited[];
  /** Makes a new link; the old one ends. Stays the same function. */
  onRenew: (invitation: Invited) => void;
  /** False for those who may only look. */
  manages: boolean;
}

/** Who was asked to join and has not come yet. */
export function Invitations({ invited, onRenew, manages }: Props) {
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: (email: string) => api.withdraw(email),
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: queries.people().queryKey }),
  });
  const { mutate } = withdraw;
  usePageActions("invitations", manages ? invited.flatMap((one) => actionsOf(one, onRenew, mutate)) : []);
  const columns = useMemo(
    () => (manages ? [...COLUMNS, actionColumn(onRenew, mutate)] : COLUMNS),
    [manages, onRenew, mutate],
  );
  return (
    <Stack gap="xs" component="section">
      <Title order={2}>{t("people.invited")}</Title>
      <DataTable
        label={t("people.invited")}
        columns={columns}
        rows={invited}
        rowId={({ email }) => email}
        rowTestId={({ email }) => `invited-${email}`}
      />
    </Stack>
  );
}

const COLUMNS: Columns<Invited> = [
  { id: "email", accessorKey: "email", header: () => t("app.login.email") },
  {
    id: "role",
    accessorKey: "role",
    header: () => t("people.role"),
    cell: ({ row }) => <Badge variant="default">{t(`app.role.${row.original.role}`)}</Badge>,
  },
  {
    id: "state",
    header: () => t("people.state"),
    cell: ({ row: { original } }) =>
      original.expired ? (
        <Badge variant="light" color="danger">
          {t("people.expired", { at: formatDateTime(original.expires_at) })}
        </Badge>
      ) : (
        <Badge variant="light" color="amber">
          {t("people.invitedUntil", { at: formatDateTime(original.expires_at) })}
        </Badge>
      ),
  },
  {
    id: "at",
    header: () => t("people.invitedAt"),
    cell: ({ row }) => formatDateTime(row.original.invited_at),
    meta: { wide: true },
  },
];

const actionsOf = (
  invitation: Invited,
  renew: (invitation: Invited) => void,
  withdraw: (email: string) => void,
): PageAction[] => {
  const { email } = invitation;
  const group = t("people.invited");
  return [
    {
      id: `people.renew.${email}`,
      label: t("people.renewFor", { email }),
      group,
      run: () => renew(invitation),
    },
    {
      id: `people.withdraw.${email}`,
      label: t("people.withdrawFor", { email }),
      group,
      run: () => withdraw(email),
    },
  ];
};

const actionColumn = (
  renew: (invitation: Invited) => void,
  withdraw: (email: string) => void,
): Columns<Invited>[number] => ({
  id: "actions",
  header: () => <span className="sr-only">{t("people.actions")}</span>,
  cell: ({ row: { original } }) => (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t("people.renewFor", { email: original.email })}
        data-testid={`renew-${original.email}`}
        onClick={() => renew(original)}
      >
        {t("people.renew")}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={t("people.withdrawFor", { email: original.email })}
        data-testid={`withdraw-${original.email}`}
        onClick={() => withdraw(original.email)}
      >
        {t("people.withdraw")}
      </Button>
    </Group>
  ),
});
