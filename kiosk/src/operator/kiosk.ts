// The kiosk as a whole: which screen is shown, who is signed in, and what each act leads to.

import { computed, signal } from "@preact/signals";
import type { BoxApi, Identity, Witness } from "../api/box_api.ts";
import type { Attempt } from "../domain/attempt.ts";
import { type ContentLanguages, shownLanguage } from "../domain/content_language.ts";
import { endsAttempt, type Outcome } from "../domain/outcome.ts";
import type { Operator, Session } from "../domain/status.ts";
import type { Assignment, Work } from "../domain/work.ts";
import { BrowserOutboxStore, type OutboxStore } from "../storage/outbox_store.ts";
import type { Halt } from "./answer_saver.ts";
import { BoxWatch } from "./box_watch.ts";
import { Desk } from "./desk.ts";
import { handIn } from "./handing_in.ts";
import { type HandInHindrance, type Hindrance, hindranceIn } from "./hindrance.ts";
import { IdleWatch } from "./idle_watch.ts";
import { catchUpLanguage, contentLanguage, LanguageWish, shownTest, testLanguage } from "./language.ts";
import { Leaving } from "./leaving.ts";
import { Openings } from "./openings.ts";
import { Outbox } from "./outbox.ts";
import { cannotKnow, recover } from "./recovery.ts";
import { isBetween, type Locked, type LockReason, lockedScreen, type Screen } from "./screen.ts";
import { SessionEnd } from "./session_end.ts";
import { ShownTimes } from "./shown_times.ts";
import { Sitting } from "./sitting.ts";

/** Owner: main. Composed once per page. */
export class Kiosk {
  readonly screen = signal<Screen>({ name: "attract" });
  readonly operator = signal<Operator | null>(null);
  readonly work = signal<Work | null>(null);
  readonly sitting = signal<Sitting | null>(null);
  readonly hindrance = signal<Hindrance>(null);
  /** True while the attempt on this screen has been taken up on another one. */
  readonly elsewhere = signal(false);
  /** True while the box has not taken what an earlier page left, though the operator is there. */
  readonly recovers_later = signal(false);
  readonly box: BoxWatch;
  /** What the box has not answered yet, of every operator. */
  readonly outbox: Outbox;
  readonly idle = new IdleWatch(() => this.lock("idle"));
  readonly desk: Desk;
  readonly leaving: Leaving;
  readonly language: LanguageWish;
  private readonly end: SessionEnd;
  private readonly api: BoxApi;
  private readonly name: string;
  private identity: Identity | null = null;
  /** How much was kept for the operator when the box closed the attempt, until it has said what became of that. */
  private unclosed: number | null = null;
  /** Whoever is on the way to where they left off. */
  private going_on: Operator | null = null;
  private readonly openings: Openings;
  private readonly question_seen = computed(() => {
    const is_covered =
      this.leaving.warned.value || this.elsewhere.value || this.idle.state.value.kind !== "active";
    return this.screen.value.name === "question" && !is_covered;
  });

  constructor(
    api: BoxApi,
    name: string,
    store: OutboxStore = new BrowserOutboxStore(),
    language_fixed = false,
  ) {
    this.api = api;
    this.name = name;
    this.language = new LanguageWish(language_fixed);
    this.outbox = new Outbox(store);
    this.desk = new Desk(api, name, store, this.outbox, this);
    this.box = new BoxWatch(api, () => this.heard());
    this.openings = new Openings(api);
    this.end = new SessionEnd(api, () => this.operator.peek() !== null, this.box.reached);
    this.leaving = new Leaving(this.operator, this.outbox, this.desk);
  }

  async start(): Promise<void> {
    this.box.look();
    this.box.reachable.subscribe((reachable) => {
      if (!reachable) return;
      this.sitting.peek()?.wake();
      catchUpLanguage();
      this.end.tellAgain();
    });
    // A session that outlived its page has no one in front of it who has shown a PIN.
    const outcome = await this.api.session();
    if (outcome.kind === "ok" && this.operator.peek() === null) await this.end.tell("left_behind");
  }

  show(screen: Screen): void {
    this.hindrance.value = null;
    if (screen.name === "attract") this.language.forget();
    this.screen.value = screen;
  }

