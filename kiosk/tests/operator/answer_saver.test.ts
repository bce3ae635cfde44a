import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SavedAnswer } from "../../src/api/box_api.ts";
import { type Answer, AnswerQueue } from "../../src/domain/answer_queue.ts";
import { kRetryDelaysMs, type Outcome } from "../../src/domain/outcome.ts";
import { AnswerSaver, type AnswerSink, type Halt } from "../../src/operator/answer_saver.ts";

const kSaved: Outcome<SavedAnswer> = {
  kind: "ok",
  value: { saved_at: "2026-11-23T05:12:33Z", remaining_s: 800 },
};
const kSilence: Outcome<SavedAnswer> = { kind: "unreachable" };

const problem = (status: number, code: string): Outcome<SavedAnswer> => ({
  kind: "problem",
  problem: { code, status, detail: "", retry_after_s: null },
});

/** Answers as it is told to, and remembers what it was asked. */
class FakeBox implements AnswerSink {
  readonly asked: Answer[] = [];
  next: Outcome<SavedAnswer> = kSaved;

  async saveAnswer(_attempt: string, _lease: number | string, answer: Answer): Promise<Outcome<SavedAnswer>> {
    this.asked.push(answer);
    return this.next;
  }

  get keys(): string[] {
    return this.asked.map((answer) => answer.submission_key);
  }
}

function setUp(queue = new AnswerQueue()) {
  const box = new FakeBox();
  const seen = {
    saved: [] as string[],
    refused: [] as string[],
    reached: [] as boolean[],
    delayed: [] as (string | null)[],
    halted: [] as Halt[],
  };
  const saver = new AnswerSaver("attempt", 1, queue, box, {
    saved: (answer) => seen.saved.push(answer.submission_key),
    refused: (_, code) => seen.refused.push(code),
    reached: (is_reachable) => seen.reached.push(is_reachable),
    delayed: (problem) => seen.delayed.push(problem?.code ?? null),
    halted: (halt) => seen.halted.push(halt),
  });
  const put = (submission_key: string, item_id: string) =>
    saver.put({ submission_key, item_id, response: { choice: "a" }, flagged: false });
  return { box, queue, saver, seen, put };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("saves one answer after another, in order", async () => {
  const { box, seen, put, saver } = setUp();
  put("k1", "q1");
  put("k2", "q2");
  expect(await saver.drained()).toBe(true);
  expect(box.keys).toEqual(["k1", "k2"]);
  expect(seen.saved).toEqual(["k1", "k2"]);
});

test("while the box is silent an answer is tried again with the same key, and the next one waits behind it", async () => {
  const { box, seen, put } = setUp();
  box.next = kSilence;
  put("k1", "q1");
  put("k2", "q2");
  await vi.advanceTimersByTimeAsync(kRetryDelaysMs[0] ?? 0);
  expect(box.keys).toEqual(["k1", "k1"]);
  expect(seen.reached).toEqual([false, false]);

  box.next = kSaved;
  await vi.advanceTimersByTimeAsync(kRetryDelaysMs[1] ?? 0);
  expect(box.keys).toEqual(["k1", "k1", "k1", "k2"]);
  expect(seen.saved).toEqual(["k1", "k2"]);
});

test("does not wait once the box was heard again", async () => {
  const { box, put, saver, seen } = setUp();
  box.next = kSilence;
  put("k1", "q1");
  await vi.advanceTimersByTimeAsync(0);
  box.next = kSaved;
  saver.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.saved).toEqual(["k1"]);
});

test("drained tells the truth while something waits", async () => {
  const { box, put, saver, queue } = setUp();
  box.next = kSilence;
  put("k1", "q1");
  expect(await saver.drained()).toBe(false);
  expect(queue.size).toBe(1);
});

test("a refused answer does not hold up the next one", async () => {
  const { box, put, saver, seen } = setUp();
  box.next = problem(400, "bad-response");
  put("k1", "q1");
  await vi.advanceTimersByTimeAsync(0);
  box.next = kSaved;
  put("k2", "q2");
  expect(await saver.drained()).toBe(true);
  expect(seen.refused).toEqual(["bad-response"]);
  expect(seen.saved).toEqual(["k2"]);
});

test("when the attempt is on another screen, sending stops and nothing is lost", async () => {
  const { box, put, seen, queue } = setUp();
  box.next = problem(409, "stale-lease");
  put("k1", "q1");
  await vi.advanceTimersByTimeAsync(60_000);
  put("k2", "q2");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen.halted).toEqual(["elsewhere"]);
  expect(box.keys).toEqual(["k1"]);
  expect([...queue.waiting().keys()]).toEqual(["q1", "q2"]);
});

test("after signing in again the next saver sends what waits, under the same keys", async () => {
  const first = setUp();
  first.box.next = problem(401, "not-signed-in");
  first.put("k1", "q1");
  await vi.advanceTimersByTimeAsync(0);
  expect(first.seen.halted).toEqual(["sign_in"]);

  const second = setUp(first.queue);
  expect(await second.saver.drained()).toBe(true);
  expect(second.box.keys).toEqual(["k1"]);
});

test("an answer that replaces another is not sent before the other is gone from the browser's disk", async () => {
  let on_disk = () => {};
  const queue = new AnswerQueue({
    added: () =>
      new Promise((resolve) => {
        on_disk = resolve;
      }),
    saved: () => undefined,
    refused: () => undefined,
  });
  const { box, put, seen } = setUp(queue);
  queue.put({ submission_key: "k1", item_id: "q1", response: { choice: "a" }, flagged: false });
  put("k2", "q1");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(box.keys).toEqual([]);
  on_disk();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.saved).toEqual(["k2"]);
});

test("a box that answers and cannot store is told apart from one that is silent", async () => {
  const { box, put, seen } = setUp();
  box.next = problem(507, "no-space");
  put("k1", "q1");
  await vi.advanceTimersByTimeAsync(0);
  expect(seen.reached).toEqual([true]);
  box.next = kSilence;
  await vi.advanceTimersByTimeAsync(kRetryDelaysMs[0] ?? 0);
  box.next = kSaved;
  await vi.advanceTimersByTimeAsync(kRetryDelaysMs[1] ?? 0);
  expect(seen.delayed).toEqual(["no-space", null, null]);
});
