import { expect, test } from "vitest";
import type { Item, Response } from "../../src/domain/attempt.ts";
import { shownAnswer } from "../../src/domain/given.ts";
import { isRight } from "../../src/domain/practice.ts";

const kRight: readonly [Response, Response, Response][] = [
  [{ choice: "a" }, { choice: "a" }, { choice: "b" }],
  [{ choices: ["b", "a"] }, { choices: ["a", "b"] }, { choices: ["a"] }],
  [{ value: true }, { value: true }, { value: false }],
  [{ number: "2.50" }, { number: "2.5" }, { number: "25" }],
  [{ order: ["a", "b"] }, { order: ["a", "b"] }, { order: ["b", "a"] }],
  [{ pairs: { y: "2", x: "1" } }, { pairs: { x: "1", y: "2" } }, { pairs: { x: "2", y: "1" } }],
  [{ region: "r" }, { region: "r" }, { region: "s" }],
];

test.each(kRight)("%j is right where %j is, and wrong where %j is", (given, right, wrong) => {
  expect(isRight(given, right)).toBe(true);
  expect(isRight(given, wrong)).toBe(false);
  expect(isRight(null, right)).toBe(false);
});

test("an answer of one kind is never right for a question of another", () => {
  for (const [given] of kRight) {
    for (const [, right] of kRight) {
      if (Object.keys(given)[0] !== Object.keys(right)[0]) expect(isRight(given, right)).toBe(false);
    }
  }
});

const item = (change: Partial<Item>): Item => ({
  item_id: "q",
  version: 1,
  position: 1,
  type: "single_choice",
  stem: { en: "Which?" },
  response: null,
  flagged: false,
  ...change,
});
const option = (id: string) => ({ id, text: { en: id.toUpperCase() } });

test("an answer is kept in the words that were on the screen", () => {
  const words = (change: Partial<Item>, response: Response | null) =>
    shownAnswer(item(change), 3, response).given;
  expect(words({ options: [option("a"), option("b")] }, { choices: ["a", "b"] })).toEqual([
    { kind: "text", text: { en: "A" } },
    { kind: "text", text: { en: "B" } },
  ]);
  expect(words({ unit: "bar" }, { number: "6" })).toEqual([{ kind: "number", number: "6", unit: "bar" }]);
  expect(words({}, { value: false })).toEqual([{ kind: "truth", value: false }]);
  expect(words({ left: [option("l")], right: [option("r")] }, { pairs: { l: "r" } })).toEqual([
    { kind: "pair", left: { en: "L" }, right: { en: "R" } },
  ]);
  const region = { id: "valve", label: { en: "The valve" }, x: 1, y: 1, w: 1, h: 1 };
  expect(words({ regions: [region] }, { region: "valve" })).toEqual([
    { kind: "text", text: { en: "The valve" } },
  ]);
  expect(words({}, null)).toEqual([]);
});

test("what the item does not name any more is shown by its id, and nothing is left out", () => {
  expect(shownAnswer(item({}), 1, { choice: "gone" }).given).toEqual([
    { kind: "text", text: { en: "gone" } },
  ]);
  const newer = { spots: ["x", "y"] } as unknown as Response;
  expect(shownAnswer(item({}), 1, newer).given).toHaveLength(2);
});
