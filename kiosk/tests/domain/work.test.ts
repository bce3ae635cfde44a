import { expect, test } from "vitest";
import { type Assignment, attemptsLeft, dueOn, inOrderOfUrgency } from "../../src/domain/work.ts";

const assignment = (change: Partial<Assignment>): Assignment => ({
  assignment_id: "as-1",
  version: 1,
  test_id: "t",
  test_version: 1,
  title: { en: "T" },
  skill: "s",
  due_at: null,
  expires_at: null,
  opens_at: null,
  max_attempts: 3,
  attempts_used: 0,
  pass_mark_bp: 8_000,
  time_limit_s: 900,
  question_count: 10,
  languages: ["en"],
  state: "open",
  ...change,
});

test("what was begun comes first, then what is due first", () => {
  const list = [
    assignment({ test_id: "passed", state: "passed" }),
    assignment({ test_id: "later", due_at: "2026-12-02T10:00:00Z" }),
    assignment({ test_id: "undated" }),
    assignment({ test_id: "sooner", due_at: "2026-12-01T10:00:00Z" }),
    assignment({ test_id: "begun", state: "in_progress" }),
  ];
  expect(inOrderOfUrgency(list).map((one) => one.test_id)).toEqual([
    "begun",
    "sooner",
    "later",
    "undated",
    "passed",
  ]);
});

test("due dates are counted in calendar days, far ones by their date", () => {
  const now = new Date(2026, 10, 23, 22, 30);
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();
  expect(dueOn(null, now)).toEqual({ kind: "none" });
  expect(dueOn(at(23, 23), now)).toEqual({ kind: "today" });
  expect(dueOn(at(24, 1), now)).toEqual({ kind: "in_days", days: 1 });
  expect(dueOn(at(20, 8), now)).toEqual({ kind: "overdue", days: 3 });
  expect(dueOn(new Date(2027, 5, 1).toISOString(), now)).toEqual({ kind: "on_date" });
});

test("attempts left never go below nought, and may be without bound", () => {
  expect(attemptsLeft(assignment({ attempts_used: 1 }))).toBe(2);
  expect(attemptsLeft(assignment({ attempts_used: 9 }))).toBe(0);
  expect(attemptsLeft(assignment({ max_attempts: null }))).toBeNull();
});
