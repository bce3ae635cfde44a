// What the plant box has not answered yet, for every operator of this kiosk, in the browser and in view.

import { computed, signal } from "@preact/signals";
import { type Answer, AnswerQueue, type Refusal } from "../domain/answer_queue.ts";
import type { Attempt, Response } from "../domain/attempt.ts";
import { shownAnswer } from "../domain/given.ts";
import {
  type AnswerRow,
  answeredElsewhere,
  type KeptRow,
  kAnsweredElsewhere,
  type OutboxRow,
  type PaperRow,
  placeOf,
  type RowPlace,
  referenceOf,
  type SubmissionRow,
  settlesSubmission,
} from "../domain/outbox_row.ts";
import type { Outcome, Problem } from "../domain/outcome.ts";
import type { OutboxStore } from "../storage/outbox_store.ts";
import { plantTime } from "./plant_time.ts";

/** kept: a reload or a crash loses nothing; memory: it would, for the browser stores nothing; full: it has no room. */
export type Keeping = "opening" | "kept" | "memory" | "full";

/** Longer than a disk takes; a browser that hangs must not hold up what the plant box could have had. */
const kWriteWithinMs = 3_000;

/** Owner: Kiosk. Nothing here is told to anyone but the operator it belongs to, except how much waits. */
export class Outbox {
  readonly keeping = signal<Keeping>("opening");
  readonly waiting = signal<readonly OutboxRow[]>([]);
  readonly kept = signal<readonly KeptRow[]>([]);
  readonly answers_waiting = computed(() => this.waiting.value.filter((row) => row.kind === "answer").length);
  /** Resolves once it is known what an earlier page left behind, or that nothing can be known. */
  readonly ready: Promise<void>;
  /** How many rows wait no longer, though the box did not take them. */
  turned_away = 0;
  private readonly store: OutboxStore;
  private readonly queues = new Map<string, AnswerQueue>();
  private readonly attempts = new Map<string, Attempt>();
  /** The box's responses by item, as far as this screen knows, for each opened attempt. */
  private readonly known = new Map<string, Map<string, Response | null>>();
  /** Changes that the store did not take: made again with the next one. */
  private missed: (() => Promise<void>)[] = [];
  private writing: Promise<void> = Promise.resolve();
  private writes = 0;
  private last_number = 0;
  /** Submissions of which one try, at the least, has had no answer; an earlier page's may all be such. */
  private readonly unsure = new Set<string>();

  constructor(store: OutboxStore) {
    this.store = store;
    this.ready = this.write(() => this.load());
  }

  /** The queue of an attempt that is known by what waits for it, or null. */
  queueLeft(attempt_id: string): AnswerQueue | null {
    const queue = this.queues.get(attempt_id);
    if (queue !== undefined) return queue;
    const rows = this.answersOf(attempt_id);
    const place = rows[0]?.place;
    return place === undefined ? null : this.addQueue(place, rows);
  }

  /** None of what waits for the attempt can ever go in. */
  refuseLeft(attempt_id: string, { code, reference }: Pick<Problem, "code" | "reference">): void {
    this.queueLeft(attempt_id)?.refuseAll({ code, reference: reference ?? null });
  }

  /** The queue of an attempt that has just been opened. What another screen has overtaken does not stay in it. */
  queueOf(attempt: Attempt, operator_id: string): AnswerQueue {
    this.attempts.set(attempt.attempt_id, attempt);
    this.known.set(attempt.attempt_id, new Map(attempt.items.map((item) => [item.item_id, item.response])));
    const queue = this.queueLeft(attempt.attempt_id) ?? this.addQueue(placeOf(operator_id, attempt), []);
    for (const key of answeredElsewhere(attempt.items, this.answersOf(attempt.attempt_id))) {
      queue.refuse(key, { code: kAnsweredElsewhere, reference: null });
    }
    return queue;
  }

  /** The attempts for which something of this operator waits, the oldest first. */
  placesOf(operator_id: string): RowPlace[] {
    const places = new Map<string, RowPlace>();
    for (const { place } of this.waiting.peek()) {
      if (place.operator_id === operator_id) places.set(place.attempt_id, place);
    }
    return [...places.values()];
  }

