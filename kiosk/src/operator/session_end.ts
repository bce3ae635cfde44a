// Ending a session at the box: told again until the box has heard it, for none may stay open behind someone's back.

import type { BoxApi, SignOut } from "../api/box_api.ts";
import type { ShownQuestion } from "../domain/sheet.ts";

interface Unheard {
  readonly how: SignOut;
  readonly at_ms: number;
  readonly shown: ShownQuestion | null;
}

/** Owner: Kiosk. */
export class SessionEnd {
  private readonly api: Pick<BoxApi, "signOut">;
  private readonly somebody_is_here: () => boolean;
  private readonly reached: (is_reachable: boolean) => void;
  private unheard: Unheard | null = null;

  /** `reached`: what this finds out about the box, so that it is told again once the box is back. */
  constructor(
    api: Pick<BoxApi, "signOut">,
    somebody_is_here: () => boolean,
    reached: (is_reachable: boolean) => void,
  ) {
    this.reached = reached;
    this.api = api;
    this.somebody_is_here = somebody_is_here;
  }

  tell(how: SignOut = "signed_out", shown: ShownQuestion | null = null): Promise<void> {
    return this.say({ how, at_ms: performance.now(), shown });
  }

  /** The box is back, and hears how long ago it was: so long the clock of the test has stood. */
  tellAgain(): void {
    if (this.unheard !== null) void this.say(this.unheard);
  }

  /** The cookie is a new session's now: the old one can no longer be ended, and this one must not be. */
  forget(): void {
    this.unheard = null;
  }

  private async say(end: Unheard): Promise<void> {
    const outcome = await this.api.signOut(end.how, performance.now() - end.at_ms, end.shown);
    this.unheard = outcome.kind === "unreachable" && !this.somebody_is_here() ? end : null;
    this.reached(outcome.kind !== "unreachable");
  }
}
