// What people do for themselves and for others beside the tests: requests, decisions, unlocking, finding a name.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { BoxApi, SavedBatch, SavedDecision, SavedRequest, Witness } from "../api/box_api.ts";
import type { Followed } from "../api/sync_stream.ts";
import type { SyncState } from "../domain/attempt.ts";
import type { DecisionDraft, Decisions, WorkflowStep } from "../domain/decision.ts";
import type { PaperRow } from "../domain/outbox_row.ts";
import type { Outcome, Problem } from "../domain/outcome.ts";
import { decisionName, type Paper, requestName } from "../domain/paper.ts";
import {
  type Draft,
  newDraft,
  type PastRequest,
  partsOf,
  type RequestChoices,
  withChange,
} from "../domain/request.ts";
import type { Person } from "../domain/roster.ts";
import type { Texts } from "../domain/texts.ts";
import type { OutboxStore } from "../storage/outbox_store.ts";
import type { Hindrance } from "./hindrance.ts";
import { newSubmissionKey } from "./keys.ts";
import { contentLanguage } from "./language.ts";
import type { Outbox } from "./outbox.ts";
import { Papers } from "./papers.ts";
import type { Screen } from "./screen.ts";

/** What the kiosk does for the desk. */
export interface DeskHost {
  readonly screen: ReadonlySignal<Screen>;
  show(screen: Screen): void;
  note<T>(outcome: Outcome<T>): Outcome<T>;
  hindranceOf(outcome: Outcome<unknown>): Hindrance;
}

export interface Deciding {
  readonly step: WorkflowStep;
  readonly draft: DecisionDraft;
}

interface Unsigned {
  readonly operator_id: string;
  readonly draft: Draft | null;
  readonly part: number;
  readonly deciding: Deciding | null;
}

/** Owner: Kiosk. Holds papers of the operator who is signed in, and keeps unconfirmed ones until that operator is back. */
export class Desk {
  readonly choices = signal<RequestChoices | null>(null);
  readonly decisions = signal<Decisions | null>(null);
  readonly draft = signal<Draft | null>(null);
  /** Which part of the draft is on the screen. */
  readonly part = signal(0);
  readonly deciding = signal<Deciding | null>(null);
  /** Whether something was signed that the box has not answered. */
  readonly holds = computed(() => this.papers.of(this.operator_id.value ?? "").length > 0);
  /** The steps of signed decisions without an answer, as they were. */
  readonly unconfirmed = computed(() =>
    this.papers
      .of(this.operator_id.value ?? "")
      .flatMap((draft) => ("step" in draft && draft.step !== undefined ? [draft.step] : [])),
  );
  /** How many papers wait no longer, though the box did not take them. */
  turned_away = 0;
  private readonly api: BoxApi;
  private readonly name: string;
  private readonly host: DeskHost;
  private readonly operator_id = signal<string | null>(null);
  private readonly papers: Papers;
  private readonly outbox: Outbox;
  /** What was being filled in when a screen was locked, as long as the page lives. */
  private left: Unsigned | null = null;

  /** `name`: the kiosk's. */
  constructor(api: BoxApi, name: string, store: OutboxStore, outbox: Outbox, host: DeskHost) {
    this.papers = new Papers(store);
    this.outbox = outbox;
    this.api = api;
    this.name = name;
    this.host = host;
  }

  enter(operator_id: string): void {
    this.operator_id.value = operator_id;
    void this.papers.ready().then(() => {
      if (this.operator_id.peek() === operator_id && this.draft.peek() === null) {
        this.draft.value = this.papers.get(requestName(operator_id));
      }
    });
  }

  /** Signed and without an answer, of every operator. */
  get unanswered(): number {
    return this.papers.size;
  }

  /** Whether a reload of the page would lose none of that: some browsers store nothing. */
  get outlasts_page(): boolean {
    return this.papers.outlast_page;
  }

  /** Whether the browser could not store some of it. */
  get forgetful(): boolean {
    return this.papers.failing.value;
  }

  /** `is_locked`: they may come back to what they were filling in; it is nobody else's. */
  leave(is_locked = false): void {
    const operator_id = this.operator_id.peek();
    if (is_locked) this.left = this.unsigned() ?? this.left;
    else if (this.left?.operator_id === operator_id) this.left = null;
    this.operator_id.value = null;
    this.choices.value = null;
    this.decisions.value = null;
    this.draft.value = null;
    this.deciding.value = null;
  }

