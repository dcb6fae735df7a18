import { expect, it, vi } from "vitest";
import { loadUntilDone } from "./Later";

it("f06: a part of the app that cannot be loaded is tried again until the network is back", async () => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("offline")).mockResolvedValue("loaded");
  const done = vi.fn<(loaded: unknown) => void>();
  loadUntilDone(load, done);
  await vi.advanceTimersByTimeAsync(2_900);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(done).toHaveBeenCalledExactlyOnceWith("loaded");
  vi.useRealTimers();
});

it("is not told after it stopped asking", async () => {
  const done = vi.fn<(loaded: unknown) => void>();
  loadUntilDone(() => Promise.resolve(1), done)();
  await Promise.resolve();
  expect(done).not.toHaveBeenCalled();
});