  identify(badge: string | null): void {
    this.show({ name: "identify", badge, locked: null });
  }

  /** The badge that is signed in; null for someone who came by name. */
  get badge(): string | null {
    return this.identity !== null && "badge" in this.identity ? this.identity.badge : null;
  }

  async signIn(who: Identity, pin: string): Promise<Hindrance> {
    const screen = this.screen.peek();
    const outcome = await this.api.signIn(who, pin, this.name);
    if (outcome.kind === "ok") this.end.forget();
    const hindrance = this.hindranceOf(outcome);
    if (outcome.kind !== "ok") return hindrance;
    if (this.screen.peek() !== screen) {
      // Cancelled while the box was thinking; whoever has signed in meanwhile would go on in this session.
      if (this.operator.peek() === null) await this.end.tell();
      else this.lock("expired");
      return null;
    }
    this.enter(outcome.value, who);
    const locked = screen.name === "identify" ? screen.locked : null;
    if (locked?.operator.id === outcome.value.operator.id) await this.goOn(locked);
    else this.show({ name: "confirm" });
    return null;
  }

  /** Signs out, unless something of the operator is on this screen only: they are asked first. */
  askToSignOut(): void {
    if (this.leaving.ask()) void this.signOut();
  }

  async signOut(): Promise<void> {
    const shown = this.sitting.peek()?.shown;
    this.leave();
    this.show({ name: "attract" });
    await this.end.tell("signed_out", shown);
  }

  async showWork(): Promise<void> {
    const operator = this.operator.peek();
    this.closeSitting();
    this.show({ name: "work" });
    const outcome = await this.api.work();
    if (this.operator.peek() !== operator) return;
    if (this.screen.peek().name === "work") this.note(outcome); // elsewhere something else is asked for
    if (outcome.kind === "ok") this.work.value = outcome.value;
    if (outcome.kind === "ok") void this.desk.confirm(outcome.value.requests);
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
    // By then they may be busy with something else.
    if (this.operator.peek() !== operator || this.screen.peek().name !== "work") return;
    this.note(outcome);
    if (outcome.kind !== "ok") return;
    if (outcome.value.state === "submitted") this.sit(outcome.value, null);
    else this.show({ name: "resume", attempt: outcome.value });
  }

  /** Starts or takes up the attempt; a try that got no answer is repeated under the same key. */
  async open(of: ContentLanguages & { assignment_id: string }, left: Sitting | null): Promise<Hindrance> {
    const operator = this.operator.peek();
    const outcome = await this.openings.open(of.assignment_id, shownLanguage(of, contentLanguage.peek()));
    if (this.operator.peek() !== operator) return null;
    this.note(outcome);
    if (outcome.kind === "ok") this.sit(outcome.value, left);
    return hindranceIn(outcome);
  }

  /** The badge is null for someone who came by name. */
  async handIn(pin: string, badge: string | null, witness: Witness | null): Promise<HandInHindrance> {
    const sitting = this.sitting.peek();
    const operator_id = this.operator.peek()?.id;
    if (sitting === null || operator_id === undefined) return null;
    const signature = { pin, badge, witness, language: testLanguage.peek() };
    const outcome = await handIn(sitting, operator_id, signature, this.outbox, this.api);
    if (outcome === "not_drained") return outcome;
    if (outcome === "refused" || this.sitting.peek() !== sitting) return null;
    sitting.watchSeat(true);
    if (outcome.kind === "ok") {
      this.box.reached(true);
      this.show({ name: "result", attempt: sitting.attempt, result: outcome.value });
      this.closeSitting();
      return null;
    }
    const code = outcome.kind === "problem" ? outcome.problem.code : null;
    if (code === "key-reused") {
      this.closeSitting();
      this.show({ name: "attention", next: null });
      return null;
    }
    if (code === "stale-lease") this.halted("elsewhere");
    if (code === "attempt-closed") this.halted("closed");
    return this.hindranceOf(outcome);
  }

