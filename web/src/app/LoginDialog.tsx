import { Button, Modal, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useStore } from "zustand";
import type { Session } from "../api";
import { t } from "../kit/i18n";
import { outbox } from "../work/runtime";
import { connection } from "./connection";
import { LoginForm } from "./LoginForm";
import { useUser } from "./session";

/** Asks for the password again where the session ended; the page behind it keeps everything. */
export function LoginDialog() {
  const opened = useStore(connection, (state) => state.loggedOut);
  const user = useUser();
  const [known] = useState(user);
  const client = useQueryClient();
  const done = ({ user: now }: Session) => {
    connection.setState({ loggedOut: false });
    if (now.id !== known.id) {
      // Somebody else took the seat: nothing of the other person's page may stay on screen.
      window.location.assign(document.baseURI);
      return;
    }
    outbox.resume();
    void client.invalidateQueries();
  };
  return (
    <Modal
      opened={opened}
      onClose={() => connection.setState({ loggedOut: false })}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t("app.login.again")}
    >
      <Stack>
        <Text size="sm">{t("app.login.againText")}</Text>
        <LoginForm email={known.email} onDone={done} />
        <Button variant="subtle" size="xs" onClick={() => connection.setState({ loggedOut: false })}>
          {t("app.login.later")}
        </Button>
      </Stack>
    </Modal>
  );
}
