import { Unshowable } from "./unshowable";

/** A decoded image with its size after EXIF orientation. */
export interface DecodedImage {
  source: ImageBitmap | HTMLImageElement;
  width: number;
  height: number;
}

export interface ImageCache {
  /** The decoded image; shares one load between callers. Rejects when it cannot be loaded or decoded. */
  load(url: string): Promise<DecodedImage>;
  /** The decoded image when it is there already: lets the next task paint without waiting. */
  peek(url: string): DecodedImage | null;
  /** Starts loading without reporting failure; ends early when `signal` aborts. */
  prefetch(url: string, signal?: AbortSignal): Promise<void>;
  /** Keeps an image from being dropped while it is shown; call the result to let go. */
  pin(url: string): () => void;
}

export interface ImageCacheOptions {
  /** Decoded bytes kept (4 per pixel); the least recently used go first. */
  maxBytes?: number;
  /** Loads and decodes one image; replaced in tests. */
  decode?: (url: string, signal: AbortSignal) => Promise<DecodedImage>;
}

const DEFAULT_BYTES = 256 * 2 ** 20;

interface Entry {
  promise: Promise<DecodedImage>;
  image: DecodedImage | null;
  bytes: number;
  pins: number;
  abort: AbortController;
  /** Callers that want the result; a prefetch leaving may abort only when nobody else waits. */
  waiting: number;
}

async function loadElement(url: string, signal: AbortSignal): Promise<DecodedImage> {
  const image = new Image();
  image.decoding = "async";
  await new Promise<void>((resolve, reject) => {
    const once = { once: true, signal };
    image.addEventListener("load", () => resolve(), once);
    image.addEventListener("error", () => reject(new Unshowable("load", url)), once);
    signal.addEventListener(
      "abort",
      () => {
        image.removeAttribute("src");
        reject(signal.reason as Error);
      },
      { once: true },
    );
    image.src = url;
  });
  // decode() rejects on some very large images that still draw.
  await image.decode().catch(() => undefined);
  return { source: image, width: image.naturalWidth, height: image.naturalHeight };
}

/**
 * Fetches and decodes off the main thread; falls back to `<img>` where fetch is not allowed (foreign storage without
 * CORS) or the format has no bitmap decoder (SVG).
 */
async function decoded(url: string, signal: AbortSignal): Promise<DecodedImage> {
  let blob: Blob;
  try {
    const response = await fetch(url, { signal, credentials: "same-origin" });
    if (!response.ok) throw new Unshowable("status", url, response.status);
    blob = await response.blob();
  } catch (error) {
    if (signal.aborted || error instanceof Unshowable) throw error;
    return loadElement(url, signal);
  }
  if (blob.size === 0) throw new Unshowable("empty", url);
  try {
    const bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
    return { source: bitmap, width: bitmap.width, height: bitmap.height };
  } catch (error) {
    if (signal.aborted) throw error;
    return loadElement(url, signal).catch((failure: unknown) => {
      throw signal.aborted ? failure : new Unshowable("format", url);
    });
  }
}

const GLANCE = 32;
/** Rows of an image that are looked at at once. */
const STRIP = 256;

/** Whether every pixel is transparent. An image whose pixels may not be read counts as visible. */
function isBlank({ source, width, height }: DecodedImage): boolean {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  const visible = (w: number, h: number): boolean => {
    const { data } = context.getImageData(0, 0, w, h);
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 0) return true;
    return false;
  };
  try {
    Object.assign(canvas, { width: GLANCE, height: GLANCE });
    context.drawImage(source, 0, 0, GLANCE, GLANCE);
    if (visible(GLANCE, GLANCE)) return false;
    // A glance misses what is small: the rest is looked at pixel by pixel.
    Object.assign(canvas, { width, height: STRIP });
    for (let top = 0; top < height; top += STRIP) {
      context.clearRect(0, 0, width, STRIP);
      context.drawImage(source, 0, -top);
      if (visible(width, STRIP)) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Decodes an image, and refuses one of which nothing would be seen. */
async function decodeImage(url: string, signal: AbortSignal): Promise<DecodedImage> {
  const image = await decoded(url, signal);
  if (image.width === 0 || image.height === 0) throw new Unshowable("empty", url);
  if (isBlank(image)) throw new Unshowable("blank", url);
  return image;
}

/** Creates the cache of decoded images all open tasks share. */
export function createImageCache(options: ImageCacheOptions = {}): ImageCache {
  const { maxBytes = DEFAULT_BYTES, decode = decodeImage } = options;
  const entries = new Map<string, Entry>();
  let total = 0;

  const drop = (url: string, entry: Entry): void => {
    entries.delete(url);
    total -= entry.bytes;
    if (entry.image && "close" in entry.image.source) entry.image.source.close();
  };

  const trim = (): void => {
    for (const [url, entry] of entries) {
      if (total <= maxBytes) return;
      if (entry.image && entry.pins === 0 && entry.waiting === 0) drop(url, entry);
    }
  };

  const settle = async (url: string, entry: Entry): Promise<void> => {
    try {
      const image = await entry.promise;
      if (entries.get(url) !== entry) return;
      entry.image = image;
      entry.bytes = image.width * image.height * 4;
      total += entry.bytes;
    } catch {
      // A failed load is forgotten so that the next request tries again; whoever waits sees the error.
      if (entries.get(url) === entry) entries.delete(url);
    }
  };

  const touch = (url: string): Entry => {
    const known = entries.get(url);
    if (known) {
      // A Map keeps insertion order: putting an entry back makes it the most recent.
      entries.delete(url);
      entries.set(url, known);
      return known;
    }
    const abort = new AbortController();
    const entry: Entry = {
      promise: decode(url, abort.signal),
      image: null,
      bytes: 0,
      pins: 0,
      abort,
      waiting: 0,
    };
    void settle(url, entry);
    entries.set(url, entry);
    return entry;
  };

  const wait = async (url: string, signal?: AbortSignal): Promise<DecodedImage> => {
    const entry = touch(url);
    entry.waiting += 1;
    const leave = (): void => {
      if (entry.waiting === 1 && !entry.image) entry.abort.abort();
    };
    signal?.addEventListener("abort", leave, { once: true });
    try {
      return await entry.promise;
    } finally {
      signal?.removeEventListener("abort", leave);
      entry.waiting -= 1;
      // Callers get their turn to pin before the cache makes room.
      queueMicrotask(trim);
    }
  };

  return {
    load: (url) => wait(url),
    peek: (url) => entries.get(url)?.image ?? null,
    async prefetch(url, signal) {
      if (signal?.aborted) return;
      // Whoever shows the image reports the failure.
      await wait(url, signal).catch(() => undefined);
    },
    pin(url) {
      const entry = entries.get(url) ?? touch(url);
      entry.pins += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        entry.pins -= 1;
        trim();
      };
    },
  };
}
