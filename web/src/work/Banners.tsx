import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useStore } from "zustand";
import { formatDateTime } from "../app/format";
import { t } from "../kit/i18n";
import { Markdown } from "../kit/markdown/Markdown";
import type { WorkController } from "./controller";
import type { Prepared } from "./prepare";

interface Props {
  controller: WorkController;
  prepared: Prepared | null;
  lost: boolean;
}

/**
 * What somebody must know about the task on screen before touching it.
 *
 * Only what stays as long as the task does may stand here: a line that goes away moves the canvas under the hand.
 */
export function Banners({ controller, prepared, lost }: Props) {
  return (
    <div>
      {lost && <LostLease controller={controller} />}
      <OtherTab controller={controller} />
      {prepared && <Comments prepared={prepared} />}
    </div>
  );
}

/** Another tab, here or on another machine, works on this task: here it is only shown. */
function OtherTab({ controller }: { controller: WorkController }) {
  const { elsewhere, far } = useStore(controller.tabs.state);
  const [busy, setBusy] = useState(false);
  if (elsewhere === null) return null;
  const takeOver = (): void => {
    setBusy(true);
    // A reload goes on from what the other tab has saved.
    controller.takeOver().then(
      () => window.location.reload(),
      (error: unknown) => {
        setBusy(false);
        const message = error instanceof Error ? error.message : String(error);
        notifications.show({ color: "danger", title: t("work.otherTab.failed"), message });
      },
    );
  };
  return (
    <Group className="banner" data-tone="warning" role="alert" gap="sm" wrap="nowrap" data-testid="other-tab">
      <Text size="sm" style={{ flex: 1 }}>
        {t(far ? "work.otherTab.far" : "work.otherTab.text")}
      </Text>
      <Button size="compact-sm" loading={busy} onClick={takeOver} data-testid="take-over">
        {t("work.otherTab.take")}
      </Button>
    </Group>
  );
}

function LostLease({ controller }: { controller: WorkController }) {
  const reclaim = useMutation({
    mutationFn: () => controller.taker.reclaim(),
    onSuccess: (mine) => {
      if (!mine) notifications.show({ color: "amber", message: t("work.lost.somebodyElse") });
    },
    onError: (error) => notifications.show({ color: "danger", message: error.message }),
  });
  return (
    <Group
      className="banner"
      data-tone="warning"
      role="alert"
      gap="sm"
      wrap="nowrap"
      data-testid="lease-lost"
    >
      <Text size="sm" style={{ flex: 1 }}>
        {t("work.lost.text")}
      </Text>
      <Button size="compact-sm" loading={reclaim.isPending} onClick={() => reclaim.mutate()}>
        {t("work.lost.reclaim")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => controller.abandon()}>
        {t("work.lost.next")}
      </Button>
    </Group>
  );
}

/** The newest comment of a reviewer; older ones stay in the instructions drawer. */
function Comments({ prepared }: { prepared: Prepared }) {
  const newest = prepared.assignment.comments.at(-1);
  if (!newest) return null;
  return (
    <Group className="banner" data-tone="warning" gap="sm" wrap="nowrap" data-testid="review-comment">
      <Text component="div" size="sm" style={{ flex: 1, minWidth: 0 }}>
        <strong>
          {t(newest.verdict ? `work.comment.${newest.verdict}` : "work.comment.plain", { by: newest.by })}
        </strong>{" "}
        <Markdown text={newest.text} small />
      </Text>
      <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {formatDateTime(newest.at)}
      </Text>
    </Group>
  );
}
