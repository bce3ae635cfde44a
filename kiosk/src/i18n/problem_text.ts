// The sentence for a problem that the plant box named.

import type { Problem } from "../domain/outcome.ts";
import type { Dictionary } from "./en.ts";

type Sentence = keyof Dictionary["problems"];
type Refusal = keyof Dictionary["refusals"];

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
  "bad-language": "bad_language",
  "not-found": "not_found",
  "storage-full": "storage",
  busy: "unavailable",
};

const kRefusals: Readonly<Record<string, Refusal>> = {
  "not-allowed": "not_allowed",
  "wrong-badge": "wrong_badge",
  "witness-missing": "witness_missing",
  "wrong-witness": "wrong_witness",
  "witness-not-allowed": "witness_not_allowed",
  "own-request": "own_request",
  "already-decided": "already_decided",
};

/** The page's own, or only its token: another page of this browser has signed in since. */
const kEnded: ReadonlySet<string> = new Set(["not-signed-in", "bad-csrf"]);

export function problemText(problem: Problem | "unreachable", t: Dictionary): string {
  if (problem === "unreachable") return t.problems.unreachable;
  const sentence = kSentences[problem.code];
  if (problem.code === "key-reused" && typeof problem.reference === "string") {
    return `${t.refusals.conflict} ${t.common.reference(problem.reference)}`;
  }
  if (problem.code === "package-unusable") {
    return `${t.problems.package_unusable} ${t.common.reference(problem.code)}`;
  }
  if (sentence !== undefined) return t.problems[sentence];
  if (kEnded.has(problem.code)) return t.identify.session_ended;
  if (problem.code === "stale-lease") return t.elsewhere.lead;
  const refusal = kRefusals[problem.code];
  if (refusal !== undefined) return t.refusals[refusal];
  if (problem.status === 507) return t.problems.storage;
  if (problem.status === 429 || problem.status === 503) return t.problems.unavailable;
  return `${t.problems.other} ${t.common.reference(problem.code)}`;
}