  answersWaiting(operator_id: string | null): number {
    return this.waiting.value.filter(
      ({ kind, place }) => kind === "answer" && place.operator_id === operator_id,
    ).length;
  }

  /** Whether a reload of the page would lose nothing. */
  get outlasts_page(): boolean {
    return this.waiting.peek().length === 0 || (this.keeping.peek() === "kept" && this.writes === 0);
  }

  keptOf(operator_id: string | null): readonly KeptRow[] {
    return this.kept.value.filter(({ row }) => row.place.operator_id === operator_id);
  }

  submissionOf(attempt_id: string): SubmissionRow | null {
    const found = this.waiting
      .peek()
      .find((row): row is SubmissionRow => row.kind === "submission" && row.place.attempt_id === attempt_id);
    return found ?? null;
  }

  /** Written down before it is sent: whoever comes back then learns what became of it. */
  async signed(attempt: Attempt, operator_id: string, submission_key: string): Promise<void> {
    if (this.submissionOf(attempt.attempt_id) !== null) return;
    await this.add({ kind: "submission", ...this.head(submission_key, placeOf(operator_id, attempt)) }, null);
  }

  /** What the box said of what was signed. */
  settleSubmission(submission_key: string, outcome: Outcome<unknown>): void {
    if (outcome.kind === "ok") this.settled(submission_key);
    else if (outcome.kind === "unreachable" || outcome.problem.status >= 500) this.unsure.add(submission_key);
    else if (settlesSubmission(outcome.problem, this.unsure.has(submission_key)))
      this.settledBy(submission_key, outcome.problem);
  }

  private settledBy(submission_key: string, { code, reference }: Problem): void {
    if (code === "key-reused") this.refused(submission_key, { code, reference: reference ?? null });
    else {
      this.turned_away += 1;
      this.settled(submission_key);
    }
  }

  settled(submission_key: string): void {
    this.drop(submission_key);
    void this.write(() => this.store.remove(submission_key));
  }

  /** The box will never take it: it stays here for a person. */
  refused(submission_key: string, refusal: Refusal): void {
    const row = this.waiting.peek().find((candidate) => candidate.submission_key === submission_key);
    if (row === undefined) return;
    this.turned_away += 1;
    this.drop(submission_key);
    this.keep(row, refusal);
  }

  /** Keeps it for a person. */
  keep(row: OutboxRow | PaperRow, refusal: Refusal): void {
    const { submission_key } = row;
    const kept: KeptRow = {
      submission_key,
      row,
      code: refusal.code,
      reference: referenceOf(refusal, submission_key),
      kept_at: plantTime().toISOString(),
    };
    this.kept.value = [...this.kept.peek(), kept];
    void this.write(() => this.store.keep(kept));
  }

  /** What an earlier page left comes before what this one has. */
  private async load(): Promise<void> {
    const { waiting, kept } = await this.store.open();
    const left = [...waiting].sort((a, b) => a.number - b.number);
    this.waiting.value = [...left, ...this.waiting.peek()];
    for (const { kind, submission_key } of left) if (kind === "submission") this.unsure.add(submission_key);
    this.kept.value = [...[...kept].sort((a, b) => a.kept_at.localeCompare(b.kept_at)), ...this.kept.peek()];
    this.last_number = Math.max(this.last_number, left.at(-1)?.number ?? 0);
    for (const [attempt_id, queue] of this.queues) {
      this.join(attempt_id, queue, left.filter(isAnswerOf(attempt_id)));
    }
  }

  /** The attempt was opened before it was known what an earlier page had left of it. */
  private join(attempt_id: string, queue: AnswerQueue, left: readonly AnswerRow[]): void {
    // What was answered again since is on its way, or has just left: the earlier answer must not come after it.
    const newer = queue.waiting();
    const replaced = left.filter((row) => newer.has(row.answer.item_id));
    for (const row of replaced) this.settled(row.submission_key);
    const rows = left.filter((row) => !replaced.includes(row));
    const known = this.known.get(attempt_id);
    const items = (this.attempts.get(attempt_id)?.items ?? []).map((item) => ({
      ...item,
      response: known?.get(item.item_id) ?? null,
    }));
    const overtaken = answeredElsewhere(items, rows);
    for (const key of overtaken) this.refused(key, { code: kAnsweredElsewhere, reference: null });
    queue.putFirst(
      rows.filter(({ submission_key }) => !overtaken.includes(submission_key)).map((row) => row.answer),
    );
  }

