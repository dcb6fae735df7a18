import "../messages";
import { Badge, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, type DeliveryRow } from "../../api";
import { usePageActions } from "../../app/actions";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { formatDateTime } from "../../app/format";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { DeliverDialog } from "./DeliverDialog";

/** Snapshots of finished tasks that customers read, the newest first. */
export function DeliveriesPage() {
  const found = useQuery(queries.deliveries());
  const [open, setOpen] = useState(false);
  const rows = (found.data?.deliveries ?? []).toReversed();
  const deliver = () => setOpen(true);
  usePageActions("deliveries", [
    {
      id: "deliveries.new",
      label: t("deliveries.new"),
      group: t("deliveries.title"),
      keys: ["n"],
      run: deliver,
    },
  ]);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t("deliveries.title")}</Title>
        <Button onClick={deliver} data-testid="deliver">
          {t("deliveries.new")}
        </Button>
      </Group>
      {found.isPending && <Skeleton height={240} />}
      {found.isError && !found.data && <Failure error={found.error} retry={() => void found.refetch()} />}
      {found.data && rows.length === 0 && (
        <EmptyState title={t("deliveries.empty")} text={t("deliveries.emptyText")} />
      )}
      {rows.length > 0 && (
        <DataTable
          label={t("deliveries.title")}
          columns={COLUMNS}
          rows={rows}
          rowId={({ id }) => id}
          rowTestId={({ id }) => `delivery-${id}`}
        />
      )}
      {rows.length > 0 && (
        <Text size="sm" c="dimmed">
          {t("deliveries.read")}
        </Text>
      )}
      <DeliverDialog opened={open} onClose={() => setOpen(false)} deliver={api.deliver} />
    </Stack>
  );
}

const COLUMNS: Columns<DeliveryRow> = [
  { id: "name", header: () => t("deliveries.name"), cell: ({ row }) => row.original.name },
  {
    id: "project",
    header: () => t("deliveries.project"),
    cell: ({ row }) => (
      <Link to="/projects/$name" params={{ name: row.original.project }} className="row-link">
        {row.original.project}
      </Link>
    ),
  },
  {
    id: "tasks",
    header: () => t("deliveries.tasks"),
    cell: ({ row }) => t("deliveries.count", { count: row.original.tasks }),
    meta: { numeric: true },
  },
  {
    id: "by",
    header: () => t("deliveries.by"),
    cell: ({ row }) => <Badge variant="default">{t(`deliveries.by.${row.original.made_by}`)}</Badge>,
  },
  {
    id: "at",
    header: () => t("deliveries.at"),
    cell: ({ row }) => formatDateTime(row.original.delivered_at),
  },
  {
    id: "id",
    header: () => t("deliveries.id"),
    cell: ({ row }) => <span className="mono">{row.original.id}</span>,
    meta: { wide: true },
  },
];
