import "../messages";
import { Button, Group, Modal, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { usePageActions } from "../../app/actions";
import { logOut } from "../../app/logOut";
import { useUser } from "../../app/session";
import { t } from "../../kit/i18n";
import { PasswordForm } from "./PasswordForm";

/** One's own log-in: the password, and the sessions that are open. */
export function AccountPage() {
  const user = useUser();
  const [confirming, setConfirming] = useState(false);
  usePageActions("account", [
    {
      id: "account.everywhere",
      label: t("account.everywhere"),
      group: t("app.account"),
      run: () => setConfirming(true),
    },
  ]);
  return (
    <Stack gap="md" maw={480}>
      <Title order={1}>{t("app.account")}</Title>
      <Text size="sm" c="dimmed">
        {user.name} · {user.email}
      </Text>
      <Paper withBorder p="lg" bg="var(--lw-raised)">
        <Stack gap="sm">
          <Title order={2}>{t("account.change")}</Title>
          <PasswordForm email={user.email} />
        </Stack>
      </Paper>
      <Paper withBorder p="lg" bg="var(--lw-raised)">
        <Stack gap="sm" align="flex-start">
          <Title order={2}>{t("account.sessions")}</Title>
          <Text size="sm">{t("account.sessionsText")}</Text>
          <Button variant="default" onClick={() => setConfirming(true)} data-testid="log-out-everywhere">
            {t("account.everywhere")}
          </Button>
        </Stack>
      </Paper>
      <Modal opened={confirming} onClose={() => setConfirming(false)} title={t("account.everywhere")} size="md">
        <SignOut onClose={() => setConfirming(false)} />
      </Modal>
    </Stack>
  );
}

/** Asks once more, because this session ends too. */
function SignOut({ onClose }: { onClose: () => void }) {
  // After a refusal, which is shown as a message, the person is still logged in.
  const end = useMutation({ mutationFn: () => logOut(true), onSettled: onClose });
  return (
    <Stack>
      <Text size="sm">{t("account.everywhere.sure")}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("account.cancel")}
        </Button>
        <Button
          color="danger"
          loading={end.isPending}
          onClick={() => end.mutate()}
          data-testid="sign-out-confirm"
        >
          {t("account.everywhere")}
        </Button>
      </Group>
    </Stack>
  );
}
