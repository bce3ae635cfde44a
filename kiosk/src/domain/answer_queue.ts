// Answers on their way to the plant box: in the order in which they were given, each with its submission key,
// and none leaves before the box has spoken.

import type { Response } from "./attempt.ts";

export interface Answer {
  readonly submission_key: string;
  readonly item_id: string;
  readonly response: Response | null;
  readonly flagged: boolean;
}

export interface RefusedAnswer extends Answer {
  readonly code: string;
}

interface Entry {
  readonly answer: Answer;
  tried: boolean;
}

/**
 * Holds what the box has not yet answered. An answer that was tried once keeps its place and key for good, for the
 * box may have it already; one that was never tried gives way to a later answer to the same item, which bounds the
 * queue by the number of items and one.
 */
export class AnswerQueue {
  private readonly entries: Entry[] = [];
  private readonly refused_: RefusedAnswer[] = [];

  get size(): number {
    return this.entries.length;
  }

  get refused(): readonly RefusedAnswer[] {
    return this.refused_;
  }

  put(answer: Answer): void {
    const stale = this.entries.findIndex((entry) => !entry.tried && entry.answer.item_id === answer.item_id);
    if (stale !== -1) this.entries.splice(stale, 1);
    this.entries.push({ answer, tried: false });
  }

  /** The answer to send now; from here on it keeps its place. */
  take(): Answer | null {
    const head = this.entries[0];
    if (head === undefined) return null;
    head.tried = true;
    return head.answer;
  }

  /** The box has it. */
  saved(submission_key: string): void {
    this.remove(submission_key);
  }

  /** The box will never take it; it is kept for a person to look at. */
  refuse(submission_key: string, code: string): void {
    const answer = this.remove(submission_key);
    if (answer !== null) this.refused_.push({ ...answer, code });
  }

  /** The attempt is closed: none of what waits will ever be taken. */
  refuseAll(code: string): void {
    for (const { answer } of this.entries.splice(0)) this.refused_.push({ ...answer, code });
  }

  /** The newest answer to each item that the box has not answered yet. */
  waiting(): ReadonlyMap<string, Answer> {
    return new Map(this.entries.map((entry) => [entry.answer.item_id, entry.answer]));
  }

  private remove(submission_key: string): Answer | null {
    const at = this.entries.findIndex((entry) => entry.answer.submission_key === submission_key);
    if (at === -1) return null;
    return this.entries.splice(at, 1)[0]?.answer ?? null;
  }
}
