// What the browser holds of an attempt until the plant box has answered, and what it keeps for a person.

import type { Answer, Refusal } from "./answer_queue.ts";
import type { Attempt, Item, Response } from "./attempt.ts";
import type { ShownAnswer } from "./given.ts";
import type { Problem } from "./outcome.ts";
import type { Paper } from "./paper.ts";
import { sameResponse } from "./response.ts";
import type { Texts } from "./texts.ts";

/** Whose it is and where it belongs. */
export interface RowPlace {
  readonly operator_id: string;
  readonly attempt_id: string;
  readonly assignment_id: string;
  readonly title: Texts;
}

interface Row {
  readonly submission_key: string;
  /** Rows are sent in this order; clocks are not to be trusted with it. */
  readonly number: number;
  readonly place: RowPlace;
  /** By this screen's clock: for people, never for decisions. */
  readonly made_at: string;
}

export interface AnswerRow extends Row {
  readonly kind: "answer";
  readonly answer: Answer;
  /** What the box had, as far as this screen knew, when the answer was given. */
  readonly base: Response | null;
  readonly shown: ShownAnswer;
}

/** Somebody signed, and whether the box counted it is not known. The PIN is not here: it is asked for again. */
export interface SubmissionRow extends Row {
  readonly kind: "submission";
}

export type OutboxRow = AnswerRow | SubmissionRow;

/** A signed request or decision. It never waits here, for until the box has spoken it lies with the papers. */
export interface PaperRow {
  readonly kind: "paper";
  readonly submission_key: string;
  readonly place: Pick<RowPlace, "operator_id" | "title">;
  readonly paper: Paper;
}

/** What the box will never take. It stays until plant IT clears the browser. */
export interface KeptRow {
  readonly submission_key: string;
  readonly row: OutboxRow | PaperRow;
  readonly code: string;
  /** What a person reads out on the telephone. */
  readonly reference: string;
  readonly kept_at: string;
}

export function placeOf(operator_id: string, attempt: Attempt): RowPlace {
  const { attempt_id, assignment_id, title } = attempt;
  return { operator_id, attempt_id, assignment_id, title };
}

const kCodeDigits = 6;

/** The box's reference where it gave one; else the end of the key, by which plant IT finds the row in the browser. */
export function referenceOf(refusal: Refusal, submission_key: string): string {
  return refusal.reference ?? `S-${submission_key.slice(-kCodeDigits).toUpperCase()}`;
}

/** Another screen answered the same question after this one did, so that two people's eyes have to decide. */
export const kAnsweredElsewhere = "answered-elsewhere";

/**
 * The keys of what must not be sent over a newer answer: the box has a response to the item that this screen neither
 * knew when the first of its own was given nor gave itself.
 */
export function answeredElsewhere(items: readonly Item[], rows: readonly AnswerRow[]): string[] {
  return items.flatMap((item) => {
    const own = rows.filter((row) => row.answer.item_id === item.item_id);
    const first = own[0];
    if (first === undefined) return [];
    const known = [first.base, ...own.map((row) => row.answer.response)];
    if (known.some((response) => sameResponse(response, item.response))) return [];
    return own.map((row) => row.submission_key);
  });
}

/** The box refuses these before it has looked at the key, unless the body is the same to the witness's badge. */
const kNotSigned: ReadonlySet<string> = new Set([
  "wrong-pin",
  "wrong-badge",
  "wrong-badge-or-pin",
  "locked-out",
  "wrong-witness",
  "witness-not-allowed",
]);

/**
 * Whether the box's answer settles a submission: it then says that nothing was counted under the key. A box that is not
 * able has not looked, and it knows nobody without a session. `unsure`: an earlier try has had no answer. It may have
 * been counted with another witness than this one, so that a signature that is refused says nothing about it.
 */
export function settlesSubmission({ code, status }: Problem, unsure: boolean): boolean {
  if (code === "not-signed-in" || code === "bad-csrf") return false;
  if (kNotSigned.has(code)) return !unsure;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
