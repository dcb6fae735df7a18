import { Button, Center, Code, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { ApiError } from "../api";
import { t } from "../kit/i18n";

/** A chunk of an older build is gone from the server after an upgrade. */
function isStaleBuild(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|Importing a module script failed|module script/i.test(error.message)
  );
}

function explain(error: unknown): { title: string; text: string; detail?: string } {
  if (isStaleBuild(error)) return { title: t("app.error.stale.title"), text: t("app.error.stale.text") };
  if (error instanceof ApiError) {
    if (error.status === 403)
      return { title: t("app.error.forbidden.title"), text: t("app.error.forbidden.text") };
    if (error.status === 404)
      return { title: t("app.error.missing.title"), text: t("app.error.missing.text") };
    if (error.status === 0) return { title: t("app.error.offline.title"), text: t("app.error.offline.text") };
    return { title: t("app.error.server.title"), text: error.message };
  }
  return { title: t("app.error.broken.title"), text: t("app.error.broken.text"), detail: String(error) };
}

/** Stands in for a page that failed; the rest of the app goes on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const told = explain(error);
  const again = () => {
    if (isStaleBuild(error)) window.location.reload();
    reset();
    void router.invalidate();
  };
  return (
    <Center mih="60vh" p="lg">
      <Stack gap="sm" maw={520} role="alert">
        <Title order={1}>{told.title}</Title>
        <Text>{told.text}</Text>
        {told.detail && <Code block>{told.detail}</Code>}
        <Group gap="sm" mt="xs">
          <Button onClick={again}>{t("app.error.again")}</Button>
          <Button variant="default" component={Link} to="/">
            {t("app.error.home")}
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}

export function NotFoundPage() {
  return (
    <Center component="main" mih="60vh" p="lg">
      <Stack gap="sm" maw={520}>
        <Title order={1}>{t("app.error.missing.title")}</Title>
        <Text>{t("app.error.missing.text")}</Text>
        <Group>
          <Button component={Link} to="/">
            {t("app.error.home")}
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}

export function PendingPage() {
  return (
    <Center mih="60vh">
      <Loader aria-label={t("app.loading")} type="bars" />
    </Center>
  );
}
