// The history of the outbox, step by step.

import { ageWords, groupedWords } from "./ages.ts";
import type { History } from "./box_report.ts";

/** One step of the history; null: the log does not reach so far back. */
export interface HistoryStep {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly recorded: number | null;
  readonly received: number | null;
  readonly waiting: number | null;
  readonly oldest_s: number | null;
}

export function stepsOf(history: History): readonly HistoryStep[] {
  const [from, to, complete_from] = [history.from, history.to, history.complete_from].map(Date.parse) as [
    number,
    number,
    number,
  ];
  const step_ms = history.step_s * 1_000;
  return history.waiting.map((waiting, i) => {
    const [from_ms, to_ms] = [from + i * step_ms, Math.min(from + (i + 1) * step_ms, to)];
    const whole = from_ms >= complete_from;
    const at_end = to_ms >= complete_from;
    return {
      from_ms,
      to_ms,
      recorded: whole ? (history.recorded[i] ?? null) : null,
      received: whole ? (history.received[i] ?? null) : null,
      waiting: at_end ? waiting : null,
      oldest_s: at_end ? (history.oldest_s[i] ?? null) : null,
    };
  });
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

/** 0 where nothing is known. */
export function mostOf(steps: readonly HistoryStep[], value: (step: HistoryStep) => number | null): number {
  return Math.max(0, ...known(steps.map(value)));
}

/** Null where some of it is not known. */
export function sumOf(
  steps: readonly HistoryStep[],
  value: (step: HistoryStep) => number | null,
): number | null {
  const values = steps.map(value);
  return values.includes(null) ? null : known(values).reduce((sum, one) => sum + one, 0);
}

export const kNotKnown = "not known";
const figure = (value: number | null) => (value === null ? kNotKnown : groupedWords(value));

export interface StepWords {
  readonly recorded: string;
  readonly received: string;
  readonly waiting: string;
  readonly oldest: string;
}

export function stepWords({ recorded, received, waiting, oldest_s }: HistoryStep): StepWords {
  return {
    recorded: figure(recorded),
    received: figure(received),
    waiting: figure(waiting),
    oldest: oldest_s === null ? kNotKnown : waiting === 0 ? "none" : ageWords(oldest_s),
  };
}
