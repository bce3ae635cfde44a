// The plant box's API, one method per request.

import { type Answer, ageMs, kMostAgoMs } from "../domain/answer_queue.ts";
import type { Attempt, Result, Step, SyncState } from "../domain/attempt.ts";
import type { Decision, Decisions, WorkflowStep } from "../domain/decision.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Draft, RequestChoices } from "../domain/request.ts";
import type { Person } from "../domain/roster.ts";
import type { ShownQuestion } from "../domain/sheet.ts";
import type { BoxStatus, Session } from "../domain/status.ts";
import type { Work } from "../domain/work.ts";
import { BoxHttp } from "./http.ts";
import type { Followed } from "./sync_stream.ts";

export type Lease = Attempt["lease"];

export interface SavedAnswer {
  readonly saved_at: string;
  readonly remaining_s: number | null;
}

/** Who signs in: by badge, or by the name that was chosen from the roster. */
export type Identity = { readonly badge: string } | { readonly operator_id: string };

/** What a test is handed in with: the badge as well where one was signed in with. */
export interface Signature {
  readonly badge: string | null;
  readonly pin: string;
  readonly witness: Witness | null;
  /** What the test was shown in at the end. */
  readonly language: string;
}

/** Another person's badge and PIN beside the operator's own. */
export interface Witness {
  readonly badge: string;
  readonly pin: string;
}

export interface SavedRequest {
  readonly request_id: string;
  readonly event_id: string;
  readonly saved_at: string;
  readonly steps: readonly Step[];
}

export interface SavedBatch {
  readonly batch_id: string;
  readonly saved_at: string;
  readonly requests: readonly (Omit<SavedRequest, "saved_at"> & { readonly operator_id: string })[];
}

export interface SavedDecision {
  readonly event_id: string;
  readonly saved_at: string;
  readonly steps: readonly Step[];
}

/**
 * idle_lock: nobody touched the screen, and it locked itself. left_behind: by a page that is gone. It stands in the
 * record of the test.
 */
export type SignOut = "signed_out" | "idle_lock" | "left_behind";

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

  async signIn(who: Identity, pin: string, kiosk: string): Promise<Outcome<Session>> {
    return this.keepToken(await this.http.send<Session>("POST", `${kRoot}/session`, { ...who, pin, kiosk }));
  }

  /** The session that an earlier page left. Whoever signs in meanwhile keeps their own token. */
  async session(): Promise<Outcome<Session>> {
    const outcome = await this.http.send<Session>("GET", `${kRoot}/session`);
    return this.http.csrf === "" ? this.keepToken(outcome) : outcome;
  }

  /** The session as it stands, for to look at. */
  seats(shown: ShownQuestion): Promise<Outcome<Session>> {
    return this.http.send("GET", `${kRoot}/session?${queryOf(shown)}`);
  }

  /** `ago_ms`: since when nobody has been there, where the box was silent then. `shown`: what they had before them. */
  async signOut(
    why: SignOut = "signed_out",
    ago_ms = 0,
    shown: ShownQuestion | null = null,
  ): Promise<Outcome<null>> {
    const token = this.http.csrf;
    const ago = ago_ms > 0 ? `&ago_ms=${Math.min(Math.round(ago_ms), kMostAgoMs)}` : "";
    const left = shown === null ? "" : `&${queryOf(shown)}`;
    const outcome = await this.http.send<null>("DELETE", `${kRoot}/session?why=${why}${ago}${left}`);
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

  saveAnswer(
    attempt_id: string,
    lease: Lease,
    answer: Answer,
    shown_item?: string,
  ): Promise<Outcome<SavedAnswer>> {
    const { submission_key, item_id, response, flagged, shown_ms } = answer;
    const age_ms = ageMs(answer, { screen_ms: Date.now(), page_ms: performance.now() });
    const place = `${kRoot}/attempts/${encodeURIComponent(attempt_id)}/answers/${encodeURIComponent(item_id)}`;
    const query = new URLSearchParams();
    if (age_ms !== null) query.set("age_ms", String(age_ms));
    if (shown_ms !== undefined) query.set("shown_ms", String(shown_ms));
    // What is on the screen is the question that is answered, unless the screen says otherwise.
    if (shown_item !== undefined && shown_item !== item_id) query.set("shown", shown_item);
    return this.http.send("PUT", `${query}` === "" ? place : `${place}?${query}`, {
      submission_key,
      lease,
      response,
      flagged,
    });
  }

  submit(
    attempt_id: string,
    lease: Lease,
    submission_key: string,
    { badge, pin, witness, language }: Signature,
  ): Promise<Outcome<Result>> {
    // In the query, for a box of the release before refuses members that it does not know.
    const path = `${kRoot}/attempts/${encodeURIComponent(attempt_id)}/submit?language=${encodeURIComponent(language)}`;
    return this.http.send("POST", path, {
      submission_key,
      lease,
      ...(badge === null ? {} : { badge }),
      pin,
      ...(witness === null ? {} : { witness }),
    });
  }

  sync({ kind, id }: Followed): Promise<Outcome<SyncState>> {
    return this.http.send("GET", `${kRoot}/${kind}/${encodeURIComponent(id)}/sync`);
  }

  roster(): Promise<Outcome<{ readonly people: readonly Person[] }>> {
    return this.http.send("GET", `${kRoot}/roster`);
  }

  unlock(leader: Witness, whose: Identity, kiosk: string): Promise<Outcome<null>> {
    return this.http.send("POST", `${kRoot}/unlock`, {
      leader_badge: leader.badge,
      leader_pin: leader.pin,
      ...whose,
      kiosk,
    });
  }

  requestChoices(): Promise<Outcome<RequestChoices>> {
    return this.http.send("GET", `${kRoot}/request-choices`);
  }

  request(draft: Draft, pin: string): Promise<Outcome<SavedRequest>> {
    return this.http.send("POST", `${kRoot}/requests`, { ...requestBody(draft), pin });
  }

  requestOnBehalf(draft: Draft, pin: string): Promise<Outcome<SavedBatch>> {
    const { operator_ids, operator_acknowledged } = draft;
    return this.http.send("POST", `${kRoot}/requests/on-behalf`, {
      ...requestBody(draft),
      operator_ids: operator_ids ?? [],
      operator_acknowledged,
      pin,
    });
  }

  decisions(): Promise<Outcome<Decisions>> {
    return this.http.send("GET", `${kRoot}/decisions`);
  }

  decide(
    step: WorkflowStep,
    submission_key: string,
    decision: Decision,
    reason: string,
    pin: string,
  ): Promise<Outcome<SavedDecision>> {
    const { workflow_id, step_id, workflow_version } = step;
    return this.http.send("POST", `${kRoot}/decisions`, {
      submission_key,
      workflow_id,
      step_id,
      workflow_version,
      decision,
      reason,
      pin,
    });
  }

  private keepToken(outcome: Outcome<Session>): Outcome<Session> {
    if (outcome.kind === "ok") this.http.csrf = outcome.value.csrf;
    return outcome;
  }
}

/** Queries, for a box of the release before refuses members that it does not know. */
function queryOf({ attempt_id, item_id }: ShownQuestion): string {
  return `${new URLSearchParams({ attempt: attempt_id, shown: item_id })}`;
}

function requestBody(draft: Draft) {
  const { submission_key, kind, skill, reason_code, comment, comment_language, needed_by, priority } = draft;
  return { submission_key, kind, skill, reason_code, comment, comment_language, needed_by, priority };
}
