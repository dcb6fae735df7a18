import { Alert, Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ApiError, type StuckTask } from "../../api";
import { queries } from "../../app/queries";
import { t } from "../../kit/i18n";
import { mayBeGiven } from "./given";

interface Props {
  task: StuckTask | null;
  onClose: () => void;
  settled: () => Promise<void>;
}

/** Asks to whom alone a stuck task is offered. */
export function GiveDialog({ task, onClose, settled }: Props) {
  return (
    <Modal opened={task !== null} onClose={onClose} title={t("stuck.giveTitle")}>
      {task && <GiveForm key={task.task_id} task={task} onClose={onClose} settled={settled} />}
    </Modal>
  );
}

function GiveForm({ task, onClose, settled }: Props & { task: StuckTask }) {
  const people = useQuery(queries.people());
  const [person, setPerson] = useState<string | null>(null);
  const giving = useMutation({
    mutationFn: (id: string) => api.offer(task.task_id, id),
    onSuccess: () => {
      notifications.show({ message: t("stuck.given") });
      onClose();
    },
    onSettled: settled,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (person !== null) giving.mutate(person);
  };
  const { error } = giving;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("stuck.giveWhat")}</Text>
        <Select
          label={t("people.name")}
          required
          searchable
          data-autofocus
          data={mayBeGiven(people.data?.people ?? [], task).map(({ id, name, email }) => ({
            value: id,
            label: `${name} (${email})`,
          }))}
          nothingFoundMessage={t("stuck.nobodyFits")}
          value={person}
          onChange={setPerson}
          data-testid="give-person"
        />
        {error && (
          <Alert color="danger" role="alert" p="xs">
            {error instanceof ApiError ? error.message : t("app.error.broken.text")}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={giving.isPending} disabled={person === null} data-testid="give-confirm">
            {t("stuck.giveConfirm")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
