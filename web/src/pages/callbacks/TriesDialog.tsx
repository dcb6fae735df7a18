import { Badge, Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { Callback, CallbackTry } from "../../api";
import { type Columns, DataTable } from "../../app/DataTable";
import { formatCount, formatDateTime } from "../../app/format";
import { t } from "../../kit/i18n";

/** What the receiver answered, or why there was no answer. */
export function outcomeOf({ status, error }: CallbackTry): string {
  if (error) return error;
  return status === null ? t("callbacks.noAnswer") : t("callbacks.status", { status: String(status) });
}

type NumberedTry = CallbackTry & { number: number };

const COLUMNS: Columns<NumberedTry> = [
  { id: "number", accessorKey: "number", header: () => t("callbacks.number"), meta: { numeric: true } },
  { id: "at", header: () => t("callbacks.at"), cell: ({ row }) => formatDateTime(row.original.at) },
  {
    id: "took",
    header: () => t("callbacks.took"),
    cell: ({ row }) => `${formatCount(row.original.ms)} ms`,
    meta: { numeric: true },
  },
  {
    id: "outcome",
    header: () => t("callbacks.outcome"),
    cell: ({ row }) => (
      <Text size="sm" style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>
        {outcomeOf(row.original)}
      </Text>
    ),
  },
];

interface Props {
  callback: Callback | null;
  resending: boolean;
  onResend(id: string): void;
  onClose(): void;
}

/** Every try of one callback. */
export function TriesDialog({ callback, resending, onResend, onClose }: Props) {
  return (
    <Modal opened={callback !== null} onClose={onClose} size="xl" title={t("callbacks.triesTitle")}>
      {callback && (
        <Stack>
          <Group gap="xs">
            <Badge variant="default">{callback.event}</Badge>
            <Text size="sm" className="mono" style={{ overflowWrap: "anywhere" }}>
              {callback.url}
            </Text>
            <Text size="sm" c="dimmed">
              {t("callbacks.since", { at: formatDateTime(callback.created_at) })}
            </Text>
          </Group>
          {callback.tries.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("callbacks.noTry")}
            </Text>
          ) : (
            <DataTable
              label={t("callbacks.triesTitle")}
              columns={COLUMNS}
              rows={callback.tries.map((one, index) => ({ ...one, number: index + 1 }))}
              rowId={({ number }) => String(number)}
            />
          )}
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {callback.state === "owed" && callback.next_try_at
                ? t("callbacks.nextAt", { at: formatDateTime(callback.next_try_at) })
                : ""}
            </Text>
            {callback.state !== "owed" && (
              <Button loading={resending} onClick={() => onResend(callback.id)} data-testid="tries-resend">
                {t("callbacks.resend")}
              </Button>
            )}
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
