import { api, ApiError } from "../api";
import { outbox } from "../work/runtime";

/** Ends the session and starts from a clean page; unsent answers stay in this browser for their author. */
export async function logOut(): Promise<void> {
  try {
    await api.logOut();
  } catch (error) {
    // Without an answer the cookie is still there: staying logged in must not look like being logged out.
    if (!(error instanceof ApiError) || !error.unauthorized) throw error;
  }
  outbox.stop();
  window.location.assign(new URL("login", document.baseURI).href);
}
