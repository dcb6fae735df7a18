import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api, ApiError, type StuckTask } from "../../api";
import { t } from "../../kit/i18n";

interface Props {
  task: StuckTask | null;
  onClose: () => void;
  settled: () => Promise<void>;
}

/** Asks once more before a task is canceled for good. */
export function CancelDialog({ task, onClose, settled }: Props) {
  const canceling = useMutation({
    mutationFn: (id: string) => api.cancelTask(id),
    onSuccess: onClose,
    onSettled: settled,
  });
  const { error } = canceling;
  const close = () => {
    canceling.reset();
    onClose();
  };
  return (
    <Modal opened={task !== null} onClose={close} title={t("stuck.cancelTitle")}>
      <Stack>
        <Text size="sm">{t("stuck.cancelSure")}</Text>
        {error && (
          <Alert color="danger" role="alert" p="xs">
            {error instanceof ApiError ? error.message : t("app.error.broken.text")}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t("stuck.keep")}
          </Button>
          <Button
            color="danger"
            loading={canceling.isPending}
            onClick={() => task && canceling.mutate(task.task_id)}
            data-testid="cancel-confirm"
          >
            {t("stuck.cancelConfirm")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
