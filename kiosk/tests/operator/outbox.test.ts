import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Attempt, Item } from "../../src/domain/attempt.ts";
import { Outbox } from "../../src/operator/outbox.ts";
import { MemoryStore } from "./memory_store.ts";

const kAttempt = {
  attempt_id: "at-1",
  assignment_id: "as-1",
  title: { en: "T" },
  items: [
    { item_id: "q1", type: "true_false", stem: { en: "Is it?" }, response: null, flagged: false },
    { item_id: "q2", type: "numeric", stem: { en: "How much?" }, unit: "mm", response: null, flagged: false },
  ],
} as unknown as Attempt;

const answer = (submission_key: string, item_id: string, value: boolean) => ({
  submission_key,
  item_id,
  response: { value },
  flagged: false,
});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("an answer is in the store with all that it takes to send it and to show it again", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  const queue = outbox.queueOf(kAttempt, "op-1");
  queue.put(answer("k1", "q1", true));
  await vi.advanceTimersByTimeAsync(0);
  expect(store.waiting).toMatchObject([
    {
      kind: "answer",
      submission_key: "k1",
      number: 1,
      place: { operator_id: "op-1", attempt_id: "at-1", assignment_id: "as-1", title: { en: "T" } },
      base: null,
      shown: { position: 1, stem: { en: "Is it?" }, given: [{ kind: "truth", value: true }] },
    },
  ]);
});

test("the base of an answer is what the box had before, through answers that gave way or went in", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  const queue = outbox.queueOf(kAttempt, "op-1");
  queue.put(answer("k1", "q1", true));
  queue.put(answer("k2", "q1", false));
  expect(outbox.waiting.peek()).toMatchObject([{ submission_key: "k2", base: null }]);
  queue.take();
  queue.put(answer("k3", "q1", true));
  expect(outbox.waiting.peek()).toMatchObject([{}, { submission_key: "k3", base: { value: false } }]);
  queue.saved("k2");
  queue.saved("k3");
  queue.put(answer("k4", "q1", false));
  expect(outbox.waiting.peek()).toMatchObject([{ submission_key: "k4", base: { value: true } }]);
});

test("a later page goes on counting where the earlier one stopped", async () => {
  const store = new MemoryStore();
  const first = new Outbox(store).queueOf(kAttempt, "op-1");
  first.put(answer("k1", "q1", true));
  await vi.advanceTimersByTimeAsync(0);
  const outbox = new Outbox(store);
  await outbox.ready;
  const queue = outbox.queueOf(kAttempt, "op-1");
  queue.put(answer("k2", "q2", true));
  await vi.advanceTimersByTimeAsync(0);
  expect(store.waiting.map((row) => row.number)).toEqual([1, 2]);
  expect(queue.take()?.submission_key).toBe("k1");
});

test("a browser that stores nothing says so, sends all the same, and catches up when it can", async () => {
  const store = new MemoryStore();
  store.fails = new Error("no database");
  const outbox = new Outbox(store);
  await outbox.ready;
  expect(outbox.keeping.peek()).toBe("memory");
  const queue = outbox.queueOf(kAttempt, "op-1");
  queue.put(answer("k1", "q1", true));
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.keeping.peek()).toBe("memory");
  expect(queue.take()?.submission_key).toBe("k1");

  store.fails = null;
  queue.put(answer("k2", "q2", true));
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.keeping.peek()).toBe("kept");
  expect(store.waiting_keys).toEqual(["k1", "k2"]);
});

test("a full disk is told apart", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  await outbox.ready;
  store.fails = new DOMException("full", "QuotaExceededError");
  const queue = outbox.queueOf(kAttempt, "op-1");
  queue.put(answer("k1", "q1", true));
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.keeping.peek()).toBe("full");
});

