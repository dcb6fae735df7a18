import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { LoginForm } from "../../app/LoginForm";
import { t } from "../../kit/i18n";

export function LoginPage() {
  const { next } = useSearch({ from: "/login" });
  const navigate = useNavigate();
  const router = useRouter();
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack gap="lg" w={360}>
        <span className="tape" style={{ alignSelf: "flex-start" }}>
          Labelwright
        </span>
        <Paper withBorder p="lg" bg="var(--lw-raised)">
          <Stack gap="md">
            <Title order={1}>{t("app.login.title")}</Title>
            <LoginForm onDone={() => (next ? router.history.push(next) : void navigate({ to: "/" }))} />
          </Stack>
        </Paper>
        <Text size="sm" c="dimmed">
          {t("app.login.noAccount")}
        </Text>
      </Stack>
    </Center>
  );
}
