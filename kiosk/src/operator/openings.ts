// Starting and taking up attempts: each opening under a key of its own until the box has answered.

import type { BoxApi } from "../api/box_api.ts";
import type { Attempt } from "../domain/attempt.ts";
import { afterSave, type Outcome } from "../domain/outcome.ts";
import { newSubmissionKey } from "./keys.ts";

interface Opening {
  readonly key: string;
  readonly language: string;
}

/** Owner: Kiosk. */
export class Openings {
  private readonly api: Pick<BoxApi, "openAttempt">;
  /** By assignment. */
  private readonly unanswered = new Map<string, Opening>();

  constructor(api: Pick<BoxApi, "openAttempt">) {
    this.api = api;
  }

  /** A try that got no answer is repeated as it was, first: the box may have it. */
  async open(assignment_id: string, language: string): Promise<Outcome<Attempt>> {
    const earlier = this.unanswered.get(assignment_id);
    const { outcome, opening } = await this.ask(
      assignment_id,
      earlier ?? { key: newSubmissionKey(), language },
    );
    if (outcome.kind === "unreachable" || earlier === undefined) return outcome;
    // Taken up at another screen since that key was made, and now it is wanted here; or in another language.
    const again = afterSave(outcome) === "elsewhere" || opening.language !== language;
    return again ? (await this.ask(assignment_id, { key: newSubmissionKey(), language })).outcome : outcome;
  }

  private async ask(assignment_id: string, opening: Opening) {
    this.unanswered.set(assignment_id, opening);
    const outcome = await this.api.openAttempt(opening.key, assignment_id, opening.language);
    if (outcome.kind !== "unreachable") this.unanswered.delete(assignment_id);
    return { outcome, opening };
  }
}
