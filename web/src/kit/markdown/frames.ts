/** Hosts whose pages may be shown in a frame within a text; the server's setting `frame_hosts`. */
let allowed: readonly string[] = [];

/** Sets the hosts of frames: `docs.google.com`, or `*.example.org` for every host below it. */
export function setFrameHosts(hosts: readonly string[]): void {
  allowed = hosts.map((host) => host.toLowerCase());
}

/** The address of a page elsewhere; null for anything else, such as a script, a file or a relative address. */
export function webAddress(text: unknown): URL | null {
  if (typeof text !== "string") return null;
  const trimmed = text.trim();
  const url = URL.parse(trimmed.startsWith("//") ? `https:${trimmed}` : trimmed);
  return url && (url.protocol === "https:" || url.protocol === "http:") ? url : null;
}

const isAllowed = ({ host, hostname }: URL): boolean =>
  allowed.some((one) => (one.startsWith("*.") ? hostname.endsWith(one.slice(1)) : one === host || one === hostname));

/** A Google document that is opened for editing, but can be shown as well. */
const GOOGLE = /^\/(document|presentation|spreadsheets)\/(?:u\/\d+\/)?d\/([\w-]{10,})(?:\/(?:edit|view|copy)?)?$/u;

/** The page to show in a frame for an address; null when its host is not allowed. */
export function frameOf(text: unknown): string | null {
  const url = webAddress(text);
  // A frame of our own origin could leave its sandbox.
  if (!url || !isAllowed(url) || url.origin === globalThis.location?.origin) return null;
  const document = url.hostname === "docs.google.com" ? GOOGLE.exec(url.pathname) : null;
  return document ? `https://docs.google.com/${document[1]}/d/${document[2]}/preview` : url.href;
}
