import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { api, ApiError, type Session } from "../api";
import { t } from "../kit/i18n";
import { formatWait } from "./format";
import { queries, queryClient } from "./queries";

interface Props {
  /** Prefilled when a session ended under an open page. */
  email?: string;
  onDone(session: Session): void;
}

function explain(error: Error): string {
  if (error instanceof ApiError && error.unauthorized) return t("app.login.wrong");
  if (error instanceof ApiError && error.retryAfter !== null) {
    return t("app.login.wait", { wait: formatWait(error.retryAfter) });
  }
  return error instanceof ApiError ? error.message : t("app.error.broken.text");
}

/** Counts whole seconds down to nothing, while the form is shown. */
function useCountdown(): [left: number, start: (seconds: number) => void] {
  const [{ now, end }, set] = useState({ now: 0, end: 0 });
  const left = Math.max(0, Math.ceil((end - now) / 1000));
  const running = left > 0;
  useEffect(() => {
    if (!running) return undefined;
    const ticking = setInterval(() => set((state) => ({ ...state, now: Date.now() })), 500);
    return () => clearInterval(ticking);
  }, [running]);
  return [
    left,
    (seconds) => {
      const start = Date.now();
      set({ now: start, end: start + seconds * 1000 });
    },
  ];
}

/** E-mail and password; a wrong password keeps the e-mail and puts the cursor back. */
export function LoginForm({ email: known = "", onDone }: Props) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const [wait, startWait] = useCountdown();
  const logIn = useMutation({
    mutationFn: () => api.logIn(email.trim(), password),
    onSuccess: (session) => {
      queryClient.setQueryData(queries.session().queryKey, session);
      onDone(session);
    },
    onError: (error) => {
      // The password was not even looked at: it stays, to be sent again after the wait.
      if (error instanceof ApiError && error.retryAfter !== null) startWait(error.retryAfter);
      else setPassword("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wait === 0) logIn.mutate();
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
        <Button type="submit" loading={logIn.isPending} disabled={wait > 0} data-testid="login-submit">
          {wait > 0 ? t("app.login.submitIn", { wait: formatWait(wait) }) : t("app.login.submit")}
        </Button>
      </Stack>
    </form>
  );
}
