import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "../api";
import { t } from "../kit/i18n";

interface Props {
  title: string;
  /** What to do next. */
  text: ReactNode;
  children?: ReactNode;
}

/** An empty page that says what to do next. */
export function EmptyState({ title, text, children }: Props) {
  return (
    <Stack className="empty" gap="xs" align="flex-start" data-testid="empty">
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={560}>
        {text}
      </Text>
      {children}
    </Stack>
  );
}

/** A part of a page that could not be loaded. */
export function Failure({ error, retry }: { error: Error | null; retry: () => void }) {
  const text = error instanceof ApiError ? error.message : t("app.error.broken.text");
  return (
    <Alert color="danger" role="alert" title={t("app.error.load")}>
      <Group justify="space-between">
        <Text size="sm">{text}</Text>
        <Button size="xs" variant="default" onClick={retry}>
          {t("app.error.again")}
        </Button>
      </Group>
    </Alert>
  );
}
