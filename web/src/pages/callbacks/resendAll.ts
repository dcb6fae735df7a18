import { ApiError, type Callback } from "../../api";

/** The two calls that are needed; the tests bring their own. */
export interface ResendPort {
  /** One page of those that were given up. */
  dead(nextToken: string | undefined): Promise<{ callbacks: Callback[]; next_token: string | null }>;
  resend(id: string): Promise<unknown>;
}

export interface ResendProgress {
  total: number;
  /** Sent again, by us or by somebody else meanwhile. */
  done: number;
  failed: number;
}

/** Requests under way at a time: the server answers in milliseconds, the customer is not waited for. */
const AT_ONCE = 4;

/**
 * Sends everything again that is given up now; what dies again meanwhile is left for the next time.
 *
 * @param onProgress told after each one.
 * @param signal ends it after those under way.
 */
export async function resendAll(
  port: ResendPort,
  onProgress: (progress: ResendProgress) => void,
  signal: AbortSignal,
): Promise<ResendProgress> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const page = await port.dead(token);
    ids.push(...page.callbacks.map(({ id }) => id));
    token = page.next_token ?? undefined;
  } while (token !== undefined && !signal.aborted);
  const progress: ResendProgress = { total: ids.length, done: 0, failed: 0 };
  onProgress({ ...progress });
  const waiting = ids.values();
  const worker = async () => {
    for (const id of waiting) {
      if (signal.aborted) return;
      if (await owed(port, id)) progress.done += 1;
      else progress.failed += 1;
      onProgress({ ...progress });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return progress;
}

/** Whether a callback is owed now; a refusal says that it already was. */
async function owed(port: ResendPort, id: string): Promise<boolean> {
  try {
    await port.resend(id);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.status === 400;
  }
}
