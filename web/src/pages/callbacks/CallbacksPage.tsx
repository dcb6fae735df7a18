import "../messages";
import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, type Callback, type CallbackState } from "../../api";
import { usePageActions } from "../../app/actions";
import { type Columns, DataTable } from "../../app/DataTable";
import { EmptyState, Failure } from "../../app/EmptyState";
import { CALLBACK_STATES } from "../../app/filters";
import { formatDateTime } from "../../app/format";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { outcomeOf, TriesDialog } from "./TriesDialog";
import { ResendBar, useResendAll } from "./ResendBar";

const NO_ROWS: Callback[] = [];
/** How often what is under way is looked at again. */
const LOOK_MS = 5_000;

/** What was sent to customers: given up, still owed, delivered. */
export function CallbacksPage() {
  const { state = "dead" } = useSearch({ from: "/authenticated/shell/callbacks" });
  const navigate = useNavigate();
  const client = useQueryClient();
  const found = useInfiniteQuery({ ...queries.callbacks(state), refetchInterval: LOOK_MS });
  const rows = found.data?.pages.flatMap(({ callbacks }) => callbacks) ?? NO_ROWS;
  const [shownId, show] = useState<string | null>(null);
  const shown = rows.find(({ id }) => id === shownId) ?? null;
  const settled = () => client.invalidateQueries({ queryKey: ["callbacks"] });
  const resend = useMutation({
    mutationFn: (id: string) => api.resend(id),
    onSuccess: () => {
      show(null);
      notifications.show({ message: t("callbacks.resent") });
    },
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
    onSettled: settled,
  });
  const { mutate } = resend;
  // The same cells as before at every look: a button in the table must not lose the focus.
  const columns = useMemo(() => [...columnsOf(state, show), actionColumn(mutate)], [state, show, mutate]);
  const all = useResendAll(settled);
  const choose = (next: CallbackState) =>
    void navigate({ to: "/callbacks", search: next === "dead" ? {} : { state: next }, replace: true });
  const mayResendAll = state === "dead" && rows.length > 0 && !all.running;
  const group = t("callbacks.title");
  usePageActions("callbacks", [
    ...CALLBACK_STATES.map((one) => ({
      id: `callbacks.show.${one}`,
      label: t("callbacks.show", { state: t(`callbacks.state.${one}`) }),
      group,
      run: () => choose(one),
    })),
    {
      id: "callbacks.resendAll",
      label: t("callbacks.resendAll"),
      group,
      keys: ["Shift+KeyR"],
      when: () => mayResendAll,
      run: all.start,
    },
  ]);
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>{t("callbacks.title")}</Title>
        <Group gap="sm">
          {mayResendAll && (
            <Button variant="default" onClick={all.start} data-testid="resend-all">
              {t("callbacks.resendAll")}
            </Button>
          )}
          <SegmentedControl
            aria-label={t("callbacks.which")}
            data={CALLBACK_STATES.map((value) => ({ value, label: t(`callbacks.state.${value}`) }))}
            value={state}
            onChange={(value) => choose(CALLBACK_STATES.find((one) => one === value) ?? "dead")}
          />
        </Group>
      </Group>
      <ResendBar {...all} />
      {found.isPending && <Skeleton height={240} />}
      {found.isError && !found.data && <Failure error={found.error} retry={() => void found.refetch()} />}
      {found.data && rows.length === 0 && (
        <EmptyState title={t(`callbacks.empty.${state}`)} text={t(`callbacks.emptyText.${state}`)} />
      )}
      {rows.length > 0 && (
        <DataTable
          label={t("callbacks.title")}
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowTestId={({ id }) => `callback-${id}`}
          onOpen={({ id }) => show(id)}
        />
      )}
      {found.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("callbacks.more")}
          </Button>
        </Group>
      )}
      <TriesDialog
        callback={shown}
        resending={resend.isPending}
        onResend={mutate}
        onClose={() => show(null)}
      />
    </Stack>
  );
}

function Subject({ callback }: { callback: Callback }) {
  const { kind, subject_id: id } = callback;
  if (kind !== "task") return <span className="mono">{t(`callbacks.kind.${kind}`)}</span>;
  return (
    <Text size="sm" truncate maw="min(230px, 14vw)" title={id}>
      <Link to="/tasks/$taskId" params={{ taskId: id }} className="row-link mono">
        {id}
      </Link>
    </Text>
  );
}

function columnsOf(state: CallbackState, show: (id: string) => void): Columns<Callback> {
  const when = { dead: "callbacks.ended", owed: "callbacks.next", delivered: "callbacks.ended" }[state];
  return [
    { id: "subject", header: () => t("callbacks.subject"), cell: ({ row }) => <Subject callback={row.original} /> },
    {
      id: "event",
      header: () => t("callbacks.event"),
      cell: ({ row }) => <Badge variant="default">{row.original.event}</Badge>,
    },
    {
      id: "url",
      header: () => t("callbacks.url"),
      cell: ({ row: { original } }) => (
        <Text size="sm" className="mono" truncate maw="min(280px, 16vw)" title={original.url}>
          {original.url}
        </Text>
      ),
    },
    {
      id: "last",
      header: () => t("callbacks.last"),
      cell: ({ row: { original } }) => <LastTry callback={original} onShow={show} />,
    },
    {
      id: "when",
      header: () => t(when),
      cell: ({ row: { original } }) =>
        formatDateTime(state === "owed" ? original.next_try_at : original.ended_at),
      meta: { wide: true },
    },
  ];
}

function LastTry({ callback, onShow }: { callback: Callback; onShow: (id: string) => void }) {
  const { id, tries } = callback;
  const last = tries.at(-1);
  if (!last) return <span className="held">{t("callbacks.noTry")}</span>;
  const text = t("callbacks.lastOf", { count: tries.length, outcome: outcomeOf(last) });
  return (
    <button type="button" className="cell-button" title={text} onClick={() => onShow(id)} data-testid={`tries-${id}`}>
      {text}
    </button>
  );
}

const actionColumn = (resend: (id: string) => void): Columns<Callback>[number] => ({
  id: "actions",
  header: () => <span className="sr-only">{t("callbacks.actions")}</span>,
  cell: ({ row: { original } }) =>
    original.state === "owed" ? null : (
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => resend(original.id)}
        data-testid={`resend-${original.id}`}
      >
        {t("callbacks.resend")}
      </Button>
    ),
  meta: { numeric: true },
});
