import { afterEach, expect, test, vi } from "vitest";
import {
  ageTicks,
  areaPath,
  boxesPath,
  clockTicks,
  countTicks,
  linePath,
  scale,
  stretches,
} from "../../src/domain/chart_scale.ts";

afterEach(() => vi.unstubAllEnvs());

test("a scale maps its ends on the places, also from the bottom up, and a span of nothing on its beginning", () => {
  const up = scale([0, 100], [200, 0]);
  expect([up(0), up(50), up(100)]).toEqual([200, 100, 0]);
  expect(scale([5, 5], [10, 90])(5)).toBe(10);
});

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [14, [0, 5, 10]],
  [22, [0, 10, 20]],
  [382, [0, 100, 200, 300]],
  [1_706, [0, 500, 1_000, 1_500]],
])("counts up to %s have round marks, and never parts of one", (most, ticks) => {
  expect(countTicks(most, 4)).toEqual(ticks);
});

test.each([
  [7, [0, 10]],
  [60, [0, 30, 60]],
  [3_900, [0, 1_800, 3_600]],
  [8 * 3_600, [0, 4 * 3_600, 8 * 3_600]],
  [50 * 3_600, [0, 86_400, 2 * 86_400]],
  [200 * 86_400, [0, 90 * 86_400, 180 * 86_400]],
])("ages up to %s s have marks that people count in", (most, ticks) => {
  expect(ageTicks(most, 3)).toEqual(ticks);
});

const kHour = 3_600_000;
const hoursOf = (ticks: readonly number[]) => ticks.map((ms) => new Date(ms).getHours());

test("a day has marks at full hours of the clock, as many as there is room for", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const from = new Date(2026, 10, 26, 19, 20).getTime();
  expect(hoursOf(clockTicks(from, from + 24 * kHour, 8))).toEqual([21, 0, 3, 6, 9, 12, 15, 18]);
  expect(hoursOf(clockTicks(from, from + 24 * kHour, 2))).toEqual([0, 12]);
});

test("a week has one at each midnight, and where there is no room at every other", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const from = new Date(2026, 10, 20, 19, 0).getTime();
  const days = (most: number) =>
    clockTicks(from, from + 168 * kHour, most).map((ms) => new Date(ms).getDate());
  expect(days(8)).toEqual([21, 22, 23, 24, 25, 26, 27]);
  expect(days(4)).toEqual([21, 23, 25, 27]);
});

test("on the day on which the clock is put back every mark shows its hour", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const from = new Date(2026, 9, 24, 22, 0).getTime();
  expect(hoursOf(clockTicks(from, from + 24 * kHour, 8))).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
});

test("what is not known parts a line", () => {
  expect(stretches([null, 1, 2, null, null, 3])).toEqual([
    [
      { at: 1, value: 1 },
      { at: 2, value: 2 },
    ],
    [{ at: 5, value: 3 }],
  ]);
  expect(stretches([null])).toEqual([]);
});

test("paths are drawn to a tenth of a pixel", () => {
  const points = [
    { x: 0, y: 10 },
    { x: 3.333, y: 5.01 },
  ];
  expect(linePath(points)).toBe("M0 10L3.3 5");
  expect(areaPath(points, 20)).toBe("M0 20L0 10L3.3 5L3.3 20Z");
  expect(areaPath([], 20)).toBe("");
});

test("a box stands on its line, or hangs from it", () => {
  expect(
    boxesPath([
      { x: 1, y: 50, width: 4, height: 20 },
      { x: 6, y: 50, width: 4, height: -10 },
    ]),
  ).toBe("M1 50h4v-20h-4zM6 50h4v10h-4z");
});