  /** The names of the plant, where it lets people be found by name. */
  roster(): ReturnType<BoxApi["roster"]> {
    return this.ask(this.api.roster());
  }

  /** How far a record has come. Its screen stays as it is, unless the sign-in has ended. */
  async sync(followed: Followed): Promise<Outcome<SyncState>> {
    const screen = this.host.screen.peek();
    const outcome = await this.api.sync(followed);
    if (this.host.screen.peek() === screen) this.host.hindranceOf(outcome);
    return outcome;
  }

  /** A team leader lifts the wait after wrong PINs. */
  async unlock(leader: Witness, whose: { badge: string } | { person: Person }): Promise<Hindrance> {
    const screen = this.host.screen.peek();
    const who = "badge" in whose ? whose : { operator_id: whose.person.id };
    const hindrance = this.host.hindranceOf(await this.api.unlock(leader, who, this.name));
    if (hindrance !== null || this.host.screen.peek() !== screen) return hindrance;
    const shown = { name: "identify", badge: null, ...whose, locked: null, unlocked: true } as const;
    if (this.operator_id.peek() === null) this.host.show(shown);
    return null;
  }

  /** The names of skills and reasons; without them their codes are shown. */
  async loadChoices(): Promise<Outcome<RequestChoices>> {
    const asked_by = this.operator_id.peek();
    const outcome = await this.api.requestChoices();
    if (outcome.kind === "ok" && this.operator_id.peek() === asked_by) this.choices.value = outcome.value;
    return outcome;
  }

  async loadDecisions(): Promise<Outcome<Decisions>> {
    const asked_by = this.operator_id.peek();
    const outcome = await this.api.decisions();
    if (outcome.kind !== "ok" || this.operator_id.peek() !== asked_by) return outcome;
    this.decisions.value = outcome.value;
    void this.confirm(outcome.value.requests, outcome.value.steps);
    return outcome;
  }

  /** What the box lists it has saved: then it is known what became of it, though the answer was lost. */
  async confirm(requests: readonly PastRequest[] = [], steps: readonly WorkflowStep[] = []): Promise<void> {
    const operator_id = this.operator_id.peek();
    await this.papers.ready();
    if (operator_id === null || this.operator_id.peek() !== operator_id) return;
    const name = requestName(operator_id);
    const key = (this.papers.get<Draft>(name) ?? this.draft.peek())?.submission_key;
    // The first event of a request has its key.
    if (requests.some(({ event_id }) => event_id === key)) {
      this.papers.drop(name);
      // Not under the eyes of whoever is about to send it again.
      if (this.host.screen.peek().name !== "request") this.draft.value = null;
    }
    const decided = steps.filter(
      ({ state, decided_by }) => state === "sent" && decided_by?.id === operator_id,
    );
    for (const step of decided.filter((one) => this.isUnconfirmed(one))) this.papers.drop(this.nameOf(step));
  }

  async showLeader(): Promise<void> {
    this.host.show({ name: "leader" });
    const outcome = await this.ask(this.loadDecisions());
    // What follows must not take away what is said of them.
    if (outcome.kind === "ok" && this.choices.peek() === null) await this.ask(this.loadChoices());
  }

  /** A new draft, or the one that still waits for its answer: it comes first, for nobody knows whether it was saved. */
  showRequest(for_others: boolean): void {
    const waiting = this.draft.peek();
    const left = this.takeLeft(({ draft }) => draft !== null && (draft.operator_ids !== null) === for_others);
    const draft =
      waiting?.frozen === true
        ? waiting
        : (left?.draft ?? newDraft(newSubmissionKey(), for_others, contentLanguage.peek()));
    this.draft.value = draft;
    this.part.value = draft.frozen ? partsOf(draft).length - 1 : (left?.part ?? 0);
    void this.showForm();
  }

  /** The draft's screen; what there is to choose from is asked for, again where it did not come. */
  async showForm(): Promise<void> {
    this.host.show({ name: "request" });
    if (this.choices.peek() === null) await this.ask(this.loadChoices());
  }

  /** Whether this step was decided here, and the box has not said that it knows. */
  isUnconfirmed(step: WorkflowStep): boolean {
    return this.papers.get(this.nameOf(step)) !== null;
  }

