// Sends answers to the plant box, one at a time and in order, until the box has each of them.

import type { Lease, SavedAnswer } from "../api/box_api.ts";
import type { Answer, AnswerQueue } from "../domain/answer_queue.ts";
import { afterSave, type Outcome, type Problem, retryDelayMs } from "../domain/outcome.ts";

/** Why sending has stopped until a person acts. */
export type Halt = "sign_in" | "elsewhere" | "closed";

export interface AnswerSink {
  /** `shown_item`: the question on the screen meanwhile; nothing where none is. */
  saveAnswer(
    attempt_id: string,
    lease: Lease,
    answer: Answer,
    shown_item?: string,
  ): Promise<Outcome<SavedAnswer>>;
}

export interface SaverListener {
  saved(answer: Answer, saved: SavedAnswer): void;
  refused(answer: Answer, code: string): void;
  reached(is_reachable: boolean): void;
  /** The box answers but cannot take it now; null once it has taken one. */
  delayed(problem: Problem | null): void;
  halted(halt: Halt): void;
}

/** Owner: Sitting. The queue outlives it, so that a new sitting of the same attempt goes on where this one ended. */
export class AnswerSaver {
  private readonly attempt_id: string;
  private readonly lease: Lease;
  private readonly queue: AnswerQueue;
  private readonly sink: AnswerSink;
  private readonly listener: SaverListener;
  private sending = false;
  private stopped = false;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private idle: (() => void)[] = [];

  constructor(
    attempt_id: string,
    lease: Lease,
    queue: AnswerQueue,
    sink: AnswerSink,
    listener: SaverListener,
  ) {
    this.attempt_id = attempt_id;
    this.lease = lease;
    this.queue = queue;
    this.sink = sink;
    this.listener = listener;
  }

  put(answer: Answer): void {
    this.queue.put({ ...answer, given_at_ms: Date.now(), given_on_page_ms: performance.now() });
    this.wake();
  }

  /** Tries now, whatever the wait: the box was heard, or an answer came. */
  wake(): void {
    if (this.sending || this.stopped) return;
    clearTimeout(this.timer);
    void this.drain();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.release();
  }

  /** Resolves to true once nothing waits, to false if sending failed or stopped: the screen then says so. */
  async drained(): Promise<boolean> {
    this.wake();
    if (this.sending) await new Promise<void>((resolve) => this.idle.push(resolve));
    return !this.stopped && this.queue.size === 0;
  }

  private async drain(): Promise<void> {
    this.sending = true;
    for (let answer = this.queue.take(); answer !== null && !this.stopped; answer = this.queue.take()) {
      const may_go = this.queue.mayGo(answer.submission_key);
      if (may_go !== null) await may_go;
      if (this.stopped) break;
      const outcome = await this.sink.saveAnswer(this.attempt_id, this.lease, answer);
      if (!this.settle(answer, outcome)) break;
    }
    this.sending = false;
    this.release();
  }

  /** True if the next answer may go. */
  private settle(answer: Answer, outcome: Outcome<SavedAnswer>): boolean {
    // Heard late, after stop: the queue keeps the answer and the next sitting sends it again under the same key.
    if (this.stopped && outcome.kind !== "ok") return false;
    this.listener.reached(outcome.kind !== "unreachable");
    const next = afterSave(outcome);
    if (next === "saved" && outcome.kind === "ok") {
      this.tries = 0;
      this.listener.delayed(null);
      this.queue.saved(answer.submission_key);
      this.listener.saved(answer, outcome.value);
      return true;
    }
    if (next === "refused" && outcome.kind === "problem") {
      const { code, reference } = outcome.problem;
      this.queue.refuse(answer.submission_key, { code, reference: reference ?? null });
      this.listener.refused(answer, outcome.problem.code);
      return true;
    }
    if (next === "again") {
      this.tries += 1;
      this.listener.delayed(outcome.kind === "problem" ? outcome.problem : null);
      this.timer = setTimeout(() => this.wake(), retryDelayMs(this.tries));
      return false;
    }
    if (next === "sign_in" || next === "elsewhere" || next === "closed") {
      this.stop();
      this.listener.halted(next);
    }
    return false;
  }

  private release(): void {
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }
}
