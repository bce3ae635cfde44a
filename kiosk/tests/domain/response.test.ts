import { expect, test } from "vitest";
import type { Item } from "../../src/domain/attempt.ts";
import { isChosen, placeToResume, sameResponse, toggleChoice } from "../../src/domain/response.ts";

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
  expect(sameResponse(null, null)).toBe(true);
});

test("one goes on at the first empty question, or at the last where none is empty", () => {
  const items = (given: readonly boolean[]) =>
    given.map((has) => ({ response: has ? { choice: "a" } : null }) as Item);
  expect(placeToResume(items([true, false, true]))).toBe(1);
  expect(placeToResume(items([true, true]))).toBe(1);
  expect(placeToResume([])).toBe(0);
});