  showDecision(step: WorkflowStep): void {
    const kept = this.papers.get<DecisionDraft>(this.nameOf(step));
    const fresh = { submission_key: newSubmissionKey(), decision: null, reason: "", frozen: false };
    const left = this.takeLeft(
      ({ deciding }) => deciding !== null && this.nameOf(deciding.step) === this.nameOf(step),
    );
    this.deciding.value = { step, draft: kept ?? left?.deciding?.draft ?? fresh };
    this.host.show({ name: "decide" });
  }

  followRequest(past: Pick<PastRequest, "event_id" | "steps">, title: Texts): void {
    this.follow("request", title, past);
  }

  /** Signs and sends what was filled in; `title` names it on the next screen. */
  async sendRequest(pin: string, title: Texts): Promise<Hindrance> {
    const screen = this.host.screen.peek();
    const outcome = await this.send(pin, title);
    const hindrance = this.hindranceOf(outcome, screen);
    if (outcome.kind !== "ok" || this.host.screen.peek() !== screen) return hindrance;
    const saved = "requests" in outcome.value ? outcome.value.requests : [outcome.value];
    const only = saved.length === 1 ? saved[0] : undefined;
    if (only !== undefined) this.follow("request", title, only);
    else if ("requests" in outcome.value)
      this.host.show({ name: "batch", title, rows: outcome.value.requests });
    return null;
  }

  async sendDecision(pin: string, title: Texts): Promise<Hindrance> {
    const screen = this.host.screen.peek();
    const outcome = await this.sendWord(pin, title);
    const hindrance = this.hindranceOf(outcome, screen);
    if (outcome.kind !== "ok" || this.host.screen.peek() !== screen) return hindrance;
    this.follow("decision", title, outcome.value);
    return null;
  }

  change(change: Partial<Draft>): void {
    const draft = this.draft.peek();
    const choices = this.choices.peek();
    if (draft !== null && choices !== null) this.draft.value = withChange(draft, change, choices);
  }

  /** Sends the draft; without an answer it is kept as it is, under its key, until there is one. */
  private async send(pin: string, title: Texts): Promise<Outcome<SavedRequest | SavedBatch>> {
    const draft = this.draft.peek();
    const operator_id = this.operator_id.peek();
    if (draft === null || operator_id === null) return { kind: "unreachable" };
    const sent = { ...draft, frozen: true };
    // Kept before it goes: the page or the sign-in may end before the answer comes.
    const paper = { name: requestName(operator_id), draft: sent };
    await this.papers.keep(paper);
    const outcome =
      draft.operator_ids === null
        ? await this.api.request(draft, pin)
        : await this.api.requestOnBehalf(draft, pin);
    const kept = this.staysOpen(outcome, draft.frozen);
    if (!kept) this.letGo(paper, { operator_id, title }, outcome);
    if (this.operator_id.peek() !== operator_id) return outcome;
    if (isSettled(outcome)) this.draft.value = null;
    else this.draft.value = kept ? sent : changeable(draft);
    return outcome;
  }

  changeDecision(change: Partial<Pick<DecisionDraft, "decision" | "reason">>): void {
    const deciding = this.deciding.peek();
    if (deciding === null || deciding.draft.frozen) return;
    this.deciding.value = { step: deciding.step, draft: { ...deciding.draft, ...change } };
  }

  private async sendWord(pin: string, title: Texts): Promise<Outcome<SavedDecision>> {
    const deciding = this.deciding.peek();
    const operator_id = this.operator_id.peek();
    if (deciding === null || deciding.draft.decision === null || operator_id === null)
      return { kind: "unreachable" };
    const { step, draft } = deciding;
    const sent = { ...draft, frozen: true };
    const paper = { name: this.nameOf(step), draft: { ...sent, step } };
    await this.papers.keep(paper);
    const { submission_key, decision, reason } = draft;
    const outcome = await this.api.decide(
      step,
      submission_key,
      decision as "approve" | "reject",
      reason,
      pin,
    );
    const kept = this.staysOpen(outcome, draft.frozen);
    if (!kept) this.letGo(paper, { operator_id, title }, outcome);
    if (this.deciding.peek() !== deciding) return outcome;
    if (isSettled(outcome)) this.deciding.value = null;
    else this.deciding.value = { step, draft: kept ? sent : changeable(draft) };
    return outcome;
  }

