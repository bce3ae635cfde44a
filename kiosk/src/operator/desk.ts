// Requests and decisions: what is being filled in, and what was sent without an answer.

import { signal } from "@preact/signals";
import type { BoxApi, SavedBatch, SavedDecision, SavedRequest } from "../api/box_api.ts";
import type { DecisionDraft, Decisions, WorkflowStep } from "../domain/decision.ts";
import type { Outcome } from "../domain/outcome.ts";
import { type Draft, newDraft, partsOf, type RequestChoices, withChange } from "../domain/request.ts";
import { newSubmissionKey } from "./keys.ts";

export interface Deciding {
  readonly step: WorkflowStep;
  readonly draft: DecisionDraft;
}

/** Owner: Kiosk. Holds papers of the operator who is signed in, and keeps unconfirmed ones until that operator is back. */
export class Desk {
  readonly choices = signal<RequestChoices | null>(null);
  readonly decisions = signal<Decisions | null>(null);
  readonly draft = signal<Draft | null>(null);
  /** Which part of the draft is on the screen. */
  readonly part = signal(0);
  readonly deciding = signal<Deciding | null>(null);
  private readonly api: BoxApi;
  private operator_id: string | null = null;
  private readonly kept_drafts = new Map<string, Draft>();
  private readonly kept_decisions = new Map<string, DecisionDraft>();

  constructor(api: BoxApi) {
    this.api = api;
  }

  enter(operator_id: string): void {
    this.operator_id = operator_id;
    this.draft.value = this.kept_drafts.get(operator_id) ?? null;
  }

  leave(): void {
    this.operator_id = null;
    this.choices.value = null;
    this.decisions.value = null;
    this.draft.value = null;
    this.deciding.value = null;
  }

  async loadChoices(): Promise<Outcome<RequestChoices>> {
    const asked_by = this.operator_id;
    const outcome = await this.api.requestChoices();
    if (outcome.kind === "ok" && this.operator_id === asked_by) this.choices.value = outcome.value;
    return outcome;
  }

  async loadDecisions(): Promise<Outcome<Decisions>> {
    const asked_by = this.operator_id;
    const outcome = await this.api.decisions();
    if (outcome.kind === "ok" && this.operator_id === asked_by) this.decisions.value = outcome.value;
    return outcome;
  }

  /** A new draft, or the one that still waits for its answer: it comes first, for nobody knows whether it was saved. */
  openDraft(for_others: boolean, language: string): void {
    const waiting = this.draft.peek();
    if (waiting?.frozen !== true) this.draft.value = newDraft(newSubmissionKey(), for_others, language);
    const draft = this.draft.peek();
    this.part.value = draft?.frozen === true ? partsOf(draft).length - 1 : 0;
  }

  change(change: Partial<Draft>): void {
    const draft = this.draft.peek();
    const choices = this.choices.peek();
    if (draft !== null && choices !== null) this.draft.value = withChange(draft, change, choices);
  }

  /** Sends the draft; without an answer it is kept as it is, under its key, until there is one. */
  async send(pin: string): Promise<Outcome<SavedRequest | SavedBatch>> {
    const draft = this.draft.peek();
    const operator_id = this.operator_id;
    if (draft === null || operator_id === null) return { kind: "unreachable" };
    const sent = { ...draft, frozen: true };
    // Kept before it goes: the sign-in may end before the answer comes.
    this.kept_drafts.set(operator_id, sent);
    const outcome =
      draft.operator_ids === null
        ? await this.api.request(draft, pin)
        : await this.api.requestOnBehalf(draft, pin);
    if (outcome.kind !== "unreachable" && !(draft.frozen && mayPass(outcome))) {
      this.kept_drafts.delete(operator_id);
    }
    if (this.operator_id !== operator_id) return outcome;
    if (outcome.kind === "unreachable") this.draft.value = sent;
    if (isSettled(outcome)) this.draft.value = null;
    return outcome;
  }

  openDecision(step: WorkflowStep): void {
    const kept = this.kept_decisions.get(this.nameOf(step));
    const fresh = { submission_key: newSubmissionKey(), decision: null, reason: "", frozen: false };
    this.deciding.value = { step, draft: kept ?? fresh };
  }

  changeDecision(change: Partial<Pick<DecisionDraft, "decision" | "reason">>): void {
    const deciding = this.deciding.peek();
    if (deciding === null || deciding.draft.frozen) return;
    this.deciding.value = { step: deciding.step, draft: { ...deciding.draft, ...change } };
  }

  async sendDecision(pin: string): Promise<Outcome<SavedDecision>> {
    const deciding = this.deciding.peek();
    if (deciding === null || deciding.draft.decision === null) return { kind: "unreachable" };
    const { step, draft } = deciding;
    const name = this.nameOf(step);
    const sent = { ...draft, frozen: true };
    this.kept_decisions.set(name, sent);
    const { submission_key, decision, reason } = draft;
    const outcome = await this.api.decide(
      step,
      submission_key,
      decision as "approve" | "reject",
      reason,
      pin,
    );
    if (outcome.kind !== "unreachable" && !(draft.frozen && mayPass(outcome)))
      this.kept_decisions.delete(name);
    if (this.deciding.peek() !== deciding) return outcome;
    if (outcome.kind === "unreachable") this.deciding.value = { step, draft: sent };
    if (isSettled(outcome)) this.deciding.value = null;
    return outcome;
  }

  private nameOf(step: WorkflowStep): string {
    return [this.operator_id, step.workflow_id, step.step_id].join("/");
  }
}

/** A wrong PIN or a busy box says nothing about what an earlier try has done. */
function mayPass(outcome: Outcome<unknown>): boolean {
  if (outcome.kind !== "problem") return false;
  const { status } = outcome.problem;
  return status === 401 || status === 408 || status === 429 || status >= 500;
}

/** Saved, or kept by the box for a person to look at: in both cases there is nothing more to send. */
function isSettled(outcome: Outcome<unknown>): boolean {
  return outcome.kind === "ok" || (outcome.kind === "problem" && outcome.problem.code === "key-reused");
}
