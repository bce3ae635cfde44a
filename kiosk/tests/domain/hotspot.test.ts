import { expect, test } from "vitest";
import type { Region } from "../../src/domain/attempt.ts";
import { chosenRegion, regionAt } from "../../src/domain/hotspot.ts";

const region = (id: string, x: number, y: number, w = 100, h = 100): Region => ({
  id,
  label: { en: id },
  x,
  y,
  w,
  h,
});
const regions = [region("a", 100, 100), region("b", 230, 100), region("c", 700, 700)];
const at = (x: number, y: number, aspect = 1) => regionAt(regions, x, y, aspect)?.id ?? null;

test("a tap in a region means that region", () => {
  expect(at(150, 150)).toBe("a");
  expect(at(800, 800)).toBe("c");
});

test("a tap beside a region means the nearest one", () => {
  expect(at(210, 150)).toBe("a");
  expect(at(220, 150)).toBe("b");
  expect(at(690, 690)).toBe("c");
});

test("a tap far from all regions means none", () => {
  expect(at(500, 500)).toBeNull();
  expect(at(100, 700)).toBeNull();
});

test("near means near on the glass, not in per mille of a long picture", () => {
  // 50 per mille of the height of a picture twice as wide as high are 25 of its width.
  expect(at(150, 250, 1)).toBeNull();
  expect(at(150, 250, 2)).toBe("a");
});

test("knows the chosen region", () => {
  expect(chosenRegion({ region: "a" })).toBe("a");
  expect(chosenRegion({ choice: "a" })).toBeNull();
  expect(chosenRegion(null)).toBeNull();
});