  /** The box has answered it. What it has otherwise under the key is kept for a person. */
  private letGo(paper: Paper, place: PaperRow["place"], outcome: Outcome<unknown>): void {
    if (!isConflict(outcome)) {
      this.papers.drop(paper.name);
      return;
    }
    const { code, reference } = outcome.problem;
    this.papers.forget(paper.name);
    const row = { kind: "paper", submission_key: paper.draft.submission_key, place, paper } as const;
    this.outbox.keep(row, { code, reference: reference ?? null });
  }

  /** What comes of asking is noted on the screen that asked: on a later one there may be somebody else. */
  private async ask<T>(asked: Promise<Outcome<T>>): Promise<Outcome<T>> {
    const screen = this.host.screen.peek();
    const outcome = await asked;
    return this.host.screen.peek() === screen ? this.host.note(outcome) : outcome;
  }

  /** What is being filled in on the screen; once it is signed it is a paper, whatever becomes of it. */
  private unsigned(): Unsigned | null {
    const operator_id = this.operator_id.peek();
    const screen = this.host.screen.peek().name;
    const draft = screen === "request" ? this.draft.peek() : null;
    const deciding = screen === "decide" ? this.deciding.peek() : null;
    if (operator_id === null || (draft === null && deciding === null)) return null;
    const paper = deciding === null ? requestName(operator_id) : this.nameOf(deciding.step);
    if (this.papers.get(paper) !== null) return null;
    return { operator_id, draft, part: this.part.peek(), deciding };
  }

  private takeLeft(is_wanted: (left: Unsigned) => boolean): Unsigned | null {
    const { left } = this;
    if (left === null || left.operator_id !== this.operator_id.peek() || !is_wanted(left)) return null;
    this.left = null;
    return left;
  }

  /** What is in the way of whoever signed on the screen, if it is still there; a conflict leads to what needs attention. */
  private hindranceOf(outcome: Outcome<unknown>, screen: Screen): Hindrance {
    if (this.host.screen.peek() !== screen) return null;
    const hindrance = this.host.hindranceOf(outcome);
    if (isConflict(outcome)) this.host.show({ name: "attention", next: null });
    return isConflict(outcome) ? null : hindrance;
  }

  private staysOpen(outcome: Outcome<unknown>, tried_before: boolean): boolean {
    const stays = staysOpen(outcome, tried_before);
    if (!stays && outcome.kind !== "ok") this.turned_away += 1;
    return stays;
  }

  private follow(
    kind: "request" | "decision",
    title: Texts,
    { event_id, steps }: Pick<PastRequest, "event_id" | "steps">,
  ): void {
    const followed = { kind: "events", id: event_id } as const;
    this.host.show({ name: "tracker", kind, title, followed, steps, record: event_id });
  }

  private nameOf(step: WorkflowStep): string {
    return decisionName(this.operator_id.value ?? "", step);
  }
}

/** Whether it is still unknown what became of it. A session that ended under it is answered by signing in again. */
function staysOpen(outcome: Outcome<unknown>, tried_before: boolean): boolean {
  if (outcome.kind === "unreachable") return true;
  if (outcome.kind === "problem" && outcome.problem.code === "not-signed-in") return true;
  return tried_before && mayPass(outcome);
}

/** Refused for good, so nothing was saved under its key: it can be changed, and is something new when it goes again. */
function changeable<T extends { frozen: boolean; submission_key: string }>(draft: T): T {
  return draft.frozen ? { ...draft, frozen: false, submission_key: newSubmissionKey() } : draft;
}

/** A wrong PIN or a busy box says nothing about what an earlier try has done. */
function mayPass(outcome: Outcome<unknown>): boolean {
  if (outcome.kind !== "problem") return false;
  const { status } = outcome.problem;
  return status === 401 || status === 408 || status === 429 || status >= 500;
}

/** Saved, or kept by the box for a person to look at: in both cases there is nothing more to send. */
function isSettled(outcome: Outcome<unknown>): boolean {
  return outcome.kind === "ok" || isConflict(outcome);
}

/** The box has something else under the key, and keeps both. */
function isConflict(outcome: Outcome<unknown>): outcome is { kind: "problem"; problem: Problem } {
  return outcome.kind === "problem" && outcome.problem.code === "key-reused";
}
