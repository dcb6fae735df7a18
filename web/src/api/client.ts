import { ApiError, errorFromBody } from "./errors";
import { client } from "./generated/client.gen";

interface Listener {
  /** The build that gave an answer. */
  build?: (build: string) => void;
  /** A 401: the session is gone or never was. */
  unauthorized?: () => void;
}

const listeners = new Set<Listener>();

/** Hears about every answer's build and every 401; returns the way to stop. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** An address of the API below the page's `<base>`, so that the app also runs under a sub-path. */
export function apiUrl(path: string): string {
  return new URL(`api/${path}`, document.baseURI).href;
}

/** Points the generated client at this page's server; called once before the first request. */
export function configureClient(): void {
  // `json` always: a proxy's HTML page with status 200 must count as no answer.
  client.setConfig({ baseUrl: new URL(".", document.baseURI).href.replace(/\/$/, ""), parseAs: "json" });
}

interface Result<T> {
  data?: T | undefined;
  error?: unknown;
  response?: Response;
}

/**
 * Unwraps a call of the generated client.
 *
 * @throws {ApiError} for every non-2xx answer, and with status 0 when no readable answer came.
 */
export async function answered<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await call;
  const build = response?.headers.get("x-labelwright-build");
  if (build) for (const listener of listeners) listener.build?.(build);
  if (response && !response.ok) {
    if (response.status === 401) for (const listener of listeners) listener.unauthorized?.();
    throw errorFromBody(response.status, error, response.headers.get("retry-after"));
  }
  if (!response || data === undefined) throw new ApiError(0, "no_answer", "The server cannot be reached.");
  return data;
}
