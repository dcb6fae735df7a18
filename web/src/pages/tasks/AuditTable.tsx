import { Badge, Text } from "@mantine/core";
import type { TaskEvent } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState } from "../../app/EmptyState";
import { formatDateTime } from "../../app/format";
import { t } from "../../kit/i18n";
import { Markdown } from "../../kit/markdown/Markdown";
import { type Audit, auditsOf } from "./audits";

const COLOURS: Readonly<Record<string, string>> = {
  accepted: "spruce",
  rejected: "danger",
  fixed: "amber",
  recalled: "amber",
};

const COLUMNS: Columns<Audit> = [
  { id: "at", header: () => t("task.at"), cell: ({ row }) => formatDateTime(row.original.at) },
  {
    id: "result",
    header: () => t("task.verdict"),
    cell: ({ row: { original } }) => (
      <Badge variant="light" color={COLOURS[original.result] ?? "gray"}>
        {t(`audit.${original.result}`)}
      </Badge>
    ),
  },
  { id: "by", header: () => t("task.by"), cell: ({ row }) => row.original.by ?? t("task.byProgram") },
  {
    id: "comments",
    header: () => t("task.comment"),
    cell: ({ row }) => (
      <Text component="div" size="sm" style={{ minWidth: 240 }}>
        <Markdown text={row.original.comments ?? "–"} small />
      </Text>
    ),
  },
];

/** What the customer made of the task, newest first. */
export function AuditTable({ events }: { events: readonly TaskEvent[] }) {
  const audits = auditsOf(events);
  if (audits.length === 0) return <EmptyState title={t("task.noAudits")} text={t("task.noAudits.text")} />;
  return (
    <DataTable label={t("task.auditsTitle")} columns={COLUMNS} rows={audits} rowId={({ key }) => key} />
  );
}
