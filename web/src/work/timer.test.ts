import { describe, expect, it } from "vitest";
import { ActiveTimer, formatDuration, IDLE_AFTER_MS } from "./timer";

function clock() {
  let now = 1_000_000;
  return { now: () => now, pass: (ms: number) => (now += ms) };
}

describe("ActiveTimer", () => {
  it("counts while there is input, on top of earlier time", () => {
    const { now, pass } = clock();
    const timer = new ActiveTimer(now, 5_000);
    pass(30_000);
    timer.input();
    pass(30_000);
    expect(timer.elapsed).toBe(65_000);
    expect(timer.idle).toBe(false);
  });

  it("stands still after a minute without input", () => {
    const { now, pass } = clock();
    const timer = new ActiveTimer(now);
    pass(IDLE_AFTER_MS + 1);
    expect(timer.idle).toBe(true);
    pass(3_600_000);
    expect(timer.elapsed).toBe(IDLE_AFTER_MS);
  });

  it("goes on with the next input, without the time in between", () => {
    const { now, pass } = clock();
    const timer = new ActiveTimer(now);
    pass(3_600_000);
    timer.input();
    expect(timer.idle).toBe(false);
    pass(10_000);
    expect(timer.elapsed).toBe(IDLE_AFTER_MS + 10_000);
  });

  it("does not count while the page is hidden", () => {
    const { now, pass } = clock();
    const timer = new ActiveTimer(now);
    pass(10_000);
    timer.visible(false);
    pass(50_000);
    timer.input();
    expect(timer.elapsed).toBe(10_000);
    expect(timer.idle).toBe(true);
    timer.visible(true);
    timer.visible(true);
    pass(5_000);
    expect(timer.elapsed).toBe(15_000);
  });

  it("counts nothing for the idle time before the page was hidden", () => {
    const { now, pass } = clock();
    const timer = new ActiveTimer(now);
    pass(10 * IDLE_AFTER_MS);
    timer.visible(false);
    timer.visible(true);
    expect(timer.elapsed).toBe(IDLE_AFTER_MS);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0:00"],
    [59_999, "0:59"],
    [754_000, "12:34"],
    [3_723_000, "1:02:03"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
