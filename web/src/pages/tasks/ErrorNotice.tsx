import { Alert, Stack, Text } from "@mantine/core";
import type { TaskDetail } from "../../api";
import { t } from "../../kit/i18n";
import { reasonsOf, taskErrorOf } from "./audits";

/** Why a task ended in `error`, in words. */
export function ErrorNotice({ task }: { task: TaskDetail }) {
  const error = taskErrorOf(task.response);
  if (task.status !== "error" || error === null) return null;
  const reasons = reasonsOf(task.events);
  return (
    <Alert color="danger" title={error.message} data-testid="task-error">
      <Stack gap="xs" component="ul" m={0} pl="md">
        {error.attachments.map(({ url, statusCode, frame, reason }) => (
          <li key={`${frame} ${url}`}>
            {frame !== undefined && <Text size="sm">{t("task.frame", { number: String(frame) })}</Text>}
            <Text size="sm" className="mono" style={{ overflowWrap: "anywhere" }}>
              {url}
            </Text>
            <Text size="sm">{reason ?? reasons.get(url) ?? (statusCode === null ? "" : t("task.httpStatus", { status: String(statusCode) }))}</Text>
          </li>
        ))}
      </Stack>
    </Alert>
  );
}
