import { ActionIcon, Alert, Modal, Text, Tooltip, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { Fragment, useEffect, useState } from "react";
import { t } from "../i18n";
import "../ui/kit.css";
import { ResetIcon } from "../ui/icons";
import { type HotkeyRow, hotkeys, useHotkeys } from "./index";
import { allCapsOf, keyCaps, keysOfEvent } from "./keyLabel";
import { Caps } from "./Keys";

/** Rows by heading and line: commands of one line or title (the four arrows) share it. */
function grouped(rows: readonly HotkeyRow[]): [string, [string, HotkeyRow[]][]][] {
  const groups = new Map<string, Map<string, HotkeyRow[]>>();
  for (const row of rows) {
    const group = row.binding.group ?? t("kit.keys.general");
    const lines = groups.get(group) ?? new Map<string, HotkeyRow[]>();
    const line = row.binding.line ?? row.binding.title;
    lines.set(line, [...(lines.get(line) ?? []), row]);
    groups.set(group, lines);
  }
  return [...groups].map(([group, lines]) => [group, [...lines]]);
}

/** The keys of a command on this keyboard, or that it has none; only the first where a line has many commands. */
function KeysOfRow({ keys, short }: { keys: readonly string[]; short: boolean }) {
  const all = allCapsOf(useHotkeys(), keys);
  const found = short ? all.slice(0, 1) : all;
  if (found.length === 0) return t("kit.keys.none");
  return found.map((caps) => <Caps key={caps.join("+")} caps={caps} />);
}

interface LineProps {
  line: string;
  rows: readonly HotkeyRow[];
  recording: string | null;
  onRecord: (id: string) => void;
}

function Line({ line, rows, recording, onRecord }: LineProps) {
  return (
    <li className="lw-keys-row">
      <span className="lw-keys-title">{line}</span>
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
              {recording === binding.id ? t("kit.keys.press") : <KeysOfRow keys={keys} short={rows.length > 1} />}
              <VisuallyHidden>{t("kit.keys.change", { title: binding.title })}</VisuallyHidden>
            </UnstyledButton>
          </Fragment>
        ))}
      </span>
    </li>
  );
}

/** All keys in force, grouped; a click on one records the labeler's own. */
export function CheatSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const rows = useHotkeys().rows();
  const [recording, setRecording] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);

  useEffect(() => {
    if (recording === null) return undefined;
    const resume = hotkeys.pause();
    const onKey = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      const keys = keysOfEvent(hotkeys, event);
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
              {lines.map(([line, members]) => (
                <Line
                  key={line}
                  line={line}
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
