import "../messages";
import { Alert, Button, Center, Paper, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, ApiError, type InvitationView } from "../../api";
import { Failure } from "../../app/EmptyState";
import { fieldError } from "../../app/fieldError";
import { formatDateTime } from "../../app/format";
import { queries, queryClient } from "../../app/queries";
import { t } from "../../kit/i18n";

/** What the server refuses shorter passwords with, said before it has to. */
const MIN_PASSWORD = 8;

/** Where an invitation's link leads: makes a log-in of it. Nobody is logged in here. */
export function InvitationPage() {
  useDocumentTitle(`${t("invitation.title")} · Labelwright`);
  const { token } = useParams({ from: "/invite/$token" });
  const invitation = useQuery(queries.invitation(token));
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack gap="lg" w={400}>
        <span className="tape" style={{ alignSelf: "flex-start" }}>
          Labelwright
        </span>
        <Paper withBorder p="lg" bg="var(--lw-raised)" data-testid="invitation">
          {invitation.isPending && <Skeleton height={220} />}
          {invitation.isError && <Unusable error={invitation.error} retry={() => void invitation.refetch()} />}
          {invitation.data && <Opened token={token} invitation={invitation.data} />}
        </Paper>
      </Stack>
    </Center>
  );
}

function Opened({ token, invitation }: { token: string; invitation: InvitationView }) {
  const by = invitation.invited_by ?? t("invitation.somebody");
  if (invitation.state === "accepted") return <Used email={invitation.email} />;
  if (invitation.state === "expired") {
    return (
      <DeadEnd title={t("invitation.expired.title")} state="expired">
        {t("invitation.expired.text", { by, at: formatDateTime(invitation.expires_at) })}
      </DeadEnd>
    );
  }
  return <AcceptForm token={token} invitation={invitation} by={by} />;
}

function Unusable({ error, retry }: { error: Error; retry: () => void }) {
  if (error instanceof ApiError && error.status === 404) {
    return (
      <DeadEnd title={t("invitation.unknown.title")} state="unknown">
        {t("invitation.unknown.text")}
      </DeadEnd>
    );
  }
  return <Failure error={error} retry={retry} />;
}

/** An invitation that was accepted before: the way on is the log-in. */
function Used({ email }: { email: string }) {
  return (
    <DeadEnd title={t("invitation.used.title")} state="accepted">
      {t("invitation.used.text", { email })}
      <Button mt="md" fullWidth renderRoot={(props) => <Link to="/login" {...props} />}>
        {t("app.login.submit")}
      </Button>
    </DeadEnd>
  );
}

function DeadEnd({ title, state, children }: { title: string; state: string; children: ReactNode }) {
  return (
    <Stack gap="sm" role="alert" data-state={state}>
      <Title order={1}>{title}</Title>
      <Text component="div" size="sm">
        {children}
      </Text>
    </Stack>
  );
}

function AcceptForm({ token, invitation, by }: { token: string; invitation: InvitationView; by: string }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const accept = useMutation({
    mutationFn: () => api.accept(token, name.trim(), password),
    onSuccess: async (session) => {
      // Somebody else may have been logged in here: nothing of theirs may be shown to the new person.
      queryClient.clear();
      queryClient.setQueryData(queries.session().queryKey, session);
      await navigate({ to: "/queue" });
    },
  });
  if (accept.error instanceof ApiError && accept.error.status === 409) return <Used email={invitation.email} />;
  const weak = fieldError(accept.error, "password", t("invitation.thePassword"));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form onSubmit={submit} data-state="open">
      <Stack gap="sm">
        <Title order={1}>{t("invitation.join", { account: invitation.account })}</Title>
        <Text size="sm">
          {t("invitation.invites", { by, role: t(`app.role.${invitation.role}`) })}{" "}
          <Text span c="dimmed">
            {t("invitation.until", { at: formatDateTime(invitation.expires_at) })}
          </Text>
        </Text>
        <TextInput
          label={t("app.login.email")}
          type="email"
          name="email"
          autoComplete="username"
          readOnly
          value={invitation.email}
        />
        <TextInput
          data-testid="invitation-name"
          label={t("invitation.name")}
          description={t("invitation.nameHint")}
          name="name"
          autoComplete="name"
          required
          maxLength={200}
          autoFocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          data-testid="invitation-password"
          label={t("app.login.password")}
          description={t("invitation.passwordHint", { count: MIN_PASSWORD })}
          name="password"
          autoComplete="new-password"
          required
          minLength={MIN_PASSWORD}
          error={weak}
          aria-invalid={weak !== null}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {accept.isError && weak === null && (
          <Alert color="danger" role="alert" p="xs">
            {accept.error instanceof ApiError ? accept.error.message : t("app.error.broken.text")}
          </Alert>
        )}
        <Button type="submit" loading={accept.isPending} data-testid="invitation-accept">
          {t("invitation.accept")}
        </Button>
      </Stack>
    </form>
  );
}
