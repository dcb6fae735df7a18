import { Text } from "@mantine/core";
import type { StuckTask } from "../../api";
import { formatDateTime } from "../../app/format";
import { t } from "../../kit/i18n";

/** Why a task is stuck: who has skipped it, and what each said. */
export function Skips({ task }: { task: StuckTask }) {
  if (task.why === "only_author") {
    return <Text size="sm">{t("stuck.onlyAuthor", { author: task.author ?? "" })}</Text>;
  }
  return (
    <ul className="skips" aria-label={t("stuck.skippedBy")}>
      {task.skips.map(({ by, at, reason }) => (
        <li key={`${by} ${at}`} title={formatDateTime(at)}>
          <strong>{by}</strong> {reason}
        </li>
      ))}
    </ul>
  );
}
