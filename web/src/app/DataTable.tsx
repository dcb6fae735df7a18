import {
  createSortedRowModel,
  type ColumnDef,
  type Row,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from "react";
import { t } from "../kit/i18n";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

type Features = typeof features;
// oxlint-disable-next-line typescript/no-explicit-any -- a column list holds columns of different value types
export type Columns<T extends object> = readonly ColumnDef<Features, T, any>[];

const ROW_HEIGHT = 38;
/** Rows from the end at which the next page is asked for. */
const LOAD_AHEAD = 30;

interface Props<T extends object> {
  /** Read out as the table's name. */
  label: string;
  columns: Columns<T>;
  rows: readonly T[];
  rowId(row: T): string;
  /** Opens a row by click; the row's own link serves the keyboard. */
  onOpen?(row: T): void;
  rowTestId?(row: T): string;
  /** Clickable headers; off where the server decides the order. */
  sortable?: boolean;
  /** Draws only the rows in sight and asks for more near the end. */
  paged?: { total: number; hasMore: boolean; loadMore(): void };
}

/** A table whose first column links to the row's page; `meta` of a column is a `ColumnMeta`. */
export function DataTable<T extends object>(props: Props<T>) {
  const { label, columns, rows, rowId, sortable = false, paged } = props;
  const table = useTable({
    features,
    columns: columns as ColumnDef<Features, T, unknown>[],
    data: rows as T[],
    getRowId: rowId,
    enableSorting: sortable,
    enableSortingRemoval: false,
  });
  const sorted = table.getRowModel().rows;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    enabled: paged !== undefined,
  });
  const shown = paged ? virtual.getVirtualItems() : sorted.map((_, index) => ({ index, start: 0, end: 0 }));
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (paged?.hasMore && last >= sorted.length - LOAD_AHEAD) paged.loadMore();
  }, [paged, last, sorted.length]);
  const above = paged ? (shown[0]?.start ?? 0) : 0;
  const below = paged ? virtual.getTotalSize() - (shown.at(-1)?.end ?? 0) : 0;
  return (
    <div ref={scroller} className={paged ? "table-scroller" : "table-frame"}>
      <table className="data-table" aria-label={label} aria-rowcount={paged ? paged.total + 1 : undefined}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={paged ? 1 : undefined}>
              {group.headers.map((header) => (
                <HeaderCell
                  key={header.id}
                  meta={metaOf(header.column.columnDef)}
                  sorted={sortable && header.column.getCanSort() ? header.column.getIsSorted() : null}
                  onSort={header.column.getToggleSortingHandler()}
                >
                  <table.FlexRender header={header} />
                </HeaderCell>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {above > 0 && <Spacer height={above} />}
          {shown.map(({ index }) => {
            const row = sorted[index] as Row<Features, T>;
            return (
              <tr
                key={row.id}
                aria-rowindex={paged ? index + 2 : undefined}
                data-testid={props.rowTestId?.(row.original)}
                data-link={props.onOpen ? true : undefined}
                onClick={(event) => openRow(event, () => props.onOpen?.(row.original))}
              >
                {row.getAllCells().map((cell) => (
                  <td key={cell.id} {...marks(metaOf(cell.column.columnDef))}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <Spacer height={below} />}
        </tbody>
      </table>
    </div>
  );
}

interface ColumnMeta {
  /** Set flush right. */
  numeric?: boolean;
  /** Left out where the window is narrow. */
  wide?: boolean;
  /** Buttons, which stay in sight when the table is wider than the window. */
  actions?: boolean;
}

const metaOf = (column: { meta?: unknown }): ColumnMeta => (column.meta as ColumnMeta | undefined) ?? {};

const marks = ({ numeric, wide, actions }: ColumnMeta) => ({
  "data-actions": actions || undefined,
  "data-numeric": numeric || undefined,
  "data-wide": wide || undefined,
});

/** A click on a link or button inside the row, or one that selects text, does not open the row. */
function openRow(event: MouseEvent, open: () => void): void {
  const inner = event.target instanceof Element && event.target.closest("a, button, input");
  if (!inner && !window.getSelection()?.toString()) open();
}

function Spacer({ height }: { height: number }) {
  return (
    <tr aria-hidden="true">
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

interface HeaderProps {
  meta: ColumnMeta;
  /** null: cannot be sorted. */
  sorted: false | "asc" | "desc" | null;
  onSort: ((event: MouseEvent | KeyboardEvent) => void) | undefined;
  children: React.ReactNode;
}

function HeaderCell({ meta, sorted, onSort, children }: HeaderProps) {
  if (sorted === null) {
    return (
      <th scope="col" {...marks(meta)}>
        {children}
      </th>
    );
  }
  const direction = sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none";
  return (
    <th scope="col" {...marks(meta)} aria-sort={direction}>
      <button type="button" onClick={onSort} title={t("table.sort")}>
        {children}
        <span aria-hidden="true">{sorted === "asc" ? "↑" : sorted === "desc" ? "↓" : ""}</span>
      </button>
    </th>
  );
}
