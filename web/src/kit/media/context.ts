import type { ImageCache } from "./image";

/** An attachment as the app API gives it: `ref` is what the params say, `url` what the browser loads. */
export interface MediaItem {
  ref: string;
  url: string;
  mime_type: string | null;
  width: number | null;
  height: number | null;
}

/** Access to a task's attachments and the shared decode caches. */
export interface MediaContext {
  /** Every attachment of the task, in order. */
  items: readonly MediaItem[];
  /** The attachment the params call `ref`; unknown ones load from `ref` itself. */
  resolve(ref: string): MediaItem;
  images: ImageCache;
  /** Ends prefetching when the task goes away. */
  signal?: AbortSignal;
}

/**
 * Joins a task's attachments with the shared image cache.
 *
 * @param attachments attachments of the task, from the app API.
 * @param images decode cache shared by all open tasks.
 * @param signal aborts loads that are still under way.
 */
export function createMediaContext(
  attachments: readonly MediaItem[],
  images: ImageCache,
  signal?: AbortSignal,
): MediaContext {
  const byRef = new Map(attachments.map((item) => [item.ref, item]));
  return {
    items: attachments,
    resolve: (ref) => byRef.get(ref) ?? { ref, url: ref, mime_type: null, width: null, height: null },
    images,
    ...(signal ? { signal } : {}),
  };
}
