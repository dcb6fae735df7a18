import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ApiError, type Session } from "../api";
import { t } from "../kit/i18n";
import { queries, queryClient } from "./queries";

interface Props {
  /** Prefilled when a session ended under an open page. */
  email?: string;
  onDone(session: Session): void;
}

function explain(error: Error): string {
  if (error instanceof ApiError && error.unauthorized) return t("app.login.wrong");
  return error instanceof ApiError ? error.message : t("app.error.broken.text");
}

/** E-mail and password; a wrong password keeps the e-mail and puts the cursor back. */
export function LoginForm({ email: known = "", onDone }: Props) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const logIn = useMutation({
    mutationFn: () => api.logIn(email.trim(), password),
    onSuccess: (session) => {
      queryClient.setQueryData(queries.session().queryKey, session);
      onDone(session);
    },
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    logIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          data-testid="login-email"
          label={t("app.login.email")}
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus={known === ""}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          data-testid="login-password"
          label={t("app.login.password")}
          name="password"
          autoComplete="current-password"
          required
          autoFocus={known !== ""}
          data-autofocus={known !== "" || undefined}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {logIn.isError && (
          <Alert color="danger" role="alert" p="xs">
            {explain(logIn.error)}
          </Alert>
        )}
        <Button type="submit" loading={logIn.isPending} data-testid="login-submit">
          {t("app.login.submit")}
        </Button>
      </Stack>
    </form>
  );
}
