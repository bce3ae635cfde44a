// What an operator has to do and has done, as the plant box tells it.

import type { Step, Verdict } from "./attempt.ts";
import type { PastRequest } from "./request.ts";
import type { Texts } from "./texts.ts";

export type AssignmentState = "open" | "in_progress" | "passed" | "exhausted" | "expired" | "not_yet";

export interface Assignment {
  readonly assignment_id: string;
  readonly version: number;
  readonly test_id: string;
  readonly test_version: number;
  readonly title: Texts;
  readonly skill: string;
  readonly due_at: string | null;
  readonly expires_at: string | null;
  readonly opens_at: string | null;
  readonly max_attempts: number | null;
  readonly attempts_used: number;
  readonly pass_mark_bp: number;
  readonly time_limit_s: number | null;
  readonly question_count: number;
  readonly languages: readonly string[];
  readonly approved_languages?: readonly string[];
  readonly layout_sample?: boolean;
  readonly witness_required?: boolean;
  readonly state: AssignmentState;
  readonly attempt_id?: string | null;
}

export interface PastResult {
  readonly attempt_id: string;
  /** The record's; absent where the box is too old to tell. */
  readonly event_id?: string;
  readonly test_id: string;
  readonly title: Texts;
  readonly submitted_at: string;
  readonly score_bp: number;
  readonly pass_mark_bp: number;
  readonly outcome: Verdict;
  readonly steps: readonly Step[];
}

export interface Work {
  readonly as_of: string | null;
  /** When the training office made the list; newer boxes tell it here. */
  readonly assignments_as_of?: string | null;
  readonly assignments: readonly Assignment[];
  /** How many more there are whose test is not at the box; absent where the box is too old to tell. */
  readonly missing_tests?: number;
  readonly results: readonly PastResult[];
  readonly requests?: readonly PastRequest[];
}

/** When the training office made the list of what there is to do. */
export function madeAt({ assignments_as_of, as_of }: Work): string | null {
  return assignments_as_of ?? as_of;
}

const kOrder: Readonly<Record<AssignmentState, number>> = {
  in_progress: 0,
  open: 1,
  not_yet: 2,
  exhausted: 3,
  expired: 4,
  passed: 5,
};

/** What can be done first comes first; of equals, what is due first. */
export function inOrderOfUrgency(assignments: readonly Assignment[]): Assignment[] {
  return [...assignments].sort(
    (a, b) =>
      kOrder[a.state] - kOrder[b.state] || dueTime(a) - dueTime(b) || a.test_id.localeCompare(b.test_id),
  );
}

export type Due =
  | { readonly kind: "none" }
  | { readonly kind: "overdue"; readonly days: number }
  | { readonly kind: "today" }
  | { readonly kind: "in_days"; readonly days: number }
  | { readonly kind: "on_date" };

/** Days are counted for people as far as they plan shifts; beyond that a date says more. */
const kDaysCountedMost = 21;

/** How far the due date is, in the calendar days of the plant's own time. */
export function dueOn(due_at: string | null, now: Date): Due {
  if (due_at === null) return { kind: "none" };
  const due = new Date(due_at);
  const days = Math.round((startOfDay(due) - startOfDay(now)) / 86_400_000);
  if (due.getTime() < now.getTime()) return { kind: "overdue", days: Math.max(0, -days) };
  if (days === 0) return { kind: "today" };
  return days <= kDaysCountedMost ? { kind: "in_days", days } : { kind: "on_date" };
}

/** Attempts that are left, or null where the assignment sets no bound. */
export function attemptsLeft(assignment: Assignment): number | null {
  return assignment.max_attempts === null
    ? null
    : Math.max(0, assignment.max_attempts - assignment.attempts_used);
}

function dueTime(assignment: Assignment): number {
  return assignment.due_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(assignment.due_at);
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}
