import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, type DeliveryRow, type NewDelivery } from "../../api";
import { queries } from "../../app/queries";
import { IN_DIALOG } from "../../app/inDialog";
import { t } from "../../kit/i18n";

interface Props {
  opened: boolean;
  onClose: () => void;
  deliver: (wanted: NewDelivery) => Promise<DeliveryRow>;
}

/** Asks what is delivered, and under which name. */
export function DeliverDialog({ opened, onClose, deliver }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t("deliveries.new")}>
      {opened && <DeliverForm onClose={onClose} deliver={deliver} />}
    </Modal>
  );
}

function DeliverForm({ onClose, deliver }: Omit<Props, "opened">) {
  const client = useQueryClient();
  const [project, setProject] = useState<string | null>(null);
  const [batch, setBatch] = useState<string | null>(null);
  const [name, setName] = useState("");
  const projects = useQuery(queries.projects());
  const batches = useQuery({ ...queries.batches(project ?? ""), enabled: project !== null });
  const making = useMutation({
    mutationFn: deliver,
    onSuccess: ({ tasks }) => {
      notifications.show({ message: t("deliveries.done", { count: tasks }) });
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: queries.deliveries().queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (project !== null && name.trim() !== "") {
      making.mutate({ project, name: name.trim(), ...(batch === null ? {} : { batch }) });
    }
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("deliveries.what")}</Text>
        <Select
          comboboxProps={IN_DIALOG}
          label={t("deliveries.project")}
          required
          searchable
          data-autofocus
          data={(projects.data?.projects ?? []).map((one) => one.name)}
          nothingFoundMessage={t("deliveries.noProject")}
          value={project}
          onChange={(next) => {
            setProject(next);
            setBatch(null);
          }}
        />
        <Select
          comboboxProps={IN_DIALOG}
          label={t("deliveries.batch")}
          description={t("deliveries.batchHint")}
          clearable
          searchable
          disabled={project === null}
          data={(batches.data?.batches ?? []).map((one) => one.name)}
          value={batch}
          onChange={setBatch}
        />
        <TextInput
          label={t("deliveries.name")}
          description={t("deliveries.nameHint")}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {making.isError && (
          <Alert color="danger" role="alert" p="xs">
            {making.error instanceof ApiError ? making.error.message : t("app.error.broken.text")}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={making.isPending} disabled={project === null || name.trim() === ""}>
            {t("deliveries.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
