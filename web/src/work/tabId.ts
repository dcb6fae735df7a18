import { nanoid } from "nanoid";

const KEY = "labelwright.browser";

function browser(): string {
  try {
    const known = localStorage.getItem(KEY);
    if (known) return known;
    const fresh = nanoid();
    localStorage.setItem(KEY, fresh);
    return fresh;
  } catch {
    // Without storage each page is a browser of its own: after a reload it has to take over.
    return nanoid();
  }
}

const page = nanoid();
let name: string | null = null;

/** The name of this tab towards the server, `<browser>.<page>`; a new page has a new one. */
export function tabName(): string {
  name ??= `${browser()}.${page}`;
  return name;
}
