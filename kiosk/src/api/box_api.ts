// The plant box's API, one method per request.

import type { Answer } from "../domain/answer_queue.ts";
import type { Attempt, Result, SyncState } from "../domain/attempt.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { BoxStatus, Session } from "../domain/status.ts";
import type { Work } from "../domain/work.ts";
import { BoxHttp } from "./http.ts";

export type Lease = Attempt["lease"];

export interface SavedAnswer {
  readonly saved_at: string;
  readonly remaining_s: number | null;
}

const kRoot = "/api/v1";

/** Owner: the kiosk. */
export class BoxApi {
  private readonly http: BoxHttp;

  constructor(http: BoxHttp = new BoxHttp()) {
    this.http = http;
  }

  status(): Promise<Outcome<BoxStatus>> {
    return this.http.send("GET", `${kRoot}/status`);
  }

  async signIn(badge: string, pin: string, kiosk: string): Promise<Outcome<Session>> {
    return this.keepToken(await this.http.send<Session>("POST", `${kRoot}/session`, { badge, pin, kiosk }));
  }

  async session(): Promise<Outcome<Session>> {
    return this.keepToken(await this.http.send<Session>("GET", `${kRoot}/session`));
  }

  async signOut(): Promise<Outcome<null>> {
    const token = this.http.csrf;
    const outcome = await this.http.send<null>("DELETE", `${kRoot}/session`);
    // Kept while the box has not answered, for then it has to be asked again; and a newer session keeps its own.
    if (outcome.kind !== "unreachable" && this.http.csrf === token) this.http.csrf = "";
    return outcome;
  }

  work(): Promise<Outcome<Work>> {
    return this.http.send("GET", `${kRoot}/work`);
  }

  /** Starts an attempt, or takes up the one in progress with a new lease. */
  openAttempt(submission_key: string, assignment_id: string, language: string): Promise<Outcome<Attempt>> {
    return this.http.send("POST", `${kRoot}/attempts`, { submission_key, assignment_id, language });
  }

  attempt(attempt_id: string): Promise<Outcome<Attempt>> {
    return this.http.send("GET", `${kRoot}/attempts/${encodeURIComponent(attempt_id)}`);
  }

  saveAnswer(attempt_id: string, lease: Lease, answer: Answer): Promise<Outcome<SavedAnswer>> {
    const { submission_key, item_id, response, flagged } = answer;
    return this.http.send(
      "PUT",
      `${kRoot}/attempts/${encodeURIComponent(attempt_id)}/answers/${encodeURIComponent(item_id)}`,
      { submission_key, lease, response, flagged },
    );
  }

  submit(attempt_id: string, lease: Lease, submission_key: string, pin: string): Promise<Outcome<Result>> {
    return this.http.send("POST", `${kRoot}/attempts/${encodeURIComponent(attempt_id)}/submit`, {
      submission_key,
      lease,
      pin,
    });
  }

  sync(attempt_id: string): Promise<Outcome<SyncState>> {
    return this.http.send("GET", `${kRoot}/attempts/${encodeURIComponent(attempt_id)}/sync`);
  }

  private keepToken(outcome: Outcome<Session>): Outcome<Session> {
    if (outcome.kind === "ok") this.http.csrf = outcome.value.csrf;
    return outcome;
  }
}
