const DATE = /^\d{4}-\d\d-\d\d$/u;
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/iu;

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-11-22T10:00` in the time zone of this browser, seconds only where there are some. */
function localText(date: Date): string {
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const seconds = date.getSeconds() + date.getMilliseconds() / 1000;
  const rest = seconds === 0 ? "" : `:${seconds < 10 ? "0" : ""}${seconds}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${rest}`;
}

/** `+01:00` of this browser at a moment. */
export function offsetText(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Whether a moment names no time zone: such moments are UTC, as everywhere on the server. */
export const isZoneless = (value: unknown): boolean => typeof value === "string" && MOMENT.test(value) && !MOMENT.exec(value)?.[1];

/** What a browser's picker of date and time shows for a moment; a day begins at midnight. */
export function shownMoment(value: unknown): string {
  if (typeof value !== "string") return "";
  if (DATE.test(value)) return `${value}T00:00`;
  const match = MOMENT.exec(value);
  if (!match) return "";
  const date = new Date(match[1] ? value : `${value}Z`);
  return Number.isNaN(date.getTime()) ? "" : localText(date);
}

/** What a browser's picker of dates shows: the day of a moment is that of this browser. */
export const shownDay = (value: unknown): string => shownMoment(value).slice(0, 10);

/** The moment that somebody chose, with the offset of their time zone; undefined for nothing. */
export function pickedMoment(text: string): string | undefined {
  if (text === "") return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return undefined;
  const whole = /T\d\d:\d\d$/u.test(text) ? `${text}:00` : text;
  return `${whole}${offsetText(date)}`;
}

/** The time zone of this browser in words, with its offset at a moment. */
export function zoneText(value: unknown): string {
  const shown = shownMoment(value);
  const offset = offsetText(shown ? new Date(shown) : new Date());
  return `${new Intl.DateTimeFormat().resolvedOptions().timeZone}, UTC${offset}`;
}