test("a browser that hangs holds nothing up, and nothing more than that is claimed", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  await outbox.ready;
  store.add = () => new Promise(() => undefined);
  const queue = outbox.queueOf(kAttempt, "op-1");
  queue.put(answer("k1", "q1", true));
  queue.put(answer("k2", "q1", false));
  let may_go = false;
  void queue.mayGo("k2")?.then(() => {
    may_go = true;
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(may_go).toBe(true);
  expect(outbox.keeping.peek()).toBe("memory");
});

test("an answer is sent while it is written, one that replaces another only when the other is gone from the disk", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  await outbox.ready;
  const written: (() => void)[] = [];
  const add = store.add.bind(store);
  store.add = async (...row) => {
    await new Promise<void>((resolve) => written.push(resolve));
    return add(...row);
  };
  const queue = outbox.queueOf(kAttempt, "op-1");
  const going: string[] = [];
  const put = (key: string, value: boolean) => {
    queue.put(answer(key, "q1", value));
    const may_go = queue.mayGo(key);
    if (may_go === null) going.push(key);
    else void may_go.then(() => going.push(key));
  };
  put("k1", true);
  await vi.advanceTimersByTimeAsync(0);
  expect(going).toEqual(["k1"]);
  expect(store.waiting_keys).toEqual([]);

  put("k2", false);
  for (const _ of ["k1", "k2"]) {
    expect(going).toEqual(["k1"]);
    written.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(going).toEqual(["k1", "k2"]);
  expect(store.waiting_keys).toEqual(["k2"]);
});

const refusal = (status: number, code: string) =>
  ({ kind: "problem", problem: { code, status, detail: "", retry_after_s: null } }) as const;

test("a submission whose answer was lost outlives the witness who mistypes, and a reload after that", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  await outbox.signed(kAttempt, "op-1", "s1");
  outbox.settleSubmission("s1", { kind: "unreachable" });
  outbox.settleSubmission("s1", refusal(401, "wrong-witness"));
  expect(store.waiting_keys).toEqual(["s1"]);

  const later = new Outbox(store);
  await later.ready;
  later.settleSubmission("s1", refusal(403, "witness-not-allowed"));
  expect(later.submissionOf("at-1")?.submission_key).toBe("s1");
  later.settleSubmission("s1", { kind: "ok", value: null });
  await vi.advanceTimersByTimeAsync(0);
  expect(store.waiting_keys).toEqual([]);
});

test("a signature that is refused at once leaves nothing behind", async () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store);
  await outbox.signed(kAttempt, "op-1", "s1");
  outbox.settleSubmission("s1", refusal(401, "wrong-witness"));
  await vi.advanceTimersByTimeAsync(0);
  expect(store.waiting_keys).toEqual([]);
});

test("what an earlier page left and is read late goes in first, and never over what was answered since", async () => {
  const store = new MemoryStore();
  const items = ["q1", "q2", "q3"].map((item_id) => ({ ...kAttempt.items[0], item_id }) as Item);
  const attempt = { ...kAttempt, items };
  const earlier = new Outbox(store);
  const left = earlier.queueOf(attempt, "op-1");
  for (const [key, item] of [
    ["k1", "q1"],
    ["k2", "q2"],
    ["k3", "q3"],
  ] as const)
    left.put(answer(key, item, true));
  await vi.advanceTimersByTimeAsync(0);

  store.fails = new Error("not yet");
  const outbox = new Outbox(store);
  await outbox.ready;
  const queue = outbox.queueOf(attempt, "op-1");
  expect(queue.size).toBe(0);
  const shown: string[] = [];
  queue.joined = (rows) => shown.push(...rows.map((row) => row.item_id));
  // The box takes an answer before the store does.
  queue.put(answer("k4", "q2", false));
  queue.take();
  queue.saved("k4");
  await vi.advanceTimersByTimeAsync(3_000);
  store.fails = null;
  // One is on its way when the store is back.
  queue.put(answer("k5", "q1", false));
  expect(queue.take()?.submission_key).toBe("k5");
  await vi.advanceTimersByTimeAsync(0);
  queue.saved("k5");
  expect([queue.take()?.submission_key, queue.size]).toEqual(["k3", 1]);
  // What was answered elsewhere is never shown as if it were on its way.
  expect(shown).toEqual(["q3"]);
  expect(outbox.kept.peek()).toMatchObject([{ submission_key: "k2", code: "answered-elsewhere" }]);
  await vi.advanceTimersByTimeAsync(0);
  expect(store.waiting_keys).toEqual(["k3"]);
});
