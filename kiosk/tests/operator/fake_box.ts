// A box without a network, and what it has to say.

import { BoxApi, type SavedAnswer, type SignOut } from "../../src/api/box_api.ts";
import type { Attempt, Result } from "../../src/domain/attempt.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { ShownQuestion } from "../../src/domain/sheet.ts";
import type { BoxStatus, Session } from "../../src/domain/status.ts";
import type { Work } from "../../src/domain/work.ts";

export const ok = <T>(value: T): Outcome<T> => ({ kind: "ok", value });
export const problem = (status: number, code: string): Outcome<never> => ({
  kind: "problem",
  problem: { code, status, detail: "", retry_after_s: null },
});
export const kSilence: Outcome<never> = { kind: "unreachable" };

export const session = (id: string): Session => ({
  operator: { id, name: `Operator ${id}`, language: "en" },
  csrf: "token",
  expires_at: "2026-11-23T18:00:00Z",
});

export const kAttempt: Attempt = {
  attempt_id: "at-1",
  assignment_id: "as-1",
  attempt_no: 1,
  test_id: "t",
  test_version: 1,
  title: { en: "T" },
  state: "in_progress",
  language: "en",
  languages: ["en", "de"],
  lease: 1,
  time_limit_s: 900,
  remaining_s: 900,
  pass_mark_bp: 8_000,
  items: ["q1", "q2", "q3"].map((item_id, at) => ({
    item_id,
    version: 1,
    position: at + 1,
    type: "true_false",
    stem: { en: item_id },
    response: null,
    flagged: false,
  })),
};

/** A box that says what the test puts in its mouth, and counts the ends of sessions. */
export class FakeBox extends BoxApi {
  lives = true;
  sessions_ended = 0;
  readonly ends: SignOut[] = [];
  open_session: Outcome<Session> = problem(401, "not-signed-in");
  next_sign_in: Outcome<Session> = ok(session("op-1"));
  next_save: Outcome<SavedAnswer> = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 800 });
  next_submit: Outcome<Result> = kSilence;
  attempt_now: Attempt = kAttempt;
  next_seats: Outcome<Session> = ok({ ...session("op-1"), sits_at: [kAttempt.attempt_id] });
  seats_asked = 0;
  /** The question on the screen, each time that the screen said it. */
  readonly shown: string[] = [];
  /** Whether this plant records how long questions are shown, and what was told of it with each answer. */
  answer_times = false;
  readonly shown_ms: (number | undefined)[] = [];
  /** What is different about the attempt when it is opened. */
  reopened: Partial<Attempt> = {};
  opened = 0;
  opened_in: string | null = null;
  readonly submit_keys: string[] = [];
  readonly saved_keys: string[] = [];
  readonly leases: (number | string)[] = [];
  wants_lease = false;
  work_list: () => Promise<Outcome<Work>> = async () => ok({ as_of: null, assignments: [], results: [] });

  override async status(): Promise<Outcome<BoxStatus>> {
    return this.lives ? ok({ storage: "ok", answer_times: this.answer_times } as BoxStatus) : kSilence;
  }
  override async session(): Promise<Outcome<Session>> {
    return this.open_session;
  }
  override async signIn(): Promise<Outcome<Session>> {
    return this.next_sign_in;
  }
  override async signOut(
    ...[why = "signed_out", , shown]: Parameters<BoxApi["signOut"]>
  ): Promise<Outcome<null>> {
    this.ends.push(why);
    if (shown) this.shown.push(shown.item_id);
    if (!this.lives) return kSilence;
    this.sessions_ended += 1;
    return ok(null);
  }
  override work(): Promise<Outcome<Work>> {
    return this.work_list();
  }
  override async seats({ item_id }: ShownQuestion): Promise<Outcome<Session>> {
    this.seats_asked += 1;
    this.shown.push(item_id);
    return this.lives ? this.next_seats : kSilence;
  }
  override async openAttempt(
    _key: string,
    _assignment_id: string,
    language: string,
  ): Promise<Outcome<Attempt>> {
    this.opened += 1;
    this.opened_in = language;
    return this.lives ? ok({ ...kAttempt, ...this.reopened }) : kSilence;
  }
  override async attempt(): Promise<Outcome<Attempt>> {
    return this.lives ? ok(this.attempt_now) : kSilence;
  }
  override async saveAnswer(
    ...[, lease, answer, shown_item]: Parameters<BoxApi["saveAnswer"]>
  ): Promise<Outcome<SavedAnswer>> {
    if (shown_item !== undefined) this.shown.push(shown_item);
    this.saved_keys.push(answer.submission_key);
    this.shown_ms.push(answer.shown_ms);
    this.leases.push(lease);
    if (!this.lives) return kSilence;
    return this.wants_lease && lease !== kAttempt.lease ? problem(409, "stale-lease") : this.next_save;
  }
  override async submit(...[, , key]: Parameters<BoxApi["submit"]>): Promise<Outcome<Result>> {
    this.submit_keys.push(key);
    return this.next_submit;
  }
}
