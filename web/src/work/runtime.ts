import { notifications } from "@mantine/notifications";
import { api } from "../api";
import { overlays } from "../app/overlays";
import { queries, queryClient } from "../app/queries";
import { t } from "../kit/i18n";
import { Outbox } from "./outbox";
import { IdbStore } from "./outboxStore";

/** The one outbox of this page: answers go on being sent on every page of the app. */
export const outbox = new Outbox(new IdbStore(), (entry) => api.submit(entry.assignmentId, entry.body), {
  onSent(entry) {
    notifications.hide(entry.body.submission_id);
    void queryClient.invalidateQueries({ queryKey: queries.queue().queryKey });
    // The journal's code belongs to the work screen; other pages load it only if they send something.
    void import("./journal").then(({ forget }) => forget(entry.assignmentId));
  },
  onRefused(entry) {
    notifications.show({
      id: entry.body.submission_id,
      color: "danger",
      autoClose: false,
      title: t("work.refused.title"),
      message: entry.refusal?.message,
      onClick: () => {
        notifications.hide(entry.body.submission_id);
        overlays.setState({ unsent: true });
      },
    });
  },
});

/** Sends what is waiting as soon as there is hope: network back, page shown again. */
export function watchNetwork(): void {
  window.addEventListener("online", () => outbox.resume());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") outbox.resume();
  });
  window.addEventListener("beforeunload", (event) => {
    const { waiting, durable, storing } = outbox.state.getState();
    if (storing > 0 || (waiting.length > 0 && !durable)) event.preventDefault();
  });
}
