import { Alert, Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ApiError, type InvitationLink, type Role } from "../../api";
import { formatDateTime } from "../../app/format";
import { queries } from "../../app/queries";
import { IN_DIALOG } from "../../app/inDialog";
import { t } from "../../kit/i18n";
import { CopyField } from "./CopyField";
import { emailsIn } from "./emails";
import { INVITED_ROLES } from "./rights";

/** What the dialog starts with: nothing for new people, an address to invite again. */
export interface InviteStart {
  emails: string;
  role: Role;
}

export const NOBODY_YET: InviteStart = { emails: "", role: "labeler" };

/** Asks for addresses and a role, then shows the links. */
export function InviteDialog({ start, onClose }: { start: InviteStart | null; onClose: () => void }) {
  return (
    <Modal opened={start !== null} onClose={onClose} title={t("people.invite.title")} size="lg">
      {start && <InviteForm start={start} onClose={onClose} />}
    </Modal>
  );
}

function InviteForm({ start, onClose }: { start: InviteStart; onClose: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState(start.emails);
  const [role, setRole] = useState<Role>(start.role);
  const emails = emailsIn(text);
  const invite = useMutation({
    mutationFn: () => api.invite(emails, role),
    onSuccess: () => client.invalidateQueries({ queryKey: queries.people().queryKey }),
  });
  if (invite.data) {
    return <Links invitations={invite.data.invitations} mailed={invite.data.mailed} onClose={onClose} />;
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (emails.length > 0) invite.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea
          label={t("people.invite.emails")}
          description={t("people.invite.emailsHint")}
          data-testid="invite-emails"
          data-autofocus
          autosize
          minRows={3}
          maxRows={10}
          required
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          comboboxProps={IN_DIALOG}
          label={t("people.role")}
          description={t(`people.role.${role}`)}
          data={INVITED_ROLES.map((value) => ({ value, label: t(`app.role.${value}`) }))}
          value={role}
          onChange={(value) => setRole(INVITED_ROLES.find((known) => known === value) ?? role)}
          allowDeselect={false}
        />
        {invite.isError && (
          <Alert color="danger" role="alert" p="xs">
            {invite.error instanceof ApiError ? invite.error.message : t("app.error.broken.text")}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button
            type="submit"
            disabled={emails.length === 0}
            loading={invite.isPending}
            data-testid="invite-send"
          >
            {t("people.invite.send", { count: emails.length })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface LinksProps {
  invitations: InvitationLink[];
  /** Whether each of them is on its way by mail, too. */
  mailed: boolean;
  onClose: () => void;
}

function Links({ invitations, mailed, onClose }: LinksProps) {
  return (
    <Stack>
      <Text size="sm" role="status">
        {t(mailed ? "people.invite.mailed" : "people.invite.notMailed", { count: invitations.length })}
      </Text>
      {invitations.map(({ email, link, expires_at: until }) => (
        <CopyField
          key={email}
          label={t("people.invite.link", { email, until: formatDateTime(until) })}
          text={link}
          testId={`invite-link-${email}`}
        />
      ))}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {t("people.invite.done")}
        </Button>
      </Group>
    </Stack>
  );
}
