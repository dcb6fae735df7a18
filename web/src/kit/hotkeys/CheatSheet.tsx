import { ActionIcon, Alert, Modal, Text, Tooltip, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { Fragment, useEffect, useState, useSyncExternalStore } from "react";
import { t } from "../i18n";
import "../ui/kit.css";
import { ResetIcon } from "../ui/icons";
import { type HotkeyRow, hotkeys, keyCaps } from "./index";
import { keysOfEvent } from "./keyLabel";
import { Keys } from "./Keys";

function useHotkeyRows(): readonly HotkeyRow[] {
  return useSyncExternalStore(
    (listener) => hotkeys.subscribe(listener),
    () => hotkeys.rows(),
  );
}

/** Rows by heading and title: commands of one title (the four arrows) share a line. */
function grouped(rows: readonly HotkeyRow[]): [string, [string, HotkeyRow[]][]][] {
  const groups = new Map<string, Map<string, HotkeyRow[]>>();
  for (const row of rows) {
    const group = row.binding.group ?? t("kit.keys.general");
    const lines = groups.get(group) ?? new Map<string, HotkeyRow[]>();
    lines.set(row.binding.title, [...(lines.get(row.binding.title) ?? []), row]);
    groups.set(group, lines);
  }
  return [...groups].map(([group, lines]) => [group, [...lines]]);
}

/** Keys of a row as shown; two notations of one key are shown once. */
function shownKeys(keys: readonly string[]): readonly string[] {
  const seen = new Map(keys.map((one) => [keyCaps(one).join("+"), one]));
  return [...seen.values()];
}

interface LineProps {
  title: string;
  rows: readonly HotkeyRow[];
  recording: string | null;
  onRecord: (id: string) => void;
}

function Line({ title, rows, recording, onRecord }: LineProps) {
  return (
    <li className="lw-keys-row">
      <span>{title}</span>
      <span className="lw-keys-caps">
        {rows.map(({ binding, keys, remapped }) => (
          <Fragment key={binding.id}>
            {remapped && (
              <Tooltip label={t("kit.keys.reset")}>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={t("kit.keys.reset")}
                  onClick={() => hotkeys.remap(binding.id, null)}
                >
                  <ResetIcon />
                </ActionIcon>
              </Tooltip>
            )}
            <UnstyledButton
              className="lw-keys-button"
              data-recording={recording === binding.id}
              onClick={() => onRecord(binding.id)}
            >
              {recording === binding.id
                ? t("kit.keys.press")
                : shownKeys(keys).map((one) => <Keys key={one} keys={one} />)}
              <VisuallyHidden>{t("kit.keys.change", { title })}</VisuallyHidden>
            </UnstyledButton>
          </Fragment>
        ))}
      </span>
    </li>
  );
}

/** All keys in force, grouped; a click on one records the labeler's own. */
export function CheatSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const rows = useHotkeyRows();
  const [recording, setRecording] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);

  useEffect(() => {
    if (recording === null) return undefined;
    const resume = hotkeys.pause();
    const onKey = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      const keys = keysOfEvent(event);
      if (keys === null) return;
      setRecording(null);
      if (event.key === "Escape") return;
      const [clash] = hotkeys.remap(recording, [keys]);
      const other = clash?.ids.find((id) => id !== recording);
      const title = rows.find((row) => row.binding.id === other)?.binding.title ?? other;
      setRefused(clash ? t("kit.keys.taken", { keys: keyCaps(keys).join(" "), title }) : null);
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => {
      window.removeEventListener("keydown", onKey, { capture: true });
      resume();
    };
  }, [recording, rows]);

  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("kit.keys.title")}
      size="xl"
      closeButtonProps={{ "aria-label": t("kit.close") }}
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t("kit.keys.hint")}
      </Text>
      {refused !== null && (
        <Alert color="red" variant="light" mb="sm" role="alert">
          {refused}
        </Alert>
      )}
      <div className="lw-keys-groups">
        {grouped(rows).map(([group, lines]) => (
          <section key={group} aria-label={group}>
            <h3 className="lw-section-title">{group}</h3>
            <ul>
              {lines.map(([title, members]) => (
                <Line
                  key={title}
                  title={title}
                  rows={members}
                  recording={recording}
                  onRecord={(id) => {
                    setRefused(null);
                    setRecording(id);
                  }}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Modal>
  );
}
