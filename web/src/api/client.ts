import { ApiError, errorFromBody } from "./errors";

export interface Sending {
  /** Lets the browser finish the request after the page is gone; at most 64 kB in all. */
  keepalive?: boolean;
  signal?: AbortSignal;
}

type Listener = { build?: (build: string) => void; unauthorized?: () => void };

const listeners = new Set<Listener>();

/** Hears about every answer's build and every 401; returns the way to stop. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The API's address below the page's `<base>`, so that the app also runs under a sub-path. */
export function apiUrl(path: string): string {
  return new URL(`api/${path}`, document.baseURI).href;
}

/**
 * Sends one request and reads its JSON answer.
 *
 * A mutating call always carries a JSON body: that content type plus the SameSite cookie is the CSRF guard.
 *
 * @throws {ApiError} for every non-2xx answer, and with status 0 when no answer came.
 */
export async function request<T>(method: string, path: string, body?: unknown, sending: Sending = {}): Promise<T> {
  const init: RequestInit = { method, credentials: "same-origin", ...sending };
  if (method !== "GET") {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body ?? {});
  }
  let answer: Response;
  try {
    answer = await fetch(apiUrl(path), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "no_answer", "The server cannot be reached.");
  }
  const build = answer.headers.get("x-labelwright-build");
  if (build) for (const listener of listeners) listener.build?.(build);
  if (!answer.ok) {
    const told: unknown = await answer.json().catch(() => null);
    if (answer.status === 401) for (const listener of listeners) listener.unauthorized?.();
    throw errorFromBody(answer.status, told);
  }
  return (await answer.json()) as T;
}
