import { expect, test } from "vitest";
import { inOrderOfDecision, isDecidable, mayDecide, type WorkflowStep } from "../../src/domain/decision.ts";
import { decisionName, requestName } from "../../src/domain/paper.ts";

const step = (step_id: string, change: Partial<WorkflowStep> = {}): WorkflowStep => ({
  workflow_id: "w",
  workflow_version: 1,
  request_id: "r",
  step_id,
  kind: "training",
  skill: "s",
  operator_id: "op-1",
  operator_name: "Anna",
  reason_code: "new-task",
  comment: "",
  requested_at: "2026-11-01T06:00:00Z",
  due_at: null,
  state: "open",
  decision: null,
  decided_at: null,
  steps: [],
  ...change,
});

test("a rejection has to say why, an approval may", () => {
  expect(isDecidable({ decision: "approve", reason: "" })).toBe(true);
  expect(isDecidable({ decision: "reject", reason: " \n" })).toBe(false);
  expect(isDecidable({ decision: "reject", reason: "Not yet." })).toBe(true);
  expect(isDecidable({ decision: null, reason: "Not yet." })).toBe(false);
});

test("a leader decides what is open and somebody else's", () => {
  expect(mayDecide(step("a"), "op-9")).toBe(true);
  expect(mayDecide(step("a"), "op-1")).toBe(false);
  expect(mayDecide(step("a", { state: "sent" }), "op-9")).toBe(false);
});

test("what is open comes first, then what is due first, then what was asked first", () => {
  const steps = [
    step("sent", { state: "sent", due_at: "2026-11-02T00:00:00Z" }),
    step("undated-later", { requested_at: "2026-11-03T00:00:00Z" }),
    step("undated"),
    step("later", { due_at: "2026-12-02T00:00:00Z" }),
    step("sooner", { due_at: "2026-12-01T00:00:00Z" }),
  ];
  expect(inOrderOfDecision(steps).map(({ step_id }) => step_id)).toEqual([
    "sooner",
    "later",
    "undated",
    "undated-later",
    "sent",
  ]);
});

test("papers of different people, and of different steps, do not share a name", () => {
  const names = [
    requestName("op-1"),
    requestName("op-2"),
    decisionName("op-1", step("a")),
    decisionName("op-1", step("b")),
    decisionName("op-1", step("a", { workflow_id: "v" })),
    decisionName("op-2", step("a")),
  ];
  expect(new Set(names).size).toBe(names.length);
});
