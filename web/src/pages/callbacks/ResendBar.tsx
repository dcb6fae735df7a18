import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api";
import { t } from "../../kit/i18n";
import { resendAll, type ResendPort, type ResendProgress } from "./resendAll";

const PORT: ResendPort = {
  dead: (token) => api.callbacks("dead", { limit: 100, ...(token === undefined ? {} : { next_token: token }) }),
  resend: api.resend,
};

interface ResendingAll {
  running: boolean;
  /** null until it is known how many there are. */
  progress: ResendProgress | null;
  start(): void;
  stop(): void;
}

/** Sends all dead callbacks again while the page is open; `settled` runs at the end. */
export function useResendAll(settled: () => Promise<void>): ResendingAll {
  const [running, setRunning] = useState(false);
  const [progress, setProgress] = useState<ResendProgress | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const run = async () => {
    if (abort.current) return;
    abort.current = new AbortController();
    setRunning(true);
    setProgress(null);
    try {
      const { done, failed } = await resendAll(PORT, setProgress, abort.current.signal);
      if (failed > 0) notifications.show({ color: "danger", message: t("callbacks.someFailed", { done, failed }) });
      else notifications.show({ message: t("callbacks.allResent", { count: done }) });
    } catch (error) {
      notifications.show({ color: "danger", message: error instanceof Error ? error.message : String(error) });
    } finally {
      abort.current = null;
      setRunning(false);
      await settled();
    }
  };
  return { running, progress, start: () => void run(), stop: () => abort.current?.abort() };
}

/** How far it is, and the way to end it. */
export function ResendBar({ running, progress, stop }: ResendingAll) {
  if (!running) return null;
  const { total = 0, done = 0, failed = 0 } = progress ?? {};
  const text = t("callbacks.progress", { done: done + failed, total });
  return (
    <Group className="notice" wrap="nowrap">
      <Text size="sm">{t("callbacks.resending")}</Text>
      <div className="progress" style={{ flex: 1 }}>
        <div
          className="progress-track"
          role="progressbar"
          aria-label={t("callbacks.resending")}
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={done + failed}
          aria-valuetext={text}
        >
          <span data-part="completed" style={{ width: total ? `${(done / total) * 100}%` : 0 }} />
          <span data-part="error" style={{ width: total ? `${(failed / total) * 100}%` : 0 }} />
        </div>
        <span className="progress-figure">{text}</span>
      </div>
      <Button size="compact-sm" variant="default" onClick={stop}>
        {t("callbacks.stop")}
      </Button>
    </Group>
  );
}
