import { expect, test } from "vitest";
import type { Step } from "../../src/domain/attempt.ts";
import { headline, journey, stepsDone } from "../../src/domain/journey.ts";

const saved: Step = { name: "saved", state: "done", at: "2026-11-23T05:12:33Z" };

test("there are always five steps, in order", () => {
  expect(journey([]).map((step) => step.name)).toEqual(["here", "saved", "sent", "received", "certified"]);
});

test("a step that the box does not mention is unknown, never done", () => {
  const steps = journey([saved]);
  expect(steps.map((step) => step.state)).toEqual(["done", "done", "unknown", "unknown", "unknown"]);
});

test("nothing is saved before the box says so", () => {
  expect(journey([]).map((step) => step.state)).toEqual([
    "waiting",
    "unknown",
    "unknown",
    "unknown",
    "unknown",
  ]);
});

test("counts the steps in a row that are done", () => {
  expect(stepsDone(journey([saved, { name: "sent", state: "waiting" }]))).toBe(2);
  expect(stepsDone(journey([saved, { name: "sent", state: "done", at: "2026-11-23T05:12:34Z" }]))).toBe(3);
});

test("a step that needs attention is what one hears first", () => {
  const steps = journey([saved, { name: "sent", state: "attention", code: "parked-17" }]);
  expect(headline(steps)).toMatchObject({ name: "sent", code: "parked-17" });
  expect(headline(journey([saved]))).toMatchObject({ name: "saved" });
});
