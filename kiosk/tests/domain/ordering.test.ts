import { expect, test } from "vitest";
import type { Item, Response } from "../../src/domain/attempt.ts";
import { movedBy, movedTo, shownOrder } from "../../src/domain/ordering.ts";

const item: Item = {
  item_id: "o1",
  version: 1,
  position: 1,
  type: "ordering",
  stem: { en: "Order" },
  options: ["c", "a", "b"].map((id) => ({ id, text: { en: id } })),
  response: null,
  flagged: false,
};

test("shows the box's shuffled order until the operator has made one", () => {
  expect(shownOrder(item, null)).toEqual(["c", "a", "b"]);
  expect(shownOrder(item, { order: ["a", "b", "c"] })).toEqual(["a", "b", "c"]);
});

test("an order that does not fit the options is not drawn", () => {
  const wrong: readonly Response[] = [
    { order: ["a", "b"] },
    { order: ["a", "b", "x"] },
    { order: ["a", "a", "b"] },
    { choice: "a" },
  ];
  for (const response of wrong) expect(shownOrder(item, response)).toEqual(["c", "a", "b"]);
});

test("what is put down takes the place that was tapped", () => {
  expect(movedTo(["a", "b", "c", "d"], "a", 2)).toEqual(["b", "c", "a", "d"]);
  expect(movedTo(["a", "b", "c", "d"], "d", 0)).toEqual(["d", "a", "b", "c"]);
  expect(movedTo(["a", "b"], "a", 9)).toEqual(["b", "a"]);
  expect(movedTo(["a", "b"], "x", 0)).toEqual(["a", "b"]);
});

test("up and down move by one and stop at the ends", () => {
  expect(movedBy(["a", "b", "c"], "b", -1)).toEqual(["b", "a", "c"]);
  expect(movedBy(["a", "b", "c"], "b", 1)).toEqual(["a", "c", "b"]);
  expect(movedBy(["a", "b", "c"], "a", -1)).toEqual(["a", "b", "c"]);
  expect(movedBy(["a", "b", "c"], "c", 1)).toEqual(["a", "b", "c"]);
});

test("a move loses no option and doubles none", () => {
  const order = ["a", "b", "c", "d", "e"];
  for (const option of order) {
    for (let place = -1; place <= order.length; place += 1) {
      expect([...movedTo(order, option, place)].sort()).toEqual(order);
    }
  }
});
