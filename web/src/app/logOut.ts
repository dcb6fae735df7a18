import { notifications } from "@mantine/notifications";
import { api, ApiError } from "../api";
import { t } from "../kit/i18n";
import { outbox } from "../work/runtime";

/** Ends the session, or all of one's own, and starts from a clean page; unsent answers stay in this browser for their author. */
export async function logOut(everywhere = false): Promise<void> {
  try {
    await (everywhere ? api.logOutEverywhere() : api.logOut());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!error.unauthorized) {
      // Without an answer the cookie is still there: staying logged in must not look like being logged out.
      notifications.show({ color: "danger", message: t("app.logOut.failed", { message: error.message }) });
      return;
    }
  }
  outbox.stop();
  window.location.assign(new URL("login", document.baseURI).href);
}
