import { expect, test } from "vitest";
import {
  leftOf,
  type MatchState,
  pairsOf,
  responseOf,
  tapMatch,
  unpaired,
} from "../../src/domain/matching.ts";

const kNothing: MatchState = { pairs: {}, held: null };

test("a tap on the left and one on the right make a pair", () => {
  const held = tapMatch(kNothing, "left", "l1");
  expect(held).toEqual({ pairs: {}, held: { side: "left", id: "l1" } });
  expect(tapMatch(held, "right", "r2")).toEqual({ pairs: { l1: "r2" }, held: null });
});

test("the right one may be tapped first", () => {
  const held = tapMatch(kNothing, "right", "r2");
  expect(tapMatch(held, "left", "l1").pairs).toEqual({ l1: "r2" });
});

test("another tap on the same side holds that one, on the same one lets go", () => {
  const held = tapMatch(kNothing, "left", "l1");
  expect(tapMatch(held, "left", "l2").held).toEqual({ side: "left", id: "l2" });
  expect(tapMatch(held, "left", "l1").held).toBeNull();
});

test("a side that is paired anew leaves its old partner", () => {
  const pairs = { l1: "r1", l2: "r2" };
  const stolen = tapMatch({ pairs, held: { side: "left", id: "l1" } }, "right", "r2");
  expect(stolen.pairs).toEqual({ l1: "r2" });
  const moved = tapMatch({ pairs, held: { side: "left", id: "l1" } }, "right", "r3");
  expect(moved.pairs).toEqual({ l1: "r3", l2: "r2" });
});

test("a pair can be undone, and no pair is no answer", () => {
  expect(unpaired({ l1: "r1", l2: "r2" }, "l1")).toEqual({ l2: "r2" });
  expect(responseOf(unpaired({ l1: "r1" }, "l1"))).toBeNull();
  expect(pairsOf(null)).toEqual({});
  expect(pairsOf({ choice: "a" })).toEqual({});
});

test("finds the left partner of a right side", () => {
  expect(leftOf({ l1: "r2" }, "r2")).toBe("l1");
  expect(leftOf({ l1: "r2" }, "r1")).toBeNull();
});
