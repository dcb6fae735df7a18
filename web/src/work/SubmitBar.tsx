import { Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Change } from "../editors";
import { Keys } from "../kit/hotkeys/Keys";
import { t } from "../kit/i18n";
import type { TaskAction } from "./taskActions";

interface Props {
  actions: readonly TaskAction[];
  /** What the fix changed, while it is compared with the answer under review. */
  changes: readonly Change[] | null;
  /** Why nothing can be handed in, when something is not on the screen. */
  children?: ReactNode;
}

/** The bar below the editor: what can be done with the whole task, each with its key. */
export function SubmitBar({ actions, changes, children }: Props) {
  const at = (place: TaskAction["place"]) =>
    actions
      .filter((action) => action.place === place)
      .map((action) => <ActionButton key={action.id} action={action} />);
  return (
    <footer className="work-bar" data-bottom>
      {at("left")}
      {changes && (
        <Text
          size="sm"
          c="dimmed"
          role="status"
          data-testid="change-count"
          truncate
          style={{ flex: 1, minWidth: 0 }}
        >
          {t("work.changes", { count: changes.length })} · {t("work.comparing")}
        </Text>
      )}
      {children}
      <Group gap="sm" ml="auto" wrap="nowrap">
        {at("right")}
      </Group>
    </footer>
  );
}

function ActionButton({ action }: { action: TaskAction }) {
  const { label, keys = [], testId, icon: Icon, primary = false, disabled, run } = action;
  const { blocked = false, busy = false } = action;
  return (
    <Button
      size={primary ? "sm" : "xs"}
      variant={primary ? "filled" : "default"}
      data-testid={testId}
      leftSection={Icon && <Icon size={15} />}
      rightSection={<ButtonKeys keys={keys} />}
      disabled={disabled || blocked}
      loading={busy}
      style={{ flexShrink: 0 }}
      // A click must not leave the focus here: the next key press belongs to the editor.
      onMouseDown={(event) => event.preventDefault()}
      onClick={run}
    >
      {label}
    </Button>
  );
}

/** Key caps, left to the eye: screen readers get the keys from the cheat sheet. */
function ButtonKeys({ keys }: { keys: readonly string[] }) {
  return (
    <span aria-hidden="true" className="caps">
      <Keys keys={keys} />
    </span>
  );
}
