import { Button, Center, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { t } from "../kit/i18n";
import type { WorkController } from "./controller";
import type { TakeState } from "./take";

interface Props {
  taking: TakeState;
  failure: Error | null;
  controller: WorkController;
  onLeave(): void;
}

/** The work screen without a task: loading, nothing to do, or no connection. */
export function Waiting({ taking, failure, controller, onLeave }: Props) {
  const kind = failure ? "broken" : taking.status === "ready" ? "loading" : taking.status;
  if (kind === "loading") {
    return (
      <Center h="100%">
        <Loader type="bars" aria-label={t("app.loading")} />
      </Center>
    );
  }
  return (
    <Center h="100%" p="lg">
      <Stack gap="sm" maw={480} data-testid={`work-${kind}`} role="status">
        <Title order={1}>{t(`work.${kind}.title`)}</Title>
        <Text c="dimmed">{failure?.message ?? taking.error?.message ?? t(`work.${kind}.text`)}</Text>
        <Group gap="sm">
          <Button
            onClick={onLeave}
            variant={kind === "empty" ? "filled" : "default"}
            autoFocus={kind === "empty"}
          >
            {t("work.leave")}
          </Button>
          {kind === "failed" && (
            <Button onClick={() => void controller.taker.refill()}>{t("app.error.again")}</Button>
          )}
          {kind === "broken" && (
            <>
              <Button onClick={() => controller.retry()}>{t("app.error.again")}</Button>
              <Button variant="default" onClick={() => void controller.skip("cannot be shown")}>
                {t("work.skip.action")}
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Center>
  );
}
