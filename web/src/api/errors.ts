/** One fault in a refused answer. */
export interface Problem {
  /** Where in the answer, e.g. `annotations[3].label`. */
  path: string;
  message: string;
  code: string;
  severity?: string;
}

/** What the server said no with; `status` 0 means that no answer came at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problems: readonly Problem[] = [],
    readonly field: string | null = null,
    /** Seconds to wait before the next try; null when the server named none. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Worth sending again unchanged: no answer, overload, or a fault on the server's side. */
  get transient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  get unauthorized(): boolean {
    return this.status === 401;
  }
}

/** Whole seconds of a `Retry-After` header; null without one, and for its other form, a date. */
function secondsOf(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}

/** Builds the error from a non-2xx answer; a body that is not the API's own (a proxy's page) is tolerated. */
export function errorFromBody(status: number, body: unknown, retryAfter: string | null = null): ApiError {
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  return new ApiError(
    status,
    typeof told.code === "string" ? told.code : "unknown",
    typeof told.error === "string" ? told.error : `The server answered with status ${status}.`,
    Array.isArray(told.problems) ? (told.problems as Problem[]) : [],
    typeof told.field === "string" ? told.field : null,
    secondsOf(retryAfter),
  );
}
