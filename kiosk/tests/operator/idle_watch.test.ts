import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { kIdleLockMs, kIdleWarnMs } from "../../src/domain/idle.ts";
import { IdleWatch } from "../../src/operator/idle_watch.ts";

let page: EventTarget;
beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  vi.stubGlobal("document", page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a quiet screen is warned and then locked, but not while a recording plays", () => {
  let locks = 0;
  const watch = new IdleWatch(() => {
    locks += 1;
  });
  watch.start();
  for (let played_ms = 0; played_ms < 3 * kIdleLockMs; played_ms += 250) {
    vi.advanceTimersByTime(250);
    page.dispatchEvent(new Event("timeupdate"));
    expect(watch.state.peek().kind).toBe("active");
  }
  vi.advanceTimersByTime(kIdleWarnMs + 500);
  expect(watch.state.peek().kind).toBe("warned");
  vi.advanceTimersByTime(kIdleLockMs - kIdleWarnMs);
  expect(locks).toBe(1);
});
