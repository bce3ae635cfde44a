// One look of plant IT at the box: who is signed in, what the box said last and when, and what is decided on parked
// records.

import { type Signal, signal } from "@preact/signals";
import type { ConsoleApi } from "../api/console_api.ts";
import type {
  BoxReport,
  Conflicts,
  ConsoleSession,
  History,
  HistoryHours,
  Parked,
  ParkedAction,
  ParkedRecord,
} from "../domain/box_report.ts";
import type { HeardAt } from "../domain/console_view.ts";
import type { Outcome, Problem } from "../domain/outcome.ts";

export const kPollMs = 5_000;
export const kHistoryMs = 60_000;

export type Api = Pick<ConsoleApi, keyof ConsoleApi>;

/** The browser's clock, and its timer: `act` is called once after so long, unless what is returned is called before. */
export interface Clock {
  now(): number;
  after(ms: number, act: () => void): () => void;
}

export type Access =
  | { readonly kind: "asking" }
  /** `note`: why, in words, where there is something to say. `code`: what may be tried again. */
  | { readonly kind: "out"; readonly note: string | null; readonly code: string }
  | { readonly kind: "in"; readonly actor: string };

/** What the box said last, and what was in the way since, in words. */
export interface Heard<T> extends HeardAt {
  readonly value: T;
}
export interface Part<T> {
  readonly heard: Heard<T> | null;
  readonly trouble: string | null;
}
const kNothing = { heard: null, trouble: null };

/** What became of a decision. `unknown`: the answer was lost, so it may have been done. */
export interface Decided {
  readonly kind: "done" | "refused" | "unknown";
  readonly words: string;
}

const kSilent = "The box does not answer.";
const kSessionEnded = "The session has ended.";
const kUnknownSignIn =
  "The box did not answer, so it is not known whether the code is used up. Try it again; if the box refuses it, print a new one.";

export class Console {
  readonly access = signal<Access>({ kind: "asking" });
  readonly box = signal<Part<BoxReport>>(kNothing);
  readonly history = signal<Part<History>>(kNothing);
  readonly parked = signal<Part<Parked>>(kNothing);
  readonly conflicts = signal<Part<Conflicts>>(kNothing);
  readonly hours = signal<HistoryHours>(24);
  /** True from a try that the box did not answer until it answers again. */
  readonly silent = signal(false);
  /** Why signing out did not work, in words. */
  readonly leave_trouble = signal<string | null>(null);

  private readonly api: Api;
  private readonly clock: Clock;
  private visible = true;
  private asks = false;
  private asks_once_more = false;
  private history_due_ms = 0;
  /** What is not known about a decision, until what is parked was heard anew. */
  private unsure: string | null = null;
  private cancel = () => {};

  constructor(api: Api, clock: Clock) {
    this.api = api;
    this.clock = clock;
  }

  /** `code`: from the page's address, or empty. */
  async start(code: string): Promise<void> {
    await (code === "" ? this.resume() : this.signIn(code));
  }

  async signIn(code: string): Promise<void> {
    this.leave();
    this.access.value = { kind: "asking" };
    const outcome = await this.api.signIn(code);
    if (outcome.kind === "ok") return this.enter(outcome.value);
    if (outcome.kind === "unreachable") return this.leave(kUnknownSignIn, code);
    // An address that was opened a second time: whoever did so may well be signed in.
    const session = await this.api.session();
    if (session.kind === "ok") this.enter(session.value);
    // One that was not looked at may still be good.
    else this.leave(wordsOf(outcome.problem), outcome.problem.status === 401 ? "" : code);
  }

  async signOut(): Promise<void> {
    const outcome = await this.api.signOut();
    if (outcome.kind === "unreachable") {
      this.leave_trouble.value = "The box did not answer: you may still be signed in. Try again.";
    } else if (outcome.kind === "problem" && outcome.problem.status !== 401) {
      this.leave_trouble.value = `You are still signed in: ${wordsOf(outcome.problem)}`;
      if (outcome.problem.code === "bad-csrf") await this.resume();
    } else {
      this.leave("You have signed out.");
    }
  }

  /** Whether anybody can see the page: else the box is not asked. */
  show(visible: boolean): void {
    this.visible = visible;
    this.cancel();
    if (!visible) return;
    if (this.access.peek().kind === "asking" && this.silent.peek()) void this.resume();
    else this.refresh();
  }

  setHours(hours: HistoryHours): void {
    if (this.hours.peek() === hours) return;
    this.hours.value = hours;
    this.history.value = kNothing;
    this.history_due_ms = 0;
    this.refresh();
  }

  async decide(action: ParkedAction, record: ParkedRecord, reason: string): Promise<Decided> {
    const decided = await this.send(action, record, reason);
    // A refusal, too, may tell of what the page does not know yet.
    this.refresh();
    return decided;
  }

