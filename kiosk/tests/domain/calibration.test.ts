import { expect, test } from "vitest";
import { clampMmPx, kCardWidthMm, kMmPxDefault, readMmPx, widened } from "../../src/domain/calibration.ts";

test("a card that is drawn wider makes a millimetre larger", () => {
  const mm_px = widened(kMmPxDefault, 10);
  expect(mm_px * kCardWidthMm).toBeCloseTo(kMmPxDefault * kCardWidthMm + 10);
});

test("no calibration makes targets unusable", () => {
  expect(clampMmPx(0.1)).toBe(2);
  expect(clampMmPx(99)).toBe(12);
  expect(clampMmPx(Number.NaN)).toBe(kMmPxDefault);
});

test("what a browser kept is taken only if it makes sense", () => {
  expect(readMmPx("4.2")).toBe(4.2);
  for (const kept of [null, "", "x", "-4", "0.5", "40", "NaN", "4px"]) expect(readMmPx(kept)).toBeNull();
});
