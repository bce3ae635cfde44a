// The kiosk as a whole: which screen is shown, who is signed in, and what each act leads to.

import { signal } from "@preact/signals";
import type { BoxApi, Identity, Witness } from "../api/box_api.ts";
import { AnswerQueue } from "../domain/answer_queue.ts";
import type { Attempt } from "../domain/attempt.ts";
import type { WorkflowStep } from "../domain/decision.ts";
import type { Outcome, Problem } from "../domain/outcome.ts";
import type { PastRequest } from "../domain/request.ts";
import type { Person } from "../domain/roster.ts";
import type { Operator, Session } from "../domain/status.ts";
import type { Texts } from "../domain/texts.ts";
import type { Assignment, PastResult, Work } from "../domain/work.ts";
import type { Halt } from "./answer_saver.ts";
import { BoxWatch } from "./box_watch.ts";
import { Desk } from "./desk.ts";
import { IdleWatch } from "./idle_watch.ts";
import { newSubmissionKey } from "./keys.ts";
import {
  catchUpLanguage,
  chooseLanguage,
  contentLanguage,
  restoreLanguage,
  screenLanguage,
} from "./language.ts";
import type { LockReason, Screen } from "./screen.ts";
import { Sitting } from "./sitting.ts";

/** What stands in the way, or null when all went well. */
export type Hindrance = Problem | "unreachable" | null;
/** not_drained: answers are still on this screen only, so nothing was handed in. */
export type HandInHindrance = Hindrance | "not_drained";

/** Owner: main. Composed once per page. */
export class Kiosk {
  readonly screen = signal<Screen>({ name: "attract" });
  readonly operator = signal<Operator | null>(null);
  readonly work = signal<Work | null>(null);
  readonly sitting = signal<Sitting | null>(null);
  readonly hindrance = signal<Hindrance>(null);
  /** True while the attempt on this screen has been taken up on another one. */
  readonly elsewhere = signal(false);
  readonly box: BoxWatch;
  readonly idle = new IdleWatch(() => this.lock("idle"));
  readonly desk: Desk;
  private readonly api: BoxApi;
  private readonly name: string;
  private readonly language_fixed: boolean;
  private identity: Identity | null = null;
  private language_chosen = false;
  private session_left_open = false;
  /** Answers that the box has not taken yet, by attempt: they wait for their operator to come back. */
  private readonly queues = new Map<string, AnswerQueue>();
  private readonly begin_keys = new Map<string, string>();

  constructor(api: BoxApi, name: string, language_fixed = false) {
    this.api = api;
    this.name = name;
    this.language_fixed = language_fixed;
    this.desk = new Desk(api);
    this.box = new BoxWatch(api);
  }

  async start(): Promise<void> {
    this.box.start();
    this.box.reachable.subscribe((reachable) => {
      if (!reachable) return;
      this.sitting.peek()?.wake();
      catchUpLanguage();
      if (this.session_left_open) void this.endSession();
    });
    // A session that outlived its page has no one in front of it who has shown a PIN.
    const outcome = await this.api.session();
    if (outcome.kind === "ok" && this.operator.peek() === null) await this.endSession();
  }

  show(screen: Screen): void {
    this.hindrance.value = null;
    this.screen.value = screen;
  }

  pickLanguage(language: string): void {
    this.language_chosen = true;
    void chooseLanguage(language);
  }

  identify(badge: string | null): void {
    this.show({ name: "identify", badge, locked: null });
  }

  identifyByName(person: Person): void {
    this.show({ name: "identify", badge: null, person, locked: null });
  }

  /** The names of the plant, where it lets people be found by name. */
  roster(): ReturnType<BoxApi["roster"]> {
    return this.api.roster();
  }

  /** The badge that is signed in; null for someone who came by name. */
  get badge(): string | null {
    return this.identity !== null && "badge" in this.identity ? this.identity.badge : null;
  }

  async signIn(who: Identity, pin: string): Promise<Hindrance> {
    const screen = this.screen.peek();
    const outcome = await this.api.signIn(who, pin, this.name);
    // The cookie is the new session's now: the old one can no longer be ended, and this one must not be.
    if (outcome.kind === "ok") this.session_left_open = false;
    const hindrance = this.hindranceOf(outcome);
    if (outcome.kind !== "ok") return hindrance;
    if (this.screen.peek() !== screen) {
      // Cancelled while the box was thinking.
      await this.endSession();
      return null;
    }
    this.enter(outcome.value, who);
    const locked = screen.name === "identify" ? screen.locked : null;
    if (locked !== null && locked.operator.id === outcome.value.operator.id) {
      const { attempt, position } = locked.sitting;
      if ((await this.open(attempt.assignment_id, position.peek())) === null) return null;
      await this.showWork();
      return null;
    }
    this.show({ name: "confirm" });
    return null;
  }

