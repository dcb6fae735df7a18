import { TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useMemo, useRef, useState } from "react";
import { isComposing } from "../../kit/hotkeys";
import { Keys } from "../../kit/hotkeys/Keys";
import { t } from "../../kit/i18n";
import { type Leaf, labelKeys, labelRows } from "../../kit/labels/labels";
import { plainText } from "../../kit/markdown/plain";

const ROW_HEIGHT = 34;
/** Longer lists scroll in their own box and can be searched. */
const LONG = 12;

export interface OptionListProps {
  leaves: readonly Leaf[];
  chosen: readonly string[];
  /** Chosen in the earlier answer, marked for the reviewer. */
  earlier: readonly string[];
  multiple: boolean;
  disabled: boolean;
  /** Whether the digit keys answer this question: shows them. */
  current: boolean;
  titleId: string;
  onChoose: (choice: string) => void;
  searchRef: RefObject<HTMLInputElement | null> | null;
}

/** The options of one category question; folders are headings. */
export function OptionList(props: OptionListProps) {
  const { leaves, chosen, earlier, multiple, disabled, current, titleId, onChoose, searchRef } = props;
  const [query, setQuery] = useState("");
  const rows = useMemo(() => labelRows(leaves, query), [leaves, query]);
  const scroller = useRef<HTMLDivElement>(null);
  const long = leaves.length > LONG;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    initialRect: { width: 320, height: LONG * ROW_HEIGHT },
  });
  const pickFirst = (): void => {
    const first = rows.find((row) => row.kind === "leaf");
    if (first?.kind === "leaf") onChoose(first.leaf.choice);
    setQuery("");
  };
  return (
    <div className="lw-options">
      {long && (
        <TextInput
          ref={searchRef}
          size="xs"
          value={query}
          placeholder={t("categorization.search", { count: leaves.length })}
          aria-label={t("categorization.search", { count: leaves.length })}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (isComposing(event.nativeEvent)) return;
            if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && query !== "") {
              event.preventDefault();
              pickFirst();
              event.currentTarget.blur();
            }
          }}
        />
      )}
      <div
        ref={scroller}
        className="lw-options-list"
        role="group"
        aria-labelledby={titleId}
        style={{ height: Math.min(rows.length, long ? LONG : rows.length) * ROW_HEIGHT }}
      >
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            const style = {
              transform: `translateY(${start}px)`,
              height: ROW_HEIGHT,
              paddingLeft: 10 + 14 * row.depth,
            };
            if (row.kind === "folder") {
              return (
                <div key={row.key} className="lw-option-folder" style={style}>
                  {row.title}
                </div>
              );
            }
            const { choice, display, description } = row.leaf;
            const keys = current ? labelKeys(row.index) : [];
            const pressed = chosen.includes(choice);
            return (
              <button
                key={row.key}
                type="button"
                className="lw-option"
                aria-pressed={pressed}
                data-multiple={multiple}
                data-earlier={earlier.includes(choice)}
                data-testid={`option-${choice}`}
                disabled={disabled}
                title={description === null ? undefined : plainText(description)}
                style={style}
                onClick={() => onChoose(choice)}
              >
                <span className="lw-option-mark" aria-hidden="true" />
                <span className="lw-row-text">{display}</span>
                <Keys keys={keys} />
              </button>
            );
          })}
        </div>
        {rows.length === 0 && <p className="lw-empty">{t("categorization.search_none", { query })}</p>}
      </div>
    </div>
  );
}
