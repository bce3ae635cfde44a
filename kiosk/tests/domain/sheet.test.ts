import { expect, test } from "vitest";
import { AnswerQueue } from "../../src/domain/answer_queue.ts";
import type { Attempt, Item } from "../../src/domain/attempt.ts";
import { countSheet, entryOf, givenOf, openSheet, placeLeft, withEntry } from "../../src/domain/sheet.ts";

const item = (item_id: string, response: Item["response"], flagged = false): Item => ({
  item_id,
  version: 1,
  position: 1,
  type: "single_choice",
  stem: { en: item_id },
  response,
  flagged,
});

test("what the box knows is saved, what is on its way is on this screen only", () => {
  const queue = new AnswerQueue();
  queue.put({ submission_key: "k", item_id: "q2", response: { choice: "b" }, flagged: true });
  const sheet = openSheet(
    [item("q1", { choice: "a" }), item("q2", { choice: "a" }), item("q3", null)],
    queue,
  );
  expect(entryOf(sheet, "q1").mark).toBe("saved");
  expect(entryOf(sheet, "q2")).toMatchObject({ response: { choice: "b" }, flagged: true, mark: "here" });
  expect(entryOf(sheet, "q3").mark).toBe("nothing");
});

test("counts answered, begun, flagged and empty questions", () => {
  const matching: Item = {
    ...item("q4", { pairs: { l1: "r1" } }),
    type: "matching",
    left: [
      { id: "l1", text: {} },
      { id: "l2", text: {} },
    ],
  };
  const items = [item("q1", { choice: "a" }), item("q2", null, true), item("q3", null), matching];
  expect(countSheet(items, openSheet(items, new AnswerQueue()))).toEqual({
    answered: 1,
    partly: 1,
    flagged: 1,
    empty: 2,
  });
});

/** Where one goes on of four questions, of which the first two are answered. */
function left(shown_item: string | null | undefined, ...unsent: string[]) {
  const items = [
    item("q1", { choice: "a" }),
    item("q2", { choice: "a" }),
    item("q3", null),
    item("q4", null),
  ];
  const queue = new AnswerQueue();
  for (const item_id of unsent) {
    queue.put({ submission_key: item_id, item_id, response: { choice: "b" }, flagged: false });
  }
  return placeLeft({ items, shown_item } as unknown as Attempt, queue, openSheet(items, queue));
}

test("one goes on at the question that was on the screen last, answered or not", () => {
  expect(left("q4")).toEqual({ position: 3, is_known: true });
  expect(left("q1")).toEqual({ position: 0, is_known: true });
});

test("what the box has not heard of yet was on the screen after what it has", () => {
  expect(left("q1", "q2", "q4")).toEqual({ position: 3, is_known: true });
});

test("where nobody knows what was on the screen, one goes on at the first question that is not finished", () => {
  for (const unknown of [undefined, null, "", "q9"]) {
    expect(left(unknown)).toEqual({ position: 2, is_known: false });
    expect(left(unknown, "q3")).toEqual({ position: 3, is_known: false });
  }
});

test("a change makes a new sheet and leaves the old one", () => {
  const before = openSheet([item("q1", null)], new AnswerQueue());
  const after = withEntry(before, "q1", { response: { choice: "a" }, mark: "here" });
  expect(entryOf(before, "q1").response).toBeNull();
  expect(entryOf(after, "q1").response).toEqual({ choice: "a" });
});

test("of a refused answer what the box has counts", () => {
  const queue = new AnswerQueue();
  queue.put({ submission_key: "k", item_id: "q2", response: { choice: "b" }, flagged: false });
  const sheet = openSheet(
    [item("q1", { choice: "a" }), item("q2", { choice: "a" }), item("q3", null)],
    queue,
  );
  const refused = (item_id: string) =>
    givenOf(withEntry(sheet, item_id, { response: { choice: "b" }, mark: "refused" }), item_id);
  expect(["q1", "q2", "q3"].map(refused)).toEqual([{ choice: "a" }, { choice: "a" }, null]);
});
