import { Alert, Button, Group, Modal, MultiSelect, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ApiError, type Person, type Role } from "../../api";
import { queries } from "../../app/queries";
import { useUser } from "../../app/session";
import { IN_DIALOG } from "../../app/inDialog";
import { t } from "../../kit/i18n";
import { mayChange, rolesToGive } from "./rights";

/** Changes somebody's role, projects, and whether they may log in. */
export function PersonDialog({ person, onClose }: { person: Person | null; onClose: () => void }) {
  return (
    <Modal opened={person !== null} onClose={onClose} title={person?.name ?? ""} size="md">
      {person && <PersonForm key={person.id} person={person} onClose={onClose} />}
    </Modal>
  );
}

function PersonForm({ person, onClose }: { person: Person; onClose: () => void }) {
  const me = useUser();
  const client = useQueryClient();
  // What somebody else changes meanwhile stays: only the differences to this are sent.
  const [before] = useState(person);
  const [role, setRole] = useState<Role>(person.role);
  const [projects, setProjects] = useState<string[]>(person.projects);
  const [disabling, setDisabling] = useState(false);
  const known = useQuery(queries.projects()).data?.projects ?? [];
  const changeable = mayChange(me, person);
  const settled = async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: queries.people().queryKey }),
      client.invalidateQueries({ queryKey: queries.queue().queryKey }),
    ]);
  };
  const save = useMutation({
    mutationFn: async () => {
      for (const name of projects.filter((each) => !before.projects.includes(each))) {
        await api.changeProjectPeople(name, { add: [person.id] });
      }
      for (const name of before.projects.filter((each) => !projects.includes(each))) {
        await api.changeProjectPeople(name, { remove: [person.id] });
      }
      if (role !== before.role) await api.changePerson(person.id, { role });
    },
    onSuccess: onClose,
    // Also after a refusal: what was changed before it stays changed.
    onSettled: settled,
  });
  const shutOut = useMutation({
    mutationFn: (disabled: boolean) => api.changePerson(person.id, { disabled }),
    onSuccess: onClose,
    onSettled: settled,
  });
  const error = save.error ?? shutOut.error;
  if (disabling) {
    return (
      <Stack>
        <Text size="sm">{t("people.disable.sure", { name: person.name })}</Text>
        {error && <Refused error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setDisabling(false)} data-autofocus>
            {t("people.disable.keep")}
          </Button>
          <Button
            color="danger"
            loading={shutOut.isPending}
            onClick={() => shutOut.mutate(true)}
            data-testid="disable-confirm"
          >
            {t("people.disable.confirm")}
          </Button>
        </Group>
      </Stack>
    );
  }
  const names = known.filter(({ archived }) => !archived).map(({ name }) => name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">
          {person.email}
        </Text>
        <Select
          comboboxProps={IN_DIALOG}
          label={t("people.role")}
          description={changeable ? t(`people.role.${role}`) : t(whyFixed(me.id === person.id))}
          data={rolesFor(me, person).map((value) => ({ value, label: t(`app.role.${value}`) }))}
          value={role}
          onChange={(value) => setRole(rolesFor(me, person).find((each) => each === value) ?? role)}
          disabled={!changeable}
          allowDeselect={false}
          data-autofocus
          data-testid="person-role"
        />
        <MultiSelect
          comboboxProps={IN_DIALOG}
          label={t("people.projects")}
          description={t("people.projectsHint")}
          placeholder={projects.length === 0 ? t("people.allProjects") : ""}
          data={[...new Set([...names, ...person.projects])]}
          value={projects}
          onChange={setProjects}
          disabled={person.disabled}
          searchable
          clearable
          hidePickedOptions
          data-testid="person-projects"
        />
        {error && <Refused error={error} />}
        <Group justify="space-between">
          {person.disabled ? (
            <Button
              variant="default"
              disabled={!changeable}
              loading={shutOut.isPending}
              onClick={() => shutOut.mutate(false)}
              data-testid="person-enable"
            >
              {t("people.enable")}
            </Button>
          ) : (
            <Button
              variant="subtle"
              color="red"
              disabled={!changeable}
              onClick={() => setDisabling(true)}
              data-testid="person-disable"
            >
              {t("people.disable")}
            </Button>
          )}
          <Button type="submit" loading={save.isPending} data-testid="person-save">
            {t("people.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const rolesFor = (me: ReturnType<typeof useUser>, person: Person): Role[] => [
  ...new Set([...rolesToGive(me), person.role]),
];

const whyFixed = (self: boolean): string => (self ? "people.fixedSelf" : "people.fixedAdmin");

function Refused({ error }: { error: Error }) {
  return (
    <Alert color="danger" role="alert" p="xs">
      {error instanceof ApiError ? error.message : t("app.error.broken.text")}
    </Alert>
  );
}
