import "./messages";
import { Button, Group, Text } from "@mantine/core";
import { useStore } from "zustand";
import type { AnyEditorModule, Session } from "../editors";
import { t } from "../kit/i18n";
import { type Part, whyMissing } from "../kit/media/shown";

/** Why a part that was not on the screen holds up the answer, with how many more there are. */
export function whyNotShown(missing: readonly Part[]): string {
  // What cannot be shown is worth more words than what is still loading.
  const first = missing.find(({ state }) => state === "failed") ?? missing[0];
  if (!first) return "";
  const more = missing.length - 1;
  return more > 0 ? `${whyMissing(first)} (${t("work.shown.more", { count: more })})` : whyMissing(first);
}

/** Whether somebody could wait for ever: the task has to be given back instead. */
export const isHopeless = (missing: readonly Part[]): boolean =>
  missing.some(({ state }) => state === "failed" || state === "closed");

interface Props {
  // oxlint-disable-next-line typescript/no-explicit-any -- of any editor
  session: Session<any, any>;
  module: AnyEditorModule;
  /** Gives the task back with the reason; absent where there is nobody to give it to. */
  onReport?: ((why: string) => void) | undefined;
}

/** What of a task was not on the screen yet; re-renders with it. */
export function useMissing(session: Props["session"] | null): readonly Part[] {
  const parts = useStore(session?.shown.parts ?? NOTHING);
  return [...parts.values()].filter(({ state }) => state !== "ready");
}

const NONE: ReadonlyMap<string, Part> = new Map();
const NOTHING = { getState: () => NONE, getInitialState: () => NONE, subscribe: () => () => undefined };

/** Beside the buttons: why they are off, and the ways out. Nothing while everything is on the screen. */
export function NotShown({ session, module, onReport }: Props) {
  const missing = useMissing(session);
  if (missing.length === 0) return null;
  const why = whyNotShown(missing);
  const [first] = missing;
  return (
    <Group className="not-shown" gap="xs" wrap="nowrap" role="status" data-testid="not-shown">
      <Text size="sm" title={why} lineClamp={2}>
        {t("work.shown.notYet", { why })}
      </Text>
      {first && module.reveal && first.state !== "failed" && (
        <Button
          size="compact-xs"
          variant="default"
          style={{ flexShrink: 0 }}
          onClick={() => module.reveal?.(session, first.key)}
        >
          {t("work.shown.show")}
        </Button>
      )}
      {onReport && isHopeless(missing) && (
        <Button
          size="compact-xs"
          color="danger"
          variant="light"
          style={{ flexShrink: 0 }}
          data-testid="report-unshown"
          onClick={() => onReport(t("work.shown.reported", { why }))}
        >
          {t("work.shown.report")}
        </Button>
      )}
    </Group>
  );
}
