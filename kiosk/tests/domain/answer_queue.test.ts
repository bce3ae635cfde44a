import { expect, test } from "vitest";
import { type Answer, AnswerQueue } from "../../src/domain/answer_queue.ts";

const answer = (submission_key: string, item_id: string, choice: string): Answer => ({
  submission_key,
  item_id,
  response: { choice },
  flagged: false,
});

test("answers go in the order in which they were given", () => {
  const queue = new AnswerQueue();
  queue.put(answer("k1", "q1", "a"));
  queue.put(answer("k2", "q2", "b"));
  expect(queue.take()?.submission_key).toBe("k1");
  queue.saved("k1");
  expect(queue.take()?.submission_key).toBe("k2");
});

test("an answer leaves only when the box has spoken", () => {
  const queue = new AnswerQueue();
  queue.put(answer("k1", "q1", "a"));
  expect(queue.take()).toEqual(queue.take());
  expect(queue.size).toBe(1);
  queue.saved("k1");
  expect(queue.size).toBe(0);
  expect(queue.take()).toBeNull();
});

test("an answer that was tried keeps its key when the same question is answered again", () => {
  const queue = new AnswerQueue();
  queue.put(answer("k1", "q1", "a"));
  queue.take();
  queue.put(answer("k2", "q1", "b"));
  expect(queue.take()?.submission_key).toBe("k1");
  queue.saved("k1");
  expect(queue.take()).toEqual(answer("k2", "q1", "b"));
});

test("an answer that was never tried gives way to a later one", () => {
  const queue = new AnswerQueue();
  queue.put(answer("k1", "q1", "a"));
  queue.put(answer("k2", "q2", "a"));
  queue.put(answer("k3", "q1", "b"));
  expect(queue.size).toBe(2);
  expect(queue.take()?.submission_key).toBe("k2");
});

test("the newest answer to each question is the one that waits", () => {
  const queue = new AnswerQueue();
  queue.put(answer("k1", "q1", "a"));
  queue.take();
  queue.put(answer("k2", "q1", "b"));
  expect(queue.waiting().get("q1")?.response).toEqual({ choice: "b" });
});

test("the question that was answered last is told, also where an earlier answer to it was tried first", () => {
  const queue = new AnswerQueue();
  expect(queue.lastItem()).toBeUndefined();
  queue.put(answer("k1", "q1", "a"));
  queue.take();
  queue.put(answer("k2", "q2", "a"));
  queue.put(answer("k3", "q1", "b"));
  expect(queue.lastItem()).toBe("q1");
});

test("a refused answer is kept with its reason", () => {
  const queue = new AnswerQueue();
  queue.put(answer("k1", "q1", "a"));
  queue.refuse("k1", { code: "bad-response", reference: "KC-1" });
  expect(queue.size).toBe(0);
  expect(queue.refused).toEqual([{ ...answer("k1", "q1", "a"), code: "bad-response", reference: "KC-1" }]);
});

test("when the attempt is closed, everything that waits is kept as refused", () => {
  const queue = new AnswerQueue();
  queue.put(answer("k1", "q1", "a"));
  queue.put(answer("k2", "q2", "a"));
  queue.refuseAll({ code: "attempt-closed", reference: null });
  expect(queue.size).toBe(0);
  expect(queue.refused.map((refused) => refused.submission_key)).toEqual(["k1", "k2"]);
});

test("what an earlier page left comes first and keeps its keys, for it may have been sent", () => {
  const queue = new AnswerQueue(null, [answer("k1", "q1", "a")]);
  queue.put(answer("k2", "q1", "b"));
  expect(queue.size).toBe(2);
  expect(queue.take()?.submission_key).toBe("k1");
});

test("everything that happens to an answer is written down, with the one that gave way to it", async () => {
  const lines: string[] = [];
  const queue = new AnswerQueue({
    added: async (added, gave_way) => {
      lines.push(`added ${added.submission_key} for ${gave_way}`);
    },
    saved: (key) => lines.push(`saved ${key}`),
    refused: (refused) => lines.push(`refused ${refused.submission_key}: ${refused.code}`),
  });
  queue.put(answer("k1", "q1", "a"));
  queue.put(answer("k2", "q1", "b"));
  queue.put(answer("k3", "q2", "b"));
  queue.saved("k2");
  queue.saved("k2");
  queue.refuseAll({ code: "attempt-closed", reference: null });
  expect(lines).toEqual([
    "added k1 for null",
    "added k2 for k1",
    "added k3 for null",
    "saved k2",
    "refused k3: attempt-closed",
  ]);
});
