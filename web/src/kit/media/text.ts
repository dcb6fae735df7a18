import { Unshowable } from "./unshowable";

/** Decodes a text strictly: a byte order mark counts, anything that is not text is an error and no replacement character. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/**
 * Loads a text that the server keeps.
 *
 * @param url where it is; rejects when it cannot be had, or is no text.
 */
export async function loadText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal, credentials: "same-origin" });
  if (!response.ok) throw new Unshowable("status", url, response.status);
  const bytes = new Uint8Array(await response.arrayBuffer());
  try {
    return decodeText(bytes);
  } catch {
    throw new Unshowable("format", url);
  }
}
