import { expect, test, vi } from "vitest";
import { createMediaContext } from "./context";
import { createImageCache, type DecodedImage } from "./image";

/** A decoder that answers with 10×10 images (400 bytes) and remembers what it was asked. */
function fakeDecoder() {
  const closed: string[] = [];
  const decode = vi.fn<(url: string) => Promise<DecodedImage>>(async (url) => {
    if (url.startsWith("bad")) throw new Error(`cannot decode ${url}`);
    return { source: { close: () => closed.push(url) } as unknown as ImageBitmap, width: 10, height: 10 };
  });
  return { decode, closed };
}

/** Lets the cache make room, which it does after its callers had their turn. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("a prefetched image is there without waiting and loaded once", async () => {
  const { decode } = fakeDecoder();
  const cache = createImageCache({ decode });
  expect(cache.peek("a")).toBeNull();
  await Promise.all([cache.prefetch("a"), cache.load("a")]);
  expect(cache.peek("a")?.width).toBe(10);
  await cache.load("a");
  expect(decode).toHaveBeenCalledOnce();
});

test("the least recently used go first and their bitmaps are freed", async () => {
  const { decode, closed } = fakeDecoder();
  const cache = createImageCache({ decode, maxBytes: 800 });
  await cache.load("a");
  await cache.load("b");
  await cache.load("a");
  await cache.load("c");
  await settle();
  expect(closed).toEqual(["b"]);
  expect([cache.peek("a"), cache.peek("b"), cache.peek("c")].map((one) => one !== null)).toEqual([
    true,
    false,
    true,
  ]);
});

test("a pinned image stays until it is let go", async () => {
  const { decode, closed } = fakeDecoder();
  const cache = createImageCache({ decode, maxBytes: 300 });
  const unpin = cache.pin("a");
  await cache.load("a");
  await cache.load("b");
  await settle();
  expect(closed).toEqual(["b"]);
  expect(cache.peek("a")).not.toBeNull();
  await cache.load("c");
  unpin();
  unpin();
  await settle();
  expect(closed).toContain("a");
});

test("a failure reaches who loads, not who prefetches, and is tried again", async () => {
  const { decode } = fakeDecoder();
  const cache = createImageCache({ decode });
  await expect(cache.prefetch("bad")).resolves.toBeUndefined();
  await expect(cache.load("bad")).rejects.toThrow("cannot decode bad");
  await expect(cache.load("bad")).rejects.toThrow("cannot decode bad");
  expect(decode).toHaveBeenCalledTimes(3);
});

test("aborting a prefetch ends the load unless somebody else waits", async () => {
  const signals: AbortSignal[] = [];
  const cache = createImageCache({
    decode: (_url, signal) => {
      signals.push(signal);
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason as Error)),
      );
    },
  });
  const alone = new AbortController();
  const lonely = cache.prefetch("a", alone.signal);
  alone.abort();
  await lonely;
  expect(signals[0]?.aborted).toBe(true);
  const shared = new AbortController();
  void cache.prefetch("b", shared.signal);
  cache.load("b").catch(() => undefined);
  shared.abort();
  expect(signals[1]?.aborted).toBe(false);
  await cache.prefetch("c", shared.signal);
  expect(signals).toHaveLength(2);
});

test("attachments are found by what the params call them", () => {
  const item = { ref: "s3://b/a.jpg", url: "/files/1", mime_type: "image/jpeg", width: 4, height: 3 };
  const media = createMediaContext([item], createImageCache({ decode: fakeDecoder().decode }));
  expect(media.resolve("s3://b/a.jpg")).toBe(item);
  expect(media.resolve("https://x/y.png").url).toBe("https://x/y.png");
});
