// One operator in front of one attempt: the sheet, the question on the screen, the time left, the saving.

import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { SavedAnswer } from "../api/box_api.ts";
import type { Answer, AnswerQueue } from "../domain/answer_queue.ts";
import type { Attempt, Item, Response } from "../domain/attempt.ts";
import type { TimeReading } from "../domain/countdown.ts";
import type { Problem } from "../domain/outcome.ts";
import { sameResponse } from "../domain/response.ts";
import {
  countSheet,
  entryOf,
  givenOf,
  openSheet,
  placeLeft,
  placeShown,
  type Sheet,
  type SheetCounts,
  type ShownQuestion,
  withEntry,
} from "../domain/sheet.ts";
import { AnswerSaver, type AnswerSink, type Halt } from "./answer_saver.ts";
import { newSubmissionKey } from "./keys.ts";
import { testLanguage } from "./language.ts";
import { fetchAhead } from "./media.ts";
import { type SeatKeeper, watchSeat } from "./seat_watch.ts";
import type { ShownTimes } from "./shown_times.ts";

export interface SittingListener {
  reached(is_reachable: boolean): void;
  refused(): void;
  halted(halt: Halt): void;
}

/** Owner: Kiosk. Made anew each time the attempt is opened, for each opening has its own lease. */
export class Sitting {
  readonly attempt: Attempt;
  readonly sheet: Signal<Sheet>;
  readonly position: Signal<number>;
  readonly time: Signal<TimeReading>;
  readonly waiting = signal(0);
  readonly counts: ReadonlySignal<SheetCounts>;
  /** Why the box, though it answers, does not take what waits; null while nothing is wrong. */
  readonly delay = signal<Problem | null>(null);
  /** One key for handing in, however often it is tried: the box counts it once. */
  readonly submit_key: string;
  /** Null where nothing is measured. */
  readonly times: ShownTimes | null;
  private readonly saver: AnswerSaver;
  private readonly stop_fetching: () => void;
  private readonly stop_measuring: (() => void) | undefined;
  private readonly start_watching: () => () => void;
  private stop_watching: () => void;
  private readonly queue: AnswerQueue;

  constructor(
    attempt: Attempt,
    queue: AnswerQueue,
    submit_key: string | null,
    box: AnswerSink & SeatKeeper,
    listener: SittingListener,
    times: ShownTimes | null,
  ) {
    this.attempt = attempt;
    this.times = times;
    this.submit_key = submit_key ?? newSubmissionKey();
    this.queue = queue;
    this.sheet = signal(openSheet(attempt.items, queue));
    this.position = signal(placeLeft(attempt, queue, this.sheet.peek()).position);
    this.time = signal({ remaining_s: attempt.remaining_s, read_at_ms: performance.now() });
    this.waiting.value = queue.size;
    queue.joined = (left) => this.show(left);
    this.counts = computed(() => countSheet(attempt.items, this.sheet.value));
    const sink: AnswerSink = {
      saveAnswer: (attempt_id, lease, answer) =>
        box.saveAnswer(attempt_id, lease, answer, this.shown.item_id),
    };
    this.saver = new AnswerSaver(attempt.attempt_id, attempt.lease, queue, sink, {
      saved: (answer, saved) => this.markSaved(answer, saved),
      refused: (answer) => {
        this.markRefused(answer.item_id);
        listener.refused();
      },
      reached: listener.reached,
      delayed: (problem) => {
        this.delay.value = problem;
      },
      halted: listener.halted,
    });
    this.saver.wake();
    this.start_watching = () => watchSeat(() => this.shown, box, listener.halted);
    this.stop_watching = this.start_watching();
    this.stop_measuring = times?.measure(() => this.item.item_id);
    this.stop_fetching = effect(() => fetchAhead(attempt.items, testLanguage.value));
  }

  get item(): Item {
    const item = this.attempt.items[this.position.value];
    if (item === undefined) throw new RangeError("position outside the attempt");
    return item;
  }

  /** Also while all answers are looked at, or signed: then the one before. */
  get shown(): ShownQuestion {
    return { attempt_id: this.attempt.attempt_id, item_id: this.item.item_id };
  }

  /** Where this screen was left, unless the test went on at another one since: each opening has the next lease. */
  goOnFrom(left: Sitting): void {
    const went_on = Number(this.attempt.lease) - Number(left.attempt.lease) !== 1;
    const shown = went_on ? placeShown(this.attempt) : -1;
    this.goTo(shown === -1 ? left.position.peek() : shown);
  }

  goTo(position: number): void {
    this.position.value = Math.min(Math.max(position, 0), this.attempt.items.length - 1);
  }

  answer(item_id: string, response: Response | null): void {
    const entry = entryOf(this.sheet.value, item_id);
    // A number is given again whenever its field is left, also one that was refused.
    const once_more = entry.mark === "refused" && response !== null && !("number" in response);
    if (once_more || !sameResponse(entry.response, response)) this.put(item_id, response, entry.flagged);
  }

  toggleFlag(item_id: string): void {
    const { flagged } = entryOf(this.sheet.value, item_id);
    this.put(item_id, givenOf(this.sheet.value, item_id), !flagged);
  }

  /** True once the box has every answer. */
  drained(): Promise<boolean> {
    return this.saver.drained();
  }

  /** The box is back. */
  wake(): void {
    this.saver.wake();
    fetchAhead(this.attempt.items, testLanguage.peek());
  }

  /** While it is handed in: once that is done nobody sits here, and the answer may have been lost. */
  watchSeat(watch: boolean): void {
    this.stop_watching();
    if (watch) this.stop_watching = this.start_watching();
  }

  stop(): void {
    this.stop_watching();
    this.stop_fetching();
    this.stop_measuring?.();
    this.saver.stop();
    this.queue.joined = null;
  }

  /** What an earlier page had answered. */
  private show(left: readonly Answer[]): void {
    for (const { item_id, response, flagged } of left) {
      const mark = "here" as const;
      this.sheet.value = withEntry(this.sheet.value, item_id, { response, flagged, mark, saved_at: null });
    }
    this.waiting.value = this.queue.size;
    this.saver.wake();
  }

  private put(item_id: string, response: Response | null, flagged: boolean): void {
    // On its way before anything is drawn.
    const shown = this.times === null ? {} : { shown_ms: this.times.take(item_id) };
    this.saver.put({ submission_key: newSubmissionKey(), item_id, response, flagged, ...shown });
    this.sheet.value = withEntry(this.sheet.value, item_id, {
      response,
      flagged,
      mark: "here",
      saved_at: null,
    });
    this.waiting.value = this.queue.size;
  }

  private markSaved({ item_id, response }: Answer, saved: SavedAnswer): void {
    this.waiting.value = this.queue.size;
    this.sheet.value = withEntry(this.sheet.value, item_id, { at_box: response });
    this.time.value = { remaining_s: saved.remaining_s, read_at_ms: performance.now() };
    // A later answer to the same item may still be on its way: then the item is not saved yet.
    if (this.queue.waiting().has(item_id)) return;
    this.sheet.value = withEntry(this.sheet.value, item_id, { mark: "saved", saved_at: saved.saved_at });
  }

  private markRefused(item_id: string): void {
    this.waiting.value = this.queue.size;
    if (this.queue.waiting().has(item_id)) return;
    this.sheet.value = withEntry(this.sheet.value, item_id, { mark: "refused" });
  }
}
