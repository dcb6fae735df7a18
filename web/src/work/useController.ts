import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import type { Stage } from "../api";
import { t } from "../kit/i18n";
import "./messages";
import { WorkController } from "./controller";
import { outbox } from "./runtime";

const CONFLICT = "work.conflict";
const INPUTS = ["pointermove", "pointerdown", "keydown", "wheel"] as const;

/** The controller of this visit, started with the screen and stopped with it. */
export function useController(stage: Stage, project: string | null, reopen: string | null): WorkController {
  const [controller] = useState(
    () =>
      new WorkController(stage, project, outbox, {
        onConflict: () => {
          notifications.hide(CONFLICT);
          notifications.show({ id: CONFLICT, color: "amber", autoClose: false, message: t("work.conflict") });
        },
        onReopenFailed: (error) =>
          notifications.show({ color: "danger", title: t("work.reopenFailed"), message: error.message }),
      }),
  );
  useEffect(() => {
    void controller.start(reopen);
    const onInput = () => controller.timer?.input();
    const onVisibility = () => {
      const shown = document.visibilityState === "visible";
      controller.timer?.visible(shown);
      // A hidden page may never come back: on phones it is simply dropped.
      if (shown) void controller.taker.heartbeat();
      else void controller.flush(true);
    };
    const onHide = () => {
      void controller.flush(true);
      controller.taker.leave();
    };
    // A page brought back from the history cache is alive again and takes up where it left.
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) void controller.start(null);
    };
    for (const name of INPUTS) window.addEventListener(name, onInput, { passive: true, capture: true });
    document.addEventListener("visibilitychange", onVisibility);
    // After an outage the lease may be gone: it is asked for at once, not at the next beat.
    const onOnline = () => void controller.taker.heartbeat();
    window.addEventListener("online", onOnline);
    window.addEventListener("pagehide", onHide);
    window.addEventListener("pageshow", onShow);
    return () => {
      for (const name of INPUTS) window.removeEventListener(name, onInput, { capture: true });
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("online", onOnline);
      window.removeEventListener("pagehide", onHide);
      window.removeEventListener("pageshow", onShow);
      controller.stop();
    };
  }, [controller, reopen]);
  return controller;
}
