import { Badge } from "@mantine/core";
import type { TaskRow } from "../../api";
import { t } from "../../kit/i18n";

/** Badge colours of task statuses; any other status is amber. */
const COLOURS: Readonly<Record<string, string>> = {
  completed: "spruce",
  error: "danger",
  canceled: "gray",
};

/** A task's status as on the wire; a pending one whose attachments are still being fetched says so. */
export function StatusBadge({ task }: { task: Pick<TaskRow, "status" | "checking"> }) {
  if (task.checking) {
    return (
      <Badge variant="light" color="gray" title={t("task.checking.title")} data-testid="checking">
        {t("task.checking")}
      </Badge>
    );
  }
  return (
    <Badge variant="light" color={COLOURS[task.status] ?? "amber"}>
      {task.status}
    </Badge>
  );
}
