// Workflow steps that wait for a team leader's word. The word is a command to the centre: nothing is decided here.

import type { Step } from "./attempt.ts";
import type { PastRequest, RequestKind } from "./request.ts";

export type Decision = "approve" | "reject";

export interface WorkflowStep {
  readonly workflow_id: string;
  readonly workflow_version: number;
  readonly request_id: string;
  readonly step_id: string;
  readonly kind: RequestKind;
  readonly skill: string;
  readonly operator_id: string;
  readonly operator_name: string;
  readonly reason_code: string;
  readonly comment: string;
  readonly requested_at: string;
  readonly due_at: string | null;
  readonly state: "open" | "sent";
  readonly decision: Decision | null;
  readonly decided_at: string | null;
  /** Absent where the box is too old to tell. */
  readonly decided_by?: { readonly id: string; readonly name: string } | null;
  readonly steps: readonly Step[];
}

export interface Decisions {
  readonly as_of: string | null;
  readonly steps: readonly WorkflowStep[];
  /** What the leader asked for others; absent where the box is too old to tell. */
  readonly requests?: readonly PastRequest[];
}

/** What is being decided; frozen once it was sent and the answer was lost. */
export interface DecisionDraft {
  readonly submission_key: string;
  readonly decision: Decision | null;
  readonly reason: string;
  readonly frozen: boolean;
}

export type StepKey = Pick<WorkflowStep, "workflow_id" | "step_id" | "workflow_version">;

/** One word is given to it. A step that was opened again is another one: what was said before does not answer it. */
export function stepKey({ workflow_id, step_id, workflow_version }: StepKey): string {
  return [workflow_id, step_id, workflow_version].join("/");
}

/** A rejection has to say why; an approval may. */
export function isDecidable({ decision, reason }: Pick<DecisionDraft, "decision" | "reason">): boolean {
  return decision === "approve" || (decision === "reject" && reason.trim() !== "");
}

/** Nobody decides on their own request. */
export function mayDecide(
  { state, operator_id }: Pick<WorkflowStep, "state" | "operator_id">,
  leader_id: string | undefined,
): boolean {
  return state === "open" && operator_id !== leader_id;
}

/** The steps of a list, and those that were decided here and have left it before the box said that it knows. */
export function withUnconfirmed(
  steps: readonly WorkflowStep[],
  unconfirmed: readonly WorkflowStep[],
): WorkflowStep[] {
  const isListed = (step: WorkflowStep) => steps.some((one) => stepKey(one) === stepKey(step));
  return [...steps, ...unconfirmed.filter((step) => !isListed(step))];
}

/** What is open comes first; of equals, what has to be decided first. */
export function inOrderOfDecision(steps: readonly WorkflowStep[]): WorkflowStep[] {
  const due = (step: WorkflowStep) =>
    step.due_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(step.due_at);
  return [...steps].sort(
    (a, b) =>
      Number(a.state === "sent") - Number(b.state === "sent") ||
      due(a) - due(b) ||
      a.requested_at.localeCompare(b.requested_at),
  );
}
