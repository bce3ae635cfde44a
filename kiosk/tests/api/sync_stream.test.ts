import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followSync } from "../../src/api/sync_stream.ts";
import type { SyncState } from "../../src/domain/attempt.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { kSilence, ok, problem } from "../operator/fake_box.ts";

/** A stream that the test opens, breaks and closes. */
class FakeStream extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeStream[] = [];
  readyState = 0;
  constructor(readonly url: string) {
    super();
    FakeStream.all.push(this);
  }
  /** As the browser does when the box has answered anything but a stream. */
  refuse(): void {
    this.readyState = FakeStream.CLOSED;
    this.dispatchEvent(new Event("error"));
  }
  close(): void {
    this.readyState = FakeStream.CLOSED;
  }
}

const kState = { steps: [{ name: "sent", state: "done", at: null }] } as unknown as SyncState;
const followed = { kind: "events", id: "ev-1" } as const;

beforeEach(() => {
  vi.useFakeTimers();
  FakeStream.all = [];
  vi.stubGlobal("EventSource", FakeStream);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function follow(answer: Outcome<SyncState>) {
  const heard: SyncState[] = [];
  let asked = 0;
  const stop = followSync(followed, {
    ask: async () => {
      asked += 1;
      return answer;
    },
    changed: (state) => heard.push(state),
    live: () => undefined,
  });
  return { heard, stop, asked: () => asked };
}

test("a stream that is broken is the browser's to open again: nothing is asked beside it", () => {
  const { asked } = follow(ok(kState));
  FakeStream.all[0]?.dispatchEvent(new Event("error"));
  expect(asked()).toBe(0);
});

test("of a stream that was refused the box is asked why; what it tells is shown, and a stream is opened anew", async () => {
  const { heard, asked } = follow(ok(kState));
  FakeStream.all[0]?.refuse();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked()).toBe(1);
  expect(heard).toEqual([kState]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(FakeStream.all.map(({ url }) => url)).toEqual(Array(2).fill("/api/v1/events/ev-1/sync/events"));
});

test.each([["a busy box", problem(503, "busy")] as const, ["a silent one", kSilence] as const])(
  "%s is tried again later",
  async (_, outcome) => {
    const { heard } = follow(outcome);
    FakeStream.all[0]?.refuse();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(heard).toEqual([]);
    expect(FakeStream.all).toHaveLength(2);
  },
);

test("once the screen is gone, because the sign-in had ended, nothing is opened any more", async () => {
  const { stop, asked } = follow(problem(401, "not-signed-in"));
  FakeStream.all[0]?.refuse();
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toBe(1);
  expect(FakeStream.all).toHaveLength(1);
});