  private async send(action: ParkedAction, record: ParkedRecord, reason: string): Promise<Decided> {
    const name = `Record ${record.sequence}`;
    this.unsure = `It is not known what became of the decision on record ${record.sequence}: look whether it stands among the decisions.`;
    const outcome =
      action === "replay" ? await this.api.replay(record, reason) : await this.api.discard(record, reason);
    if (outcome.kind === "unreachable") {
      return {
        kind: "unknown",
        words: `The box did not answer. It may have been done: look again at what is parked, and at the decisions, before you decide anew.`,
      };
    }
    this.unsure = null;
    if (outcome.kind === "problem") {
      const words = wordsOf(outcome.problem);
      if (outcome.problem.status === 401) this.leave(`${kSessionEnded} Nothing was decided.`);
      // Somebody signed in anew in another window: the next try carries the new session's token.
      if (outcome.problem.code === "bad-csrf") await this.resume();
      return { kind: "refused", words: `The box refused it: ${words}` };
    }
    const words =
      outcome.value === null
        ? `${name} is discarded.`
        : `${name} is recorded again as ${outcome.value.sequence}, and goes out once more.`;
    return { kind: "done", words };
  }

  /** The session that the browser has from before, if it has one. */
  private async resume(): Promise<void> {
    const outcome = await this.api.session();
    if (outcome.kind === "ok") return this.enter(outcome.value);
    if (outcome.kind === "problem") {
      return this.leave(outcome.problem.status === 401 ? null : wordsOf(outcome.problem));
    }
    this.silent.value = true;
    this.cancel = this.clock.after(kPollMs, () => void this.resume());
  }

  private enter({ actor }: ConsoleSession): void {
    this.silent.value = false;
    this.access.value = { kind: "in", actor };
    this.refresh();
  }

  /** Nothing of the box stays on the screen. */
  private leave(note: string | null = null, code = ""): void {
    this.cancel();
    const said = [note, this.unsure].filter((one) => one !== null).join(" ");
    this.unsure = null;
    this.access.value = { kind: "out", note: said === "" ? null : said, code };
    for (const part of [this.box, this.history, this.parked, this.conflicts]) part.value = kNothing;
    this.history_due_ms = 0;
    this.silent.value = false;
    this.leave_trouble.value = null;
  }

  private get wanted(): boolean {
    return this.visible && this.access.peek().kind === "in";
  }

  /** Now, and from then on again and again; never while the former requests are under way. */
  private refresh(): void {
    this.cancel();
    if (!this.wanted) return;
    if (this.asks) this.asks_once_more = true;
    else void this.ask();
  }

  private async ask(): Promise<void> {
    this.asks = true;
    do {
      this.asks_once_more = false;
      await Promise.all([
        this.hear(this.box, () => this.api.box()),
        this.hear(this.parked, () => this.api.parked()),
        this.hear(this.conflicts, () => this.api.conflicts()),
        this.isHistoryDue() ? this.askHistory() : null,
      ]);
    } while (this.asks_once_more && this.wanted);
    this.asks = false;
    if (this.wanted) this.cancel = this.clock.after(kPollMs, () => this.refresh());
  }

  /** Also where the browser's clock was set back since. */
  private isHistoryDue(): boolean {
    const left_ms = this.history_due_ms - this.clock.now();
    return left_ms <= 0 || left_ms > kHistoryMs;
  }

  private async askHistory(): Promise<void> {
    this.history_due_ms = this.clock.now() + kHistoryMs;
    const hours = this.hours.peek();
    const came = await this.hear(this.history, () => this.api.history(hours));
    // Without it, or with what is not wanted any more, it is due in the next round.
    if (!came || hours !== this.hours.peek()) this.history_due_ms = 0;
  }

  /** Whether the box told it. */
  private async hear<T>(part: Signal<Part<T>>, ask: () => Promise<Outcome<T>>): Promise<boolean> {
    const access = this.access.peek();
    const asked_ms = this.clock.now();
    const outcome = await ask();
    // Of another session, or of one that is over.
    if (this.access.peek() !== access) return false;
    if (outcome.kind === "problem" && outcome.problem.status === 401) {
      this.leave(kSessionEnded);
      return false;
    }
    if (part === (this.box as unknown)) this.silent.value = outcome.kind === "unreachable";
    if (outcome.kind !== "ok") {
      part.value = {
        ...part.peek(),
        trouble: outcome.kind === "problem" ? wordsOf(outcome.problem) : kSilent,
      };
      return false;
    }
    if (part === (this.parked as unknown)) this.unsure = null;
    const slack_ms = (this.clock.now() - asked_ms) / 2;
    part.value = { heard: { value: outcome.value, at_ms: asked_ms + slack_ms, slack_ms }, trouble: null };
    return true;
  }
}

/** The box's own sentence, or what little is known. */
function wordsOf({ code, status, detail }: Problem): string {
  if (code === "bad-csrf")
    return "Somebody signed in anew in this browser. Look who is signed in, and try again.";
  return detail === "" ? `the box says no more than ${code} (${status}).` : detail;
}
