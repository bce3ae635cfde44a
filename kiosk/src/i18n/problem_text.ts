// The sentence for a problem that the plant box named.

import type { Problem } from "../domain/outcome.ts";
import type { Dictionary } from "./en.ts";

type Sentence = keyof Dictionary["problems"];

const kSentences: Readonly<Record<string, Sentence>> = {
  "wrong-badge-or-pin": "wrong_badge_or_pin",
  "wrong-pin": "wrong_pin",
  "locked-out": "locked_out",
  "attempt-closed": "attempt_closed",
  "no-attempts-left": "no_attempts_left",
  "key-reused": "key_reused",
  "already-passed": "already_passed",
  "assignment-expired": "assignment_expired",
  "not-open-yet": "not_open_yet",
  "storage-full": "storage",
  busy: "unavailable",
};

export function problemText(problem: Problem | "unreachable", t: Dictionary): string {
  if (problem === "unreachable") return t.problems.unreachable;
  const sentence = kSentences[problem.code];
  if (sentence !== undefined) return t.problems[sentence];
  if (problem.status === 507) return t.problems.storage;
  if (problem.status === 429 || problem.status === 503) return t.problems.unavailable;
  return `${t.problems.other} ${t.common.reference(problem.code)}`;
}
