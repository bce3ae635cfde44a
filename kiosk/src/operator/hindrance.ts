import type { Outcome, Problem } from "../domain/outcome.ts";

/** What stands in the way, or null when all went well. */
export type Hindrance = Problem | "unreachable" | null;
/** not_drained: answers are still on this screen only, so nothing was handed in. */
export type HandInHindrance = Hindrance | "not_drained";

export function hindranceIn(outcome: Outcome<unknown>): Hindrance {
  if (outcome.kind === "ok") return null;
  return outcome.kind === "problem" ? outcome.problem : "unreachable";
}
