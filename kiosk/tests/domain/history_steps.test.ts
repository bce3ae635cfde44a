import { expect, test } from "vitest";
import type { History } from "../../src/domain/box_report.ts";
import { type HistoryStep, mostOf, stepsOf, stepWords, sumWords } from "../../src/domain/history_steps.ts";

const kHistory: History = {
  from: "2026-11-27T05:00:00.000Z",
  to: "2026-11-27T05:35:00.000Z",
  step_s: 600,
  complete_from: "2026-11-27T05:00:00.000Z",
  recorded: [4, 0, 6, 1],
  received: [1, 0, 9, 1],
  waiting: [3, 3, 0, 0],
  oldest_s: [300, 900, 0, 0],
};

test("every step has its figures, and the last one ends where the history does", () => {
  const steps = stepsOf(kHistory);
  expect(steps).toHaveLength(4);
  expect(steps[1]).toMatchObject({ recorded: 0, received: 0, waiting: 3, oldest_s: 900 });
  const { from_ms, to_ms } = steps[3] as (typeof steps)[number];
  expect((to_ms - from_ms) / 1_000).toBe(300);
});

test("of a step that the log reaches in part more may have come; of one before it nothing is known", () => {
  const steps = stepsOf({ ...kHistory, complete_from: "2026-11-27T05:12:00.000Z" });
  expect(steps[0]).toMatchObject({ recorded: null, received: null, waiting: null, oldest_s: null });
  expect(steps[1]).toMatchObject({ recorded: 0, waiting: 3, oldest_s: 900, partial: true });
  expect(steps[2]).toMatchObject({ recorded: 6, received: 9, waiting: 0, partial: false });
  expect(stepWords(steps[1] as HistoryStep)).toMatchObject({ recorded: "0 or more", waiting: "3" });
});

test("a sum of which some is not known may be more", () => {
  const part = stepsOf({ ...kHistory, complete_from: "2026-11-27T05:12:00.000Z" });
  expect(sumWords(stepsOf(kHistory), (step) => step.recorded)).toBe("11");
  expect(sumWords(part, (step) => step.recorded)).toBe("7 or more");
  expect(mostOf(part, (step) => step.waiting)).toBe(3);
  expect(mostOf([], (step) => step.waiting)).toBe(0);
});

test("a step is read out in words, and says what it does not know", () => {
  const [first, , third] = stepsOf(kHistory).map(stepWords);
  expect(first).toEqual({ recorded: "4", received: "1", waiting: "3", oldest: "5 min" });
  expect(third?.oldest).toBe("none");
  const unknown = stepsOf({ ...kHistory, complete_from: kHistory.to }).map(stepWords)[0];
  expect(Object.values(unknown ?? {})).toEqual(Array(4).fill("not known"));
});
