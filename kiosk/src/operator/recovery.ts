// What an earlier page left behind for the operator who has just signed in: sent again under its old keys.

import type { BoxApi } from "../api/box_api.ts";
import type { AnswerQueue } from "../domain/answer_queue.ts";
import type { Attempt } from "../domain/attempt.ts";
import type { RowPlace } from "../domain/outbox_row.ts";
import type { Outcome } from "../domain/outcome.ts";
import { AnswerSaver, type AnswerSink, type Halt } from "./answer_saver.ts";
import type { Outbox } from "./outbox.ts";

/**
 * nothing: the box has, or has refused, all that waited.
 * handed_in: the box has the test whose answer was lost; here it is with its result.
 * take_up: the rest can only go in under the attempt's lease, so the attempt is to be opened.
 * later: the box is silent or not able. What waits goes on waiting.
 */
export type Recovered =
  | { readonly kind: "nothing" }
  | { readonly kind: "handed_in"; readonly attempt: Attempt }
  | { readonly kind: "take_up"; readonly place: RowPlace; readonly signed: boolean }
  | { readonly kind: "later" };

/** No lease: what the box has already it knows by the key alone, and nobody's screen or timer is touched. */
const kNoLease = 0;

export interface RecoveryListener {
  /** Whether the operator is still signed in. What somebody else's session answers says nothing about them. */
  there(): boolean;
  reached(is_reachable: boolean): void;
}

export async function recover(
  outbox: Outbox,
  api: BoxApi,
  operator_id: string,
  listener: RecoveryListener,
): Promise<{ first: Recovered; later: boolean }> {
  let first: Recovered = { kind: "nothing" };
  for (const place of outbox.placesOf(operator_id)) {
    if (!listener.there()) return { first, later: false };
    const one = await recoverOne(outbox, api, place, listener);
    if (one.kind === "later") return { first, later: true };
    if (first.kind === "nothing") first = one;
  }
  return { first, later: false };
}

async function recoverOne(
  outbox: Outbox,
  api: BoxApi,
  place: RowPlace,
  listener: RecoveryListener,
): Promise<Recovered> {
  const queue = outbox.queueLeft(place.attempt_id);
  const halt = queue === null ? null : await sendKnown(queue, api, place.attempt_id, listener);
  if (!listener.there()) return { kind: "later" };
  if (halt === "closed") queue?.refuseAll({ code: "attempt-closed", reference: null });
  const sent = queue === null || queue.size === 0;
  if (!sent && halt !== "elsewhere") return { kind: "later" };
  const submission = outbox.submissionOf(place.attempt_id);
  if (sent && submission === null) return { kind: "nothing" };

  const outcome = await api.attempt(place.attempt_id);
  if (!listener.there() || cannotKnow(outcome)) return { kind: "later" };
  if (outcome.kind === "ok" && outcome.value.state === "in_progress") {
    return { kind: "take_up", place, signed: submission !== null };
  }
  const code = outcome.kind === "problem" ? outcome.problem.code : "attempt-closed";
  queue?.refuseAll({ code, reference: null });
  if (submission === null) return { kind: "nothing" };
  if (outcome.kind === "ok" && outcome.value.result?.event_id === submission.submission_key) {
    outbox.settled(submission.submission_key);
    return { kind: "handed_in", attempt: outcome.value };
  }
  outbox.refused(submission.submission_key, { code, reference: null });
  return { kind: "nothing" };
}

/** Sends from the front until the box wants a lease, or needs time. */
async function sendKnown(
  queue: AnswerQueue,
  api: BoxApi,
  attempt_id: string,
  listener: RecoveryListener,
): Promise<Halt | null> {
  let halt: Halt | null = null;
  const sink: AnswerSink = {
    saveAnswer: (...answer) =>
      listener.there() ? api.saveAnswer(...answer) : Promise.resolve({ kind: "unreachable" }),
  };
  const saver = new AnswerSaver(attempt_id, kNoLease, queue, sink, {
    saved: () => undefined,
    refused: () => undefined,
    reached: (is_reachable) => {
      if (listener.there()) listener.reached(is_reachable);
    },
    delayed: () => undefined,
    halted: (why) => {
      halt = why;
    },
  });
  await saver.drained();
  saver.stop();
  return halt;
}

/** Silence, a box that is not able, a session that has ended: none of them says anything about the attempt. */
export function cannotKnow(outcome: Outcome<Attempt>): boolean {
  if (outcome.kind === "unreachable") return true;
  return outcome.kind === "problem" && (outcome.problem.status >= 500 || outcome.problem.status === 401);
}
