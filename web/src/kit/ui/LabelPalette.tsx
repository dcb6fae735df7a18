import { TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useRef, useState } from "react";
import { t } from "../i18n";
import { type LabelRow, type Leaf, labelKeys, labelRows } from "../labels/labels";
import { plainText } from "../markdown/plain";
import { labelStyle } from "../labels/palette";
import { isComposing } from "../hotkeys";
import { Keys } from "../hotkeys/Keys";
import "./kit.css";
import { LabelSwatch } from "./LabelSwatch";

/** From this many labels on there is a search field: the digit keys no longer reach all. */
const SEARCH_FROM = 11;
const ROW_HEIGHT = 28;
const MAX_VISIBLE_ROWS = 12;

export interface LabelPaletteProps {
  leaves: readonly Leaf[];
  /** The label of the next object. */
  active: string | null;
  onPick: (choice: string) => void;
  /** Objects per label, shown at the end of its row. */
  counts?: ReadonlyMap<string, number> | undefined;
  disabled?: boolean | undefined;
  /** Focused by the "search labels" command. */
  searchRef?: RefObject<HTMLInputElement | null> | undefined;
}

type LeafRow = Extract<LabelRow, { kind: "leaf" }>;

const isLeaf = (row: LabelRow): row is LeafRow => row.kind === "leaf";

/** The project's labels with colour, dash and key; folders are headings. Up and down move, Enter picks. */
export function LabelPalette(props: LabelPaletteProps) {
  const { leaves, active, onPick, counts, disabled = false, searchRef } = props;
  const [query, setQuery] = useState("");
  const [cursor, setCursor] = useState<string | null>(null);
  const rows = useMemo(() => labelRows(leaves, query), [leaves, query]);
  const choosable = useMemo(() => rows.filter(isLeaf), [rows]);
  const scroller = useRef<HTMLDivElement>(null);
  const listId = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const current = cursor ?? (query === "" ? active : (choosable[0]?.leaf.choice ?? null));

  const scrollTo = (choice: string | null): void => {
    const at = rows.findIndex((row) => isLeaf(row) && row.leaf.choice === choice);
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  };
  useEffect(() => {
    // Only a new active label scrolls; typing in the search keeps the list at its top.
    if (active !== null) scrollTo(active);
    // oxlint-disable-next-line react/exhaustive-deps -- scrollTo reads the rows of this render on purpose
  }, [active]);

  const pick = (choice: string): void => {
    if (disabled) return;
    onPick(choice);
    setQuery("");
    setCursor(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (isComposing(event.nativeEvent)) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const at = choosable.findIndex(({ leaf }) => leaf.choice === current);
      const next = choosable[Math.max(0, Math.min(choosable.length - 1, at + step))]?.leaf.choice ?? null;
      setCursor(next);
      scrollTo(next);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && current !== null) {
      event.preventDefault();
      pick(current);
      if (event.target instanceof HTMLInputElement) event.target.blur();
    } else if (event.key === "Escape" && query !== "") {
      event.preventDefault();
      setQuery("");
    }
  };

  return (
    <div className="lw-palette">
      {leaves.length >= SEARCH_FROM && (
        <TextInput
          ref={searchRef ?? null}
          size="xs"
          value={query}
          placeholder={t("kit.palette.search", { count: leaves.length })}
          aria-label={t("kit.palette.search", { count: leaves.length })}
          aria-controls={listId}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setCursor(null);
          }}
          onKeyDown={onKeyDown}
        />
      )}
      <div
        id={listId}
        ref={scroller}
        className="lw-list"
        role="listbox"
        tabIndex={0}
        aria-label={t("kit.palette.title")}
        aria-activedescendant={current === null ? undefined : `${listId}:${current}`}
        style={{ height: Math.min(rows.length, MAX_VISIBLE_ROWS) * ROW_HEIGHT }}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            const style = {
              transform: `translateY(${start}px)`,
              height: ROW_HEIGHT,
              paddingLeft: 8 + 12 * row.depth,
            };
            if (!isLeaf(row)) {
              return (
                <div key={row.key} className="lw-row lw-folder" role="presentation" style={style}>
                  {row.title}
                </div>
              );
            }
            const { leaf } = row;
            const keys = labelKeys(row.index);
            const count = counts?.get(leaf.choice) ?? 0;
            return (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the listbox handles the keys
              <div
                key={row.key}
                id={`${listId}:${leaf.choice}`}
                className="lw-row"
                role="option"
                tabIndex={-1}
                aria-selected={leaf.choice === active}
                aria-disabled={disabled}
                data-current={leaf.choice === current}
                data-testid={`label-${leaf.choice}`}
                title={leaf.description === null ? undefined : plainText(leaf.description)}
                style={style}
                onClick={() => pick(leaf.choice)}
              >
                <LabelSwatch style={labelStyle(row.index)} />
                <span className="lw-row-text">{leaf.display}</span>
                {count > 0 && <span className="lw-count">{count}</span>}
                <Keys keys={keys} />
              </div>
            );
          })}
        </div>
      </div>
      {rows.length === 0 && (
        <p className="lw-empty" role="status">
          {t("kit.palette.none", { query })}
        </p>
      )}
    </div>
  );
}
