import { Button, Center, Code, Group, Stack, Text, Title } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { t } from "../kit/i18n";

/** Stands in for an editor that failed: the bars around it still skip, and the journal has every edit. */
export function BrokenEditor({ error, reset }: ErrorComponentProps) {
  return (
    <Center h="100%" p="lg">
      <Stack gap="sm" maw={520} role="alert" data-testid="work-broken">
        <Title order={1}>{t("work.broken.title")}</Title>
        <Text c="dimmed">{t("work.broken.kept")}</Text>
        <Code block>{String(error)}</Code>
        <Group>
          <Button onClick={reset}>{t("app.error.again")}</Button>
        </Group>
      </Stack>
    </Center>
  );
}
