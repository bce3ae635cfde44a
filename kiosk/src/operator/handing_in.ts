// Handing in: first every answer, then the signature.

import type { BoxApi, Signature } from "../api/box_api.ts";
import type { Result } from "../domain/attempt.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Outbox } from "./outbox.ts";
import { cannotKnow } from "./recovery.ts";
import type { Sitting } from "./sitting.ts";

/**
 * What the box said of the signature, or why it was not sent.
 * not_drained: answers are on this screen only. refused: the box has just refused one, which the operator is to see
 * before it is signed.
 */
export async function handIn(
  sitting: Sitting,
  operator_id: string,
  signature: Signature,
  outbox: Outbox,
  api: BoxApi,
): Promise<Outcome<Result> | "not_drained" | "refused"> {
  const { attempt, submit_key } = sitting;
  const kept = outbox.keptOf(operator_id).length;
  if (!(await sitting.drained())) return "not_drained";
  if (outbox.keptOf(operator_id).length > kept) return "refused";
  await outbox.signed(attempt, operator_id, submit_key);
  sitting.watchSeat(false);
  const said = await api.submit(attempt.attempt_id, attempt.lease, submit_key, signature);
  const is_conflict = said.kind === "problem" && said.problem.code === "key-reused";
  const outcome = is_conflict ? ((await counted(attempt.attempt_id, submit_key, api)) ?? said) : said;
  outbox.settleSubmission(submit_key, outcome);
  return outcome;
}

/**
 * What the box has under the key that it says it has otherwise: this very test where an earlier try was counted, its answer
 * lost, and another witness signs now. Null: something else.
 */
async function counted(attempt_id: string, submit_key: string, api: BoxApi): Promise<Outcome<Result> | null> {
  const now = await api.attempt(attempt_id);
  if (now.kind !== "ok") return cannotKnow(now) ? now : null;
  const { result } = now.value;
  return result?.event_id === submit_key ? { kind: "ok", value: result } : null;
}
