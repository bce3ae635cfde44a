// A request or a decision that was signed and sent, and whose answer is not known yet.

import { type DecisionDraft, type StepKey, stepKey, type WorkflowStep } from "./decision.ts";
import type { Draft } from "./request.ts";

/** Kept under its name until the box has answered; it holds the submission key, and no PIN. */
export interface Paper {
  readonly name: string;
  readonly draft: Draft | KeptDecision;
}

/** With the step as it was: the list may leave it out before the answer is known. Papers of older releases lack it. */
export interface KeptDecision extends DecisionDraft {
  readonly step?: WorkflowStep;
}

/** Whether the paper is this operator's. */
export function isOf(operator_id: string, name: string): boolean {
  return name === requestName(operator_id) || name.startsWith(`decision/${operator_id}/`);
}

/** One request at a time for each operator. */
export function requestName(operator_id: string): string {
  return `request/${operator_id}`;
}

export function decisionName(operator_id: string, step: StepKey): string {
  return ["decision", operator_id, stepKey(step)].join("/");
}
