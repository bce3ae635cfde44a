// The way of a completed test, in five steps. The screen never claims more than is known.

import type { Step, StepName, StepState } from "./attempt.ts";

export type JourneyName = "here" | StepName;

export interface JourneyStep {
  readonly name: JourneyName;
  readonly state: StepState;
  readonly at: string | null;
  readonly code: string | null;
}

const kBoxSteps: readonly StepName[] = ["saved", "sent", "received", "certified"];

/** All five steps in order. A step that the box does not mention is unknown here, not pending and not done. */
export function journey(steps: readonly Step[]): JourneyStep[] {
  const told = kBoxSteps.map((name): JourneyStep => {
    const step = steps.find((candidate) => candidate.name === name);
    return { name, state: step?.state ?? "unknown", at: step?.at ?? null, code: step?.code ?? null };
  });
  // Whoever sees a saved test has left the screen behind; the time is that of the saving.
  const saved = told[0]?.state === "done";
  const here: JourneyStep = {
    name: "here",
    state: saved ? "done" : "waiting",
    at: saved ? (told[0]?.at ?? null) : null,
    code: null,
  };
  return [here, ...told];
}

/** How many steps in a row are done, from the first: how far the water has come. */
export function stepsDone(steps: readonly JourneyStep[]): number {
  const open = steps.findIndex((step) => step.state !== "done");
  return open === -1 ? steps.length : open;
}

/** The step that tells most about where the record is: one that needs attention, else the last that is done. */
export function headline(steps: readonly JourneyStep[]): JourneyStep | null {
  return (
    steps.find((step) => step.state === "attention") ??
    steps.findLast((step) => step.state === "done") ??
    steps[0] ??
    null
  );
}