  /** Nobody there, or the sign-in has ended: suspends, never submits. */
  lock(reason: LockReason): void {
    const operator = this.operator.peek();
    const sitting = this.sitting.peek();
    const { badge } = this;
    this.leave(true);
    void this.end.tell(reason === "idle" ? "idle_lock" : "signed_out", sitting?.shown);
    // Whom the box does not know any more is told so; whoever walked away from no test left none to come back to.
    if (operator === null || (sitting === null && reason === "idle")) this.show({ name: "attract" });
    else this.show(lockedScreen({ reason, operator, sitting }, badge));
  }

  /** The operator takes the attempt back from the other screen. */
  async takeOver(): Promise<void> {
    this.leaving.stay();
    const sitting = this.sitting.peek();
    if (sitting === null) return;
    await this.takeUp(sitting.attempt, sitting);
  }

  /** Where someone who has signed in goes on: what a locked screen or an earlier page left, else the list. */
  async goOn(locked: Locked | null = null): Promise<void> {
    const operator = this.operator.peek();
    if (operator === null || this.going_on === operator) return;
    this.going_on = operator;
    try {
      await this.outbox.ready;
      const kept = this.outbox.keptOf(operator.id).length;
      const there = () => this.operator.peek() === operator;
      const { reached } = this.box;
      const { first, later } = await recover(this.outbox, this.api, operator.id, { there, reached });
      if (!there() || this.sitting.peek() !== null) return;
      if (!isBetween(this.screen.peek()) && !this.leaving.warned.peek()) {
        this.recovers_later.value = true;
        return;
      }
      const left = locked?.operator.id === operator.id ? locked.sitting : null;
      if (first.kind === "handed_in") this.sit(first.attempt, null);
      else if (first.kind === "take_up") {
        const { place, signed } = first;
        const same = left?.attempt.attempt_id === place.attempt_id;
        const taken = await this.takeUp(place, same ? left : null);
        if (taken && signed) this.show({ name: "sign", again: true });
      } else if (left !== null) await this.takeUp(left.attempt, left);
      if (!there()) return;
      // An attempt that could not be taken up for a moment is one of which the box could not tell.
      const missed = first.kind === "take_up" && this.sitting.peek() === null;
      this.recovers_later.value = later || (missed && this.outbox.placesOf(operator.id).length > 0);
      if (isBetween(this.screen.peek())) await this.showWork();
      this.callAttention(operator.id, kept);
    } finally {
      if (this.going_on === operator) this.going_on = null;
    }
  }

  /**
   * Looked at before it is opened: opening one that was handed in meanwhile would begin the next attempt. `left`: as this
   * screen had it, if it did.
   */
  async takeUp(of: { attempt_id: string }, left: Sitting | null): Promise<boolean> {
    const operator = this.operator.peek();
    const { name } = this.screen.peek();
    const outcome = await this.api.attempt(of.attempt_id);
    if (this.operator.peek() !== operator || this.screen.peek().name !== name) return false;
    this.note(outcome);
    if (outcome.kind !== "ok") return false;
    if (outcome.value.state === "submitted") {
      this.sit(outcome.value, null);
      return false;
    }
    const hindrance = await this.open(outcome.value, left);
    if (hindrance === null) return this.operator.peek() === operator;
    // The lease cannot be had: what waits can never go in.
    if (hindrance !== "unreachable" && endsAttempt(hindrance))
      this.outbox.refuseLeft(of.attempt_id, hindrance);
    return false;
  }

  /** Once more is kept for this operator than before, they are told, and go on from there. */
  private callAttention(operator_id: string, before: number): void {
    const screen = this.screen.peek();
    if (screen.name === "attention" || this.outbox.keptOf(operator_id).length <= before) return;
    this.show({ name: "attention", next: screen });
  }

  private enter(session: Session, who: Identity): void {
    this.identity = who;
    this.desk.enter(session.operator.id);
    this.operator.value = session.operator;
    this.language.greet(session.operator.language);
    this.idle.start();
  }

  private leave(is_locked = false): void {
    this.leaving.stay();
    this.idle.stop();
    this.closeSitting();
    this.operator.value = null;
    this.work.value = null;
    this.identity = null;
    this.desk.leave(is_locked);
  }

