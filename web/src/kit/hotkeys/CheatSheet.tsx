import { ActionIcon, Alert, Kbd, Modal, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore } from "react";
import { t } from "../i18n";
import "../ui/kit.css";
import { ResetIcon } from "../ui/icons";
import { type HotkeyRow, hotkeys, keyCaps } from "./index";
import { keysOfEvent } from "./keyLabel";

/** Keys as drawn caps. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="lw-keys">
      {keyCaps(keys).map((cap) => (
        <Kbd key={cap} size="xs">
          {cap}
        </Kbd>
      ))}
    </span>
  );
}

function useHotkeyRows(): readonly HotkeyRow[] {
  return useSyncExternalStore(
    (listener) => hotkeys.subscribe(listener),
    () => hotkeys.rows(),
  );
}

function byGroup(rows: readonly HotkeyRow[]): [string, HotkeyRow[]][] {
  const groups = new Map<string, HotkeyRow[]>();
  for (const row of rows) {
    const group = row.binding.group ?? t("kit.keys.general");
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return [...groups];
}

function Row({ row, recording, onRecord }: { row: HotkeyRow; recording: boolean; onRecord: () => void }) {
  return (
    <li className="lw-keys-row">
      <span>{row.binding.title}</span>
      <span className="lw-keys-caps">
        {row.remapped && (
          <Tooltip label={t("kit.keys.reset")}>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={t("kit.keys.reset")}
              onClick={() => hotkeys.remap(row.binding.id, null)}
            >
              <ResetIcon />
            </ActionIcon>
          </Tooltip>
        )}
        <UnstyledButton
          className="lw-keys-button"
          data-recording={recording}
          aria-label={t("kit.keys.change", { title: row.binding.title })}
          onClick={onRecord}
        >
          {recording ? t("kit.keys.press") : row.keys.map((keys) => <Keys key={keys} keys={keys} />)}
        </UnstyledButton>
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
        {byGroup(rows).map(([group, members]) => (
          <section key={group} aria-label={group}>
            <h3 className="lw-section-title">{group}</h3>
            <ul>
              {members.map((row) => (
                <Row
                  key={`${row.scope}:${row.binding.id}`}
                  row={row}
                  recording={recording === row.binding.id}
                  onRecord={() => {
                    setRefused(null);
                    setRecording(row.binding.id);
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