  private addQueue(place: RowPlace, rows: readonly AnswerRow[]): AnswerQueue {
    const journal = {
      added: (answer: Answer, gave_way: string | null) => this.addAnswer(place, answer, gave_way),
      saved: (submission_key: string) => this.saved(place.attempt_id, submission_key),
      refused: (answer: Answer & Refusal) => this.refused(answer.submission_key, answer),
    };
    const queue = new AnswerQueue(
      journal,
      rows.map((row) => row.answer),
    );
    this.queues.set(place.attempt_id, queue);
    return queue;
  }

  private addAnswer(place: RowPlace, answer: Answer, gave_way: string | null): Promise<void> {
    const items = this.attempts.get(place.attempt_id)?.items ?? [];
    const at = items.findIndex((candidate) => candidate.item_id === answer.item_id);
    const item = items[at];
    if (item === undefined) throw new RangeError("an answer to a question that the attempt does not have");
    const own = this.answersOf(place.attempt_id).filter((row) => row.answer.item_id === answer.item_id);
    const replaced = own.find((row) => row.submission_key === gave_way);
    const before = own.at(-1);
    const known = this.known.get(place.attempt_id)?.get(answer.item_id) ?? null;
    const row: AnswerRow = {
      kind: "answer",
      ...this.head(answer.submission_key, place),
      answer,
      base: replaced !== undefined ? replaced.base : before !== undefined ? before.answer.response : known,
      shown: shownAnswer(item, at + 1, answer.response),
    };
    return this.add(row, gave_way);
  }

  private saved(attempt_id: string, submission_key: string): void {
    const row = this.answersOf(attempt_id).find((candidate) => candidate.submission_key === submission_key);
    if (row !== undefined) this.known.get(attempt_id)?.set(row.answer.item_id, row.answer.response);
    this.settled(submission_key);
  }

  private head(submission_key: string, place: RowPlace) {
    this.last_number += 1;
    return { submission_key, number: this.last_number, place, made_at: new Date().toISOString() };
  }

  private add(row: OutboxRow, gave_way: string | null): Promise<void> {
    if (gave_way !== null) this.drop(gave_way);
    this.waiting.value = [...this.waiting.peek(), row];
    return this.write(() => this.store.add(row, gave_way));
  }

  private drop(submission_key: string): void {
    this.unsure.delete(submission_key);
    this.waiting.value = this.waiting.peek().filter((row) => row.submission_key !== submission_key);
  }

  private answersOf(attempt_id: string): AnswerRow[] {
    return this.waiting.peek().filter(isAnswerOf(attempt_id));
  }

  /** One change after another; one that fails is not forgotten, and never stands in the way of the sending. */
  private write(change: () => Promise<void>): Promise<void> {
    this.writes += 1;
    const written = this.writing.then(() => this.make(change));
    this.writing = written.then(() => {
      this.writes -= 1;
    });
    return Promise.race([written, this.givesUp(written)]);
  }

  private async make(change: () => Promise<void>): Promise<void> {
    const changes = [...this.missed, change];
    try {
      for (let next = changes[0]; next !== undefined; next = changes[0]) {
        await next();
        changes.shift();
      }
      this.keeping.value = "kept";
    } catch (error) {
      const full = error instanceof DOMException && error.name === "QuotaExceededError";
      this.keeping.value = full ? "full" : "memory";
    }
    this.missed = changes;
  }

  private givesUp(written: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.keeping.value = "memory";
        resolve();
      }, kWriteWithinMs);
      void written.then(() => clearTimeout(timer));
    });
  }
}

function isAnswerOf(attempt_id: string) {
  return (row: OutboxRow): row is AnswerRow => row.kind === "answer" && row.place.attempt_id === attempt_id;
}