  /** A team leader lifts the wait after wrong PINs. */
  async unlock(leader: Witness, badge: string): Promise<Hindrance> {
    const screen = this.screen.peek();
    const hindrance = this.hindranceOf(await this.api.unlock(leader, badge, this.name));
    if (hindrance !== null || this.screen.peek() !== screen) return hindrance;
    if (this.operator.peek() === null) this.show({ name: "identify", badge, locked: null, unlocked: true });
    return null;
  }

  async signOut(): Promise<void> {
    this.leave();
    this.show({ name: "attract" });
    this.language_chosen = false;
    restoreLanguage();
    await this.endSession();
  }

  async showWork(): Promise<void> {
    const operator = this.operator.peek();
    this.closeSitting();
    this.show({ name: "work" });
    const outcome = await this.api.work();
    if (this.operator.peek() !== operator) return;
    this.note(outcome);
    if (outcome.kind === "ok") this.work.value = outcome.value;
    // The names of skills and reasons; without them their codes are shown.
    if (this.desk.choices.peek() === null) void this.desk.loadChoices();
  }

  /** A begun test leads to the resume screen, a new one to the brief. */
  async choose(assignment: Assignment): Promise<void> {
    if (assignment.state !== "in_progress" || typeof assignment.attempt_id !== "string") {
      this.show({ name: "brief", assignment });
      return;
    }
    const operator = this.operator.peek();
    const outcome = await this.api.attempt(assignment.attempt_id);
    if (this.operator.peek() !== operator) return;
    this.note(outcome);
    if (outcome.kind === "ok") this.show({ name: "resume", attempt: outcome.value });
  }

  /** Starts or takes up the attempt; a try that got no answer is repeated under the same key. */
  async open(assignment_id: string, position: number | null): Promise<Hindrance> {
    const key = this.begin_keys.get(assignment_id) ?? newSubmissionKey();
    this.begin_keys.set(assignment_id, key);
    const operator = this.operator.peek();
    const outcome = await this.api.openAttempt(key, assignment_id, contentLanguage.peek());
    if (this.operator.peek() !== operator) return null;
    this.note(outcome);
    if (outcome.kind === "unreachable") return "unreachable";
    this.begin_keys.delete(assignment_id);
    if (outcome.kind === "problem") return outcome.problem;
    this.sit(outcome.value, position);
    return null;
  }

  /** Hands in: first every answer, then the signature. */
  async handIn(pin: string, witness: Witness | null = null): Promise<HandInHindrance> {
    const sitting = this.sitting.peek();
    if (sitting === null) return null;
    if (!(await sitting.drained())) return "not_drained";
    const { attempt, submit_key } = sitting;
    const outcome = await this.api.submit(attempt.attempt_id, attempt.lease, submit_key, pin, witness);
    if (outcome.kind === "ok") this.queues.delete(attempt.attempt_id);
    if (this.sitting.peek() !== sitting) return null;
    if (outcome.kind === "ok") {
      this.box.reached(true);
      this.show({ name: "result", title: attempt.title, result: outcome.value });
      this.closeSitting();
      return null;
    }
    if (outcome.kind === "problem" && outcome.problem.code === "stale-lease") this.halted("elsewhere");
    if (outcome.kind === "problem" && outcome.problem.code === "attempt-closed") this.halted("closed");
    return this.hindranceOf(outcome);
  }

  follow(past: PastResult): void {
    const { attempt_id: id, title, steps } = past;
    this.show({
      name: "tracker",
      kind: "result",
      title,
      followed: { kind: "attempts", id },
      steps,
      record: id,
    });
  }

  followRequest(past: Pick<PastRequest, "event_id" | "steps">, title: Texts): void {
    this.followEvent("request", title, past);
  }

  async showLeader(): Promise<void> {
    this.show({ name: "leader" });
    this.note(await this.desk.loadDecisions());
    if (this.desk.choices.peek() === null) this.note(await this.desk.loadChoices());
  }

  showRequest(for_others: boolean): void {
    this.desk.openDraft(for_others, screenLanguage.peek());
    this.show({ name: "request" });
    if (this.desk.choices.peek() === null) void this.desk.loadChoices().then((outcome) => this.note(outcome));
  }

  showDecision(step: WorkflowStep): void {
    this.desk.openDecision(step);
    this.show({ name: "decide" });
  }