  private sit(attempt: Attempt, left: Sitting | null): void {
    this.closeSitting();
    if (attempt.state === "submitted" && attempt.result) {
      // The box counted what was signed here, though its answer was lost.
      const signed = this.outbox.submissionOf(attempt.attempt_id)?.submission_key;
      if (signed === attempt.result.event_id) this.outbox.settled(signed);
      this.show({ name: "result", attempt, result: attempt.result });
      return;
    }
    const operator_id = this.operator.peek()?.id ?? "";
    const kept = this.outbox.keptOf(operator_id).length;
    const queue = this.outbox.queueOf(attempt, operator_id);
    const signed = this.outbox.submissionOf(attempt.attempt_id);
    shownTest.value = attempt;
    const is_measured = this.box.status.peek()?.answer_times === true;
    const times = is_measured ? (left?.times ?? new ShownTimes(this.question_seen)) : null;
    const listener = {
      reached: this.box.reached,
      refused: () => this.callAttention(operator_id, 0),
      halted: (halt: Halt) => this.halted(halt),
    };
    const sitting = new Sitting(attempt, queue, signed?.submission_key ?? null, this.api, listener, times);
    if (left !== null) sitting.goOnFrom(left);
    this.sitting.value = sitting;
    this.show({ name: "question" });
    this.callAttention(operator_id, kept);
  }

  private closeSitting(): void {
    this.sitting.peek()?.stop();
    this.sitting.value = null;
    this.unclosed = null;
    shownTest.value = null;
    this.elsewhere.value = false;
  }

  /** The box has answered: what it could not say or take before is asked again. */
  private heard(): void {
    // Whoever wants to leave waits for it, wherever they are.
    const is_free = this.screen.peek().name === "work" || this.leaving.warned.peek();
    if (this.recovers_later.peek() && is_free && this.sitting.peek() === null) void this.goOn();
    if (this.unclosed !== null) void this.closed(this.unclosed);
  }

  private halted(halt: Halt): void {
    if (halt === "sign_in") this.lock("expired");
    else if (halt === "elsewhere") void this.overtaken();
    else void this.closed(this.outbox.keptOf(this.operator.peek()?.id ?? null).length);
  }

  private async overtaken(): Promise<void> {
    const sitting = this.sitting.peek();
    // Signed here, and only the answer was lost: the box has counted it.
    const signed = sitting !== null && this.outbox.submissionOf(sitting.attempt.attempt_id) !== null;
    const now = signed ? await this.api.attempt(sitting.attempt.attempt_id) : null;
    if (this.sitting.peek() !== sitting) return;
    if (now?.kind === "ok" && now.value.state === "submitted") this.sit(now.value, null);
    else if (now !== null && cannotKnow(now)) sitting?.watchSeat(true);
    else this.elsewhere.value = true;
  }

  /** The box takes no more answers: it was handed in from another screen, or its time is up. */
  private async closed(kept: number): Promise<void> {
    const sitting = this.sitting.peek();
    const operator_id = this.operator.peek()?.id;
    if (sitting === null || operator_id === undefined) return;
    const { attempt } = sitting;
    this.outbox.refuseLeft(attempt.attempt_id, { code: "attempt-closed" });
    this.unclosed = null;
    const outcome = await this.api.attempt(attempt.attempt_id);
    if (this.sitting.peek() !== sitting) return;
    this.note(outcome);
    if (cannotKnow(outcome)) this.unclosed = kept;
    if (outcome.kind === "ok") {
      this.sit(outcome.value, null);
      if (outcome.value.state === "in_progress") this.show({ name: "sign" });
    }
    if (this.operator.peek()?.id === operator_id) this.callAttention(operator_id, kept);
  }

  /** Takes notice of what an outcome says beside its answer. */
  note<T>(outcome: Outcome<T>): Outcome<T> {
    const operator = this.operator.peek();
    const hindrance = this.hindranceOf(outcome);
    // A screen that was locked over it says so itself.
    if (this.operator.peek() === operator) this.hindrance.value = hindrance;
    return outcome;
  }

  /** As note, which does not show it. Whoever is signed in is locked out if the box knows nothing of it. */
  hindranceOf(outcome: Outcome<unknown>): Hindrance {
    this.box.reached(outcome.kind !== "unreachable");
    const is_over = outcome.kind === "problem" && outcome.problem.code === "not-signed-in";
    if (is_over && this.operator.peek() !== null) this.lock("expired");
    return hindranceIn(outcome);
  }
}
