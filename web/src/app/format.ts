import { plainText } from "../kit/markdown/plain";

const counts = new Intl.NumberFormat("en");
const dateTimes = new Intl.DateTimeFormat("en", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const dates = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** `12345` -> `12,345`. */
export const formatCount = (count: number): string => counts.format(count);

/** Milliseconds as hours and minutes: `5 min`, `2 h 05 min`. */
export function formatHours(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Seconds to wait, in words: `45 s`, `2 min 05 s`. */
export function formatWait(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** An ISO time in the reader's time zone; a dash when there is none. */
export const formatDateTime = (iso: string | null): string => (iso ? dateTimes.format(new Date(iso)) : "–");

export const formatDate = (iso: string | null): string => (iso ? dates.format(new Date(iso)) : "–");

/** A share in whole per cent; 100 only when really all are done. */
export function percent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return part >= whole ? 100 : Math.min(99, Math.floor((part / whole) * 100));
}

/** Characters of an instruction that the server sends; a shorter one is whole. */
const EXCERPT = 160;

/** The words of a piece of an instruction, for one line in a list; the server may have cut it anywhere. */
export function plainExcerpt(markdown: string): string {
  const words = plainText(markdown);
  const whole = [...markdown].length < EXCERPT || /[.!?:)…]$/.test(words);
  return words === "" || whole ? words : `${words} …`;
}
