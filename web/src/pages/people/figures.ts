import type { Person } from "../../api";

/** Whole per cent of reviewed answers that were accepted unchanged; null before the first review. */
export function acceptedShare({ accepted, fixed, sent_back }: Person): number | null {
  const reviewed = accepted + fixed + sent_back;
  return reviewed === 0 ? null : Math.round((accepted / reviewed) * 100);
}

/** Active milliseconds per answer today; null before the first answer. */
export function perAnswer({ submitted_today, active_ms_today }: Person): number | null {
  return submitted_today === 0 ? null : active_ms_today / submitted_today;
}
