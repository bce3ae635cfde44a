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
  /** The log reaches only its end: what is counted may be more. */
  readonly partial: boolean;
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
    const known = to_ms > complete_from;
    return {
      from_ms,
      to_ms,
      recorded: known ? (history.recorded[i] ?? null) : null,
      received: known ? (history.received[i] ?? null) : null,
      waiting: known ? waiting : null,
      oldest_s: known ? (history.oldest_s[i] ?? null) : null,
      partial: known && from_ms < complete_from,
    };
  });
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

/** 0 where nothing is known. */
export function mostOf(steps: readonly HistoryStep[], value: (step: HistoryStep) => number | null): number {
  return Math.max(0, ...known(steps.map(value)));
}

/** "762", or "762 or more" where some of it is not known. */
export function sumWords(steps: readonly HistoryStep[], value: (step: HistoryStep) => number | null): string {
  const sum = known(steps.map(value)).reduce((all, one) => all + one, 0);
  return orMore(
    sum,
    steps.some((step) => step.partial || value(step) === null),
  );
}

export const kNotKnown = "not known";
const orMore = (value: number, more: boolean) => `${groupedWords(value)}${more ? " or more" : ""}`;

export interface StepWords {
  readonly recorded: string;
  readonly received: string;
  readonly waiting: string;
  readonly oldest: string;
}

export function stepWords({ recorded, received, waiting, oldest_s, partial }: HistoryStep): StepWords {
  const counted = (value: number | null) => (value === null ? kNotKnown : orMore(value, partial));
  return {
    recorded: counted(recorded),
    received: counted(received),
    waiting: waiting === null ? kNotKnown : groupedWords(waiting),
    oldest: oldest_s === null ? kNotKnown : waiting === 0 ? "none" : ageWords(oldest_s),
  };
}
