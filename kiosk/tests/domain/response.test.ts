import { expect, test } from "vitest";
import type { Item } from "../../src/domain/attempt.ts";
import {
  completeness,
  isAnswered,
  isChosen,
  placeToResume,
  sameResponse,
  toggleChoice,
  typeOf,
} from "../../src/domain/response.ts";

const given = (item: Item) => item.response;

test("a tap adds a choice, a second tap takes it back", () => {
  const one = toggleChoice(null, "b");
  const two = toggleChoice(one, "a");
  expect(two).toEqual({ choices: ["a", "b"] });
  expect(toggleChoice(two, "b")).toEqual({ choices: ["a"] });
  expect(toggleChoice(one, "b")).toBeNull();
});

test("knows which option is chosen", () => {
  expect(isChosen({ choice: "a" }, "a")).toBe(true);
  expect(isChosen({ choices: ["a", "c"] }, "b")).toBe(false);
  expect(isChosen(null, "a")).toBe(false);
});

test("the same answer is not sent twice", () => {
  expect(sameResponse({ number: "5" }, { number: "5" })).toBe(true);
  expect(sameResponse({ number: "5" }, { number: "5.0" })).toBe(false);
  expect(sameResponse({ choices: ["a"] }, { choices: ["a", "b"] })).toBe(false);
  expect(sameResponse({ value: true }, null)).toBe(false);
  expect(sameResponse({ region: "r1" }, { region: "r1" })).toBe(true);
  expect(sameResponse({ region: "r1" }, { choice: "r1" })).toBe(false);
  expect(sameResponse(null, null)).toBe(true);
});

test("one goes on at the first empty question, or at the last where none is empty", () => {
  const items = (given: readonly boolean[]) =>
    given.map((has) => ({ response: has ? { choice: "a" } : null }) as Item);
  expect(placeToResume(items([true, false, true]), given)).toBe(1);
  expect(placeToResume(items([true, true]), given)).toBe(1);
  expect(placeToResume([], given)).toBe(0);
});

test("two orders are the same in the same order only", () => {
  expect(sameResponse({ order: ["a", "b"] }, { order: ["a", "b"] })).toBe(true);
  expect(sameResponse({ order: ["a", "b"] }, { order: ["b", "a"] })).toBe(false);
});

test("two sets of pairs are the same whatever was paired first", () => {
  expect(sameResponse({ pairs: { l1: "r2", l2: "r1" } }, { pairs: { l2: "r1", l1: "r2" } })).toBe(true);
  expect(sameResponse({ pairs: { l1: "r2" } }, { pairs: { l1: "r1" } })).toBe(false);
  expect(sameResponse({ pairs: { l1: "r2" } }, { pairs: { l2: "r2" } })).toBe(false);
  expect(sameResponse({ pairs: { l1: "r2" } }, { pairs: { l1: "r2", l2: "r1" } })).toBe(false);
});

const option = (id: string) => ({ id, text: { en: id } });
const item = (type: string, more: Partial<Item> = {}): Item => ({
  item_id: type,
  version: 1,
  position: 1,
  type,
  stem: { en: type },
  response: null,
  flagged: false,
  ...more,
});

test("a matching is answered once every left side has its partner", () => {
  const matching = item("matching", { left: ["l1", "l2"].map(option), right: ["r1", "r2"].map(option) });
  expect(completeness(matching, null)).toBe("empty");
  expect(completeness(matching, { pairs: {} })).toBe("empty");
  expect(completeness(matching, { pairs: { l1: "r1" } })).toBe("partly");
  expect(isAnswered(matching, { pairs: { l1: "r1" } })).toBe(false);
  expect(isAnswered(matching, { pairs: { l1: "r1", l2: "r2" } })).toBe(true);
});

test("an ordering that nobody touched is not answered, one that was is", () => {
  const ordering = item("ordering", { options: ["a", "b"].map(option) });
  expect(isAnswered(ordering, null)).toBe(false);
  expect(isAnswered(ordering, { order: ["b", "a"] })).toBe(true);
});

test("a type that this release does not know is told from those it does", () => {
  expect(typeOf(item("hotspot"))).toBe("hotspot");
  expect(typeOf(item("essay"))).toBeNull();
  expect(isAnswered(item("essay"), null)).toBe(false);
});

test("one comes back to a matching that is not finished", () => {
  const matching = item("matching", {
    left: ["l1", "l2"].map(option),
    right: ["r1", "r2"].map(option),
    response: { pairs: { l1: "r1" } },
  });
  expect(placeToResume([matching, item("numeric")], given)).toBe(0);
});
