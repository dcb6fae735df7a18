import { ApiError } from "../api";

/** The server's reason for refusing one of its fields, with the name that the field has on the page. */
export function fieldError(error: Error | null, field: string, name: string): string | null {
  if (!(error instanceof ApiError) || error.field !== field) return null;
  const quoted = `"${field}"`;
  const at = error.message.indexOf(quoted);
  return at < 0 ? error.message : name + error.message.slice(at + quoted.length);
}
