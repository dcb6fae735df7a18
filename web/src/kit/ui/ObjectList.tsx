import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  memo,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { t } from "../i18n";
import type { LabelStyle } from "../labels/palette";
import { EyeIcon, EyeOffIcon, TrashIcon, WarningIcon } from "./icons";
import "./kit.css";
import { LabelSwatch } from "./LabelSwatch";
import { selectionAfterClick } from "./selection";

export interface ObjectRow {
  id: string;
  /** The label as shown. */
  title: string;
  /** What tells it from others of its label: number, size or attributes. */
  detail: string;
  style: LabelStyle;
  /** Worst problem of the object, for the mark in front. */
  problem: "error" | "warning" | null;
  /** What a reviewer sees happened to it, e.g. "moved". */
  change?: string | undefined;
  hidden: boolean;
  deletable: boolean;
}

export interface ObjectListProps {
  rows: readonly ObjectRow[];
  selection: readonly string[];
  onSelect: (ids: readonly string[]) => void;
  /** Enter or double-click: bring the object into view. */
  onActivate: (id: string) => void;
  onDelete?: ((ids: readonly string[]) => void) | undefined;
  onToggleHidden: (id: string) => void;
}

const ROW_HEIGHT = 28;

interface RowProps {
  row: ObjectRow;
  id: string;
  position: number;
  count: number;
  selected: boolean;
  current: boolean;
  start: number;
  onClick: (row: ObjectRow, event: MouseEvent) => void;
  onActivate: (id: string) => void;
  onToggleHidden: (id: string) => void;
  onDelete?: ((ids: readonly string[]) => void) | undefined;
}

function RowAction({ title, run, children }: { title: string; run: () => void; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- see Row
    <span
      className="lw-row-action"
      title={title}
      onClick={(event) => {
        event.stopPropagation();
        run();
      }}
    >
      {children}
    </span>
  );
}

const Row = memo(function Row(props: RowProps) {
  const {
    row,
    id,
    position,
    count,
    selected,
    current,
    start,
    onClick,
    onActivate,
    onToggleHidden,
    onDelete,
  } = props;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the listbox handles the keys
    <div
      id={id}
      className="lw-row"
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      aria-posinset={position + 1}
      aria-setsize={count}
      data-current={current}
      data-hidden={row.hidden}
      data-testid="object-row"
      data-object={row.id}
      style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
      onClick={(event) => onClick(row, event)}
      onDoubleClick={() => onActivate(row.id)}
    >
      <LabelSwatch style={row.style} />
      <span className="lw-row-text">
        {row.title} <span className="lw-row-detail">{row.detail}</span>
      </span>
      {row.change !== undefined && <span className="lw-change">{row.change}</span>}
      {row.problem !== null && (
        <span className="lw-problem" data-severity={row.problem} title={t("kit.objects.problem")}>
          <WarningIcon />
        </span>
      )}
      {/* For the mouse only: an option may hold no controls, and the keyboard has H and Del. */}
      <span className="lw-row-actions" data-keep={row.hidden} aria-hidden="true">
        <RowAction
          title={t(row.hidden ? "kit.objects.show" : "kit.objects.hide")}
          run={() => onToggleHidden(row.id)}
        >
          {row.hidden ? <EyeOffIcon /> : <EyeIcon />}
        </RowAction>
        {onDelete && row.deletable && (
          <RowAction title={t("kit.objects.delete")} run={() => onDelete([row.id])}>
            <TrashIcon />
          </RowAction>
        )}
      </span>
    </div>
  );
});

/**
 * The objects of the task as a list: what the canvas shows, for the keyboard and for screen readers.
 *
 * Arrow keys, Home and End move, Shift extends, Enter brings into view, Del deletes; only visible rows are in the DOM.
 */
export function ObjectList(props: ObjectListProps) {
  const { rows, selection, onSelect, onActivate, onDelete, onToggleHidden } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const listId = useId();
  const [cursor, setCursor] = useState<string | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
  });
  const current = cursor !== null && selection.includes(cursor) ? cursor : (selection.at(-1) ?? null);
  const currentIndex = rows.findIndex(({ id }) => id === current);

  useEffect(() => {
    if (currentIndex >= 0) virtual.scrollToIndex(currentIndex, { align: "auto" });
  }, [currentIndex, virtual]);

  const goTo = (index: number, extend: boolean): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setCursor(row.id);
    onSelect(extend ? [...selection.filter((id) => id !== row.id), row.id] : [row.id]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_HEIGHT) / ROW_HEIGHT) - 1);
    const moves: Record<string, number> = {
      ArrowDown: currentIndex + 1,
      ArrowUp: currentIndex < 0 ? rows.length - 1 : currentIndex - 1,
      PageDown: currentIndex + page,
      PageUp: currentIndex - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = moves[event.key];
    if (target !== undefined) goTo(target, event.shiftKey);
    else if (event.key === "Enter" && current !== null) onActivate(current);
    else if ((event.key === "Delete" || event.key === "Backspace") && onDelete) onDelete(selection);
    else return;
    event.preventDefault();
  };
  const onClick = (row: ObjectRow, event: MouseEvent): void => {
    setCursor(row.id);
    const modifiers = { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
    const ids = rows.map(({ id }) => id);
    onSelect(selectionAfterClick(ids, selection, row.id, modifiers));
  };

  return (
    <>
      {rows.length === 0 && <p className="lw-empty">{t("kit.objects.none")}</p>}
      <div
        ref={scroller}
        className="lw-list lw-objects"
        role="listbox"
        aria-multiselectable
        aria-label={t("kit.objects.title")}
        aria-activedescendant={current === null ? undefined : `${listId}:${current}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <Row
                key={row.id}
                row={row}
                id={`${listId}:${row.id}`}
                position={index}
                count={rows.length}
                selected={selection.includes(row.id)}
                current={row.id === current}
                start={start}
                onClick={onClick}
                onActivate={onActivate}
                onToggleHidden={onToggleHidden}
                onDelete={onDelete}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}
