import { Button, Group, Kbd, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Change } from "../editors";
import { IconBook, IconCheck, IconHistory, IconPencil, IconReturn, IconSend, IconSkip } from "../app/icons";
import { keyCaps } from "../kit/hotkeys";
import { t } from "../kit/i18n";
import type { Prepared } from "./prepare";
import { KEYS } from "./useWorkActions";
import type { WorkCommands } from "./WorkScreen";

interface Props {
  prepared: Prepared | null;
  comparing: boolean;
  changes: readonly Change[] | null;
  commands: WorkCommands;
}

/** The bar below the editor: what can be done with the whole task, each with its key. */
export function SubmitBar({ prepared, comparing, changes, commands }: Props) {
  const reviewing = prepared?.mode === "review";
  const fixing = prepared?.mode === "edit" && prepared.assignment.stage === "review";
  return (
    <footer className="work-bar" data-bottom>
      <Bar label={t("work.skip.action")} keys={KEYS.skip} testId="skip" icon={<IconSkip size={15} />}
        disabled={!prepared} onClick={() => commands.openDialog("skip")} />
      <Bar label={t("work.instruction")} keys={KEYS.instruction} testId="instructions" icon={<IconBook size={15} />}
        disabled={!prepared} onClick={() => commands.openDialog("instruction")} />
      <Bar label={t("work.last")} keys={KEYS.last} testId="last" icon={<IconHistory size={15} />}
        onClick={() => commands.openDialog("last")} />
      {comparing && changes && (
        <Text size="sm" c="dimmed" role="status" data-testid="change-count" truncate style={{ flex: 1, minWidth: 0 }}>
          {t("work.changes", { count: changes.length })} · {t("work.comparing")}
        </Text>
      )}
      <Group gap="sm" ml="auto" wrap="nowrap">
        {reviewing && (
          <>
            <Bar label={t("work.sendBack.action")} keys={KEYS.sendBack} testId="send-back"
              icon={<IconReturn size={15} />} onClick={() => commands.openDialog("sendBack")} />
            <Bar label={t("work.fix")} keys={KEYS.fix} testId="fix" icon={<IconPencil size={15} />}
              onClick={commands.fix} />
            <Bar primary label={t("work.accept")} keys={KEYS.accept} testId="accept" icon={<IconCheck size={15} />}
              onClick={commands.accept} />
          </>
        )}
        {fixing && (
          <>
            <Bar label={t(comparing ? "work.hideChanges" : "work.showChanges")} keys={KEYS.changes} testId="changes"
              onClick={commands.toggleChanges} />
            <Bar label={t("work.sendBack.action")} keys={KEYS.sendBackFix} testId="send-back"
              icon={<IconReturn size={15} />} onClick={() => commands.openDialog("sendBack")} />
          </>
        )}
        {!reviewing && (
          <Bar primary label={t(fixing ? "work.submitFix" : "work.submit")} keys={KEYS.submit} testId="submit"
            icon={<IconSend size={15} />} disabled={!prepared} onClick={commands.submit} />
        )}
      </Group>
    </footer>
  );
}

interface BarProps {
  label: string;
  keys: readonly string[];
  testId: string;
  icon?: ReactNode;
  primary?: boolean;
  disabled?: boolean;
  onClick(): void;
}

function Bar({ label, keys, testId, icon, primary = false, disabled = false, onClick }: BarProps) {
  return (
    <Button
      size={primary ? "sm" : "xs"}
      variant={primary ? "filled" : "default"}
      data-testid={testId}
      leftSection={icon}
      rightSection={<Caps keys={keys[0] ?? ""} />}
      disabled={disabled}
      style={{ flexShrink: 0 }}
      // A click must not leave the focus here: the next key press belongs to the editor.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}

/** Key caps, left to the eye: screen readers get the keys from the cheat sheet. */
function Caps({ keys }: { keys: string }) {
  return (
    <span aria-hidden="true" className="caps">
      {keyCaps(keys).map((cap) => (
        <Kbd key={cap} size="xs">
          {cap}
        </Kbd>
      ))}
    </span>
  );
}