  /** Signs and sends what was filled in; `title` names it on the next screen. */
  async sendRequest(pin: string, title: Texts): Promise<Hindrance> {
    const screen = this.screen.peek();
    const outcome = await this.desk.send(pin);
    const hindrance = this.hindranceOf(outcome);
    if (outcome.kind !== "ok" || this.screen.peek() !== screen) return hindrance;
    if (!("requests" in outcome.value)) this.followEvent("request", title, outcome.value);
    else if (outcome.value.requests.length === 1 && outcome.value.requests[0] !== undefined) {
      this.followEvent("request", title, outcome.value.requests[0]);
    } else this.show({ name: "batch", title, rows: outcome.value.requests });
    return null;
  }

  async sendDecision(pin: string, title: Texts): Promise<Hindrance> {
    const screen = this.screen.peek();
    const outcome = await this.desk.sendDecision(pin);
    const hindrance = this.hindranceOf(outcome);
    if (outcome.kind !== "ok" || this.screen.peek() !== screen) return hindrance;
    this.followEvent("decision", title, outcome.value);
    return null;
  }

  /** Nobody there, or the sign-in has ended: suspends, never submits. */
  lock(reason: LockReason): void {
    const operator = this.operator.peek();
    const sitting = this.sitting.peek();
    const identity = this.identity;
    this.leave();
    void this.endSession();
    if (operator === null || sitting === null) this.show({ name: "attract" });
    else {
      const badge = identity !== null && "badge" in identity ? identity.badge : null;
      const person = badge === null ? operator : null;
      this.show({ name: "identify", badge, person, locked: { reason, operator, sitting } });
    }
  }

  /** The operator takes the attempt back from the other screen. */
  async takeOver(): Promise<void> {
    const sitting = this.sitting.peek();
    if (sitting === null) return;
    await this.open(sitting.attempt.assignment_id, sitting.position.peek());
  }

  /** The box is told again once it can be reached: a session must not stay open behind someone's back. */
  private async endSession(): Promise<void> {
    const outcome = await this.api.signOut();
    this.session_left_open = outcome.kind === "unreachable" && this.operator.peek() === null;
  }

  private followEvent(
    kind: "request" | "decision",
    title: Texts,
    { event_id, steps }: Pick<PastRequest, "event_id" | "steps">,
  ): void {
    const followed = { kind: "events", id: event_id } as const;
    this.show({ name: "tracker", kind, title, followed, steps, record: event_id });
  }

  private enter(session: Session, who: Identity): void {
    this.identity = who;
    this.desk.enter(session.operator.id);
    this.operator.value = session.operator;
    // Someone who tapped a language on the first screen meant it.
    if (!this.language_chosen && !this.language_fixed) void chooseLanguage(session.operator.language);
    this.idle.start();
  }

  private leave(): void {
    this.idle.stop();
    this.closeSitting();
    this.operator.value = null;
    this.work.value = null;
    this.identity = null;
    this.desk.leave();
  }

  private sit(attempt: Attempt, position: number | null): void {
    this.closeSitting();
    if (attempt.state === "submitted" && attempt.result) {
      this.show({ name: "result", title: attempt.title, result: attempt.result });
      return;
    }
    const queue = this.queues.get(attempt.attempt_id) ?? new AnswerQueue();
    this.queues.set(attempt.attempt_id, queue);
    const sitting = new Sitting(attempt, queue, this.api, {
      reached: (reachable) => this.box.reached(reachable),
      halted: (halt) => this.halted(halt),
    });
    if (position !== null) sitting.goTo(position);
    this.sitting.value = sitting;
    this.show({ name: "question" });
  }

  private closeSitting(): void {
    this.sitting.peek()?.stop();
    this.sitting.value = null;
    this.elsewhere.value = false;
  }

  private halted(halt: Halt): void {
    if (halt === "sign_in") this.lock("expired");
    else if (halt === "elsewhere") this.elsewhere.value = true;
    else void this.closed();
  }

  /** The box takes no more answers: it was handed in from another screen, or its time is up. */
  private async closed(): Promise<void> {
    const attempt = this.sitting.peek()?.attempt;
    if (attempt === undefined) return;
    this.queues.get(attempt.attempt_id)?.refuseAll("attempt-closed");
    const outcome = this.note(await this.api.attempt(attempt.attempt_id));
    if (outcome.kind !== "ok") return;
    this.sit(outcome.value, null);
    if (outcome.value.state === "in_progress") this.show({ name: "sign", time_up: true });
  }

  /** Takes notice of what an outcome says beside its answer. */
  private note<T>(outcome: Outcome<T>): Outcome<T> {
    this.hindrance.value = this.hindranceOf(outcome);
    return outcome;
  }

  private hindranceOf(outcome: Outcome<unknown>): Hindrance {
    this.box.reached(outcome.kind !== "unreachable");
    if (outcome.kind === "ok") return null;
    if (outcome.kind === "unreachable") return "unreachable";
    if (outcome.problem.code === "not-signed-in" && this.operator.peek() !== null) this.lock("expired");
    return outcome.problem;
  }
}
