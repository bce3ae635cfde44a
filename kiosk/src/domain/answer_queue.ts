// Answers on their way to the plant box: in the order in which they were given, each with its submission key,
// and none leaves before the box has spoken.

import type { Response } from "./attempt.ts";

export interface Answer {
  readonly submission_key: string;
  readonly item_id: string;
  readonly response: Response | null;
  readonly flagged: boolean;
  /** For how long the question was shown since an answer to it said so last, where the plant records that. */
  readonly shown_ms?: number;
  /** By this screen's clock, for to say how long ago it was. What an earlier release left does not have it. */
  readonly given_at_ms?: number;
  /** By the page's monotonic clock. It says nothing on a later page, so what is left behind loses it. */
  readonly given_on_page_ms?: number;
}

export interface Clocks {
  /** The screen's clock, which may be set at any time. */
  readonly screen_ms: number;
  /** The page's monotonic clock. */
  readonly page_ms: number;
}

/** So late the box still takes an answer, so that nothing has to be said of one that is not older. */
const kFreshMs = 4_000;
/** The box hears of nothing older. */
export const kMostAgoMs = 7 * 86_400_000;

/** How old the answer is, where that may matter to the box. What an earlier page left has the screen's clock alone. */
export function ageMs({ given_at_ms, given_on_page_ms }: Answer, now: Clocks): number | null {
  const by_screen_ms = given_at_ms === undefined ? 0 : now.screen_ms - given_at_ms;
  const age_ms = Math.round(given_on_page_ms === undefined ? by_screen_ms : now.page_ms - given_on_page_ms);
  return age_ms > kFreshMs ? Math.min(age_ms, kMostAgoMs) : null;
}

/** Why the box will never take an answer. */
export interface Refusal {
  readonly code: string;
  /** The box's own name for the case, where it has one. */
  readonly reference: string | null;
}

export interface RefusedAnswer extends Answer, Refusal {}

/** What becomes of the queue is written down here, so that it outlives the page. */
export interface QueueJournal {
  /** Resolves once the answer is as safe as this browser can make it. `gave_way`: the one that it replaces. */
  added(answer: Answer, gave_way: string | null): Promise<void>;
  saved(submission_key: string): void;
  refused(answer: RefusedAnswer): void;
}

interface Entry {
  readonly answer: Answer;
  /** Resolves once it may be sent; null: it may at once. */
  readonly may_go: Promise<void> | null;
  tried: boolean;
}

/**
 * Holds what the box has not yet answered. An answer that was tried once keeps its place and key for good, for the
 * box may have it already; one that was never tried gives way to a later answer to the same item, which bounds the
 * queue by the number of items and one.
 */
export class AnswerQueue {
  private readonly journal: QueueJournal | null;
  private readonly entries: Entry[];
  private readonly refused_: RefusedAnswer[] = [];
  /** Hears of what was put first: whoever shows the answers has not seen it. */
  joined: ((left: readonly Answer[]) => void) | null = null;

  /** `left`: what an earlier page left behind. Whether it was tried is not known, so it counts as tried. */
  constructor(journal: QueueJournal | null = null, left: readonly Answer[] = []) {
    this.journal = journal;
    this.entries = left.map(leftBehind);
  }

  get size(): number {
    return this.entries.length;
  }

  get refused(): readonly RefusedAnswer[] {
    return this.refused_;
  }

  put(given: Answer): void {
    const at = this.entries.findIndex((entry) => !entry.tried && entry.answer.item_id === given.item_id);
    const stale = at === -1 ? undefined : this.entries.splice(at, 1)[0];
    const answer = withShown(given, stale?.answer.shown_ms);
    const written = this.journal?.added(answer, stale?.answer.submission_key ?? null) ?? Promise.resolve();
    // It is sent while it is written: whatever dies in between, the box has it, or nobody was told that it is safe. What
    // replaces another goes only when that is gone from the disk, for a later page would send the other after it.
    this.entries.push({ answer, may_go: stale === undefined ? null : written, tried: false });
  }

  /** What an earlier page left behind, and was read late: it was given before all that is here. */
  putFirst(left: readonly Answer[]): void {
    this.entries.unshift(...left.map(leftBehind));
    this.joined?.(left);
  }

  /** The answer to send now; from here on it keeps its place. */
  take(): Answer | null {
    const head = this.entries[0];
    if (head === undefined) return null;
    head.tried = true;
    return head.answer;
  }

  /** Resolves once the answer may be sent; null: it may at once. */
  mayGo(submission_key: string): Promise<void> | null {
    return this.entries.find((entry) => entry.answer.submission_key === submission_key)?.may_go ?? null;
  }

  /** The box has it. */
  saved(submission_key: string): void {
    if (this.remove(submission_key) !== null) this.journal?.saved(submission_key);
  }

  /** The box will never take it; it is kept for a person to look at. */
  refuse(submission_key: string, refusal: Refusal): void {
    const answer = this.remove(submission_key);
    if (answer !== null) this.keep({ ...answer, ...refusal });
  }

  /** The attempt is closed: none of what waits will ever be taken. */
  refuseAll(refusal: Refusal): void {
    for (const { answer } of this.entries.splice(0)) this.keep({ ...answer, ...refusal });
  }

  /** The newest answer to each item that the box has not answered yet. */
  waiting(): ReadonlyMap<string, Answer> {
    return new Map(this.entries.map((entry) => [entry.answer.item_id, entry.answer]));
  }

  /** Of the answer that was given last, of those that the box has not answered yet. */
  lastItem(): string | undefined {
    return this.entries.at(-1)?.answer.item_id;
  }

  private keep(refused: RefusedAnswer): void {
    this.refused_.push(refused);
    this.journal?.refused(refused);
  }

  private remove(submission_key: string): Answer | null {
    const at = this.entries.findIndex((entry) => entry.answer.submission_key === submission_key);
    if (at === -1) return null;
    return this.entries.splice(at, 1)[0]?.answer ?? null;
  }
}

/** What gives way was shown as well. */
function withShown(answer: Answer, more_ms: number | undefined): Answer {
  return more_ms === undefined ? answer : { ...answer, shown_ms: more_ms + (answer.shown_ms ?? 0) };
}

function leftBehind({ given_on_page_ms: _, ...answer }: Answer): Entry {
  return { answer, may_go: null, tried: true };
}
