// Ending a session at the box: told again until the box has heard it, for none may stay open behind someone's back.

import type { BoxApi, SignOut } from "../api/box_api.ts";

/** Owner: Kiosk. */
export class SessionEnd {
  private readonly api: Pick<BoxApi, "signOut">;
  private readonly somebody_is_here: () => boolean;
  private unheard: SignOut | null = null;

  constructor(api: Pick<BoxApi, "signOut">, somebody_is_here: () => boolean) {
    this.api = api;
    this.somebody_is_here = somebody_is_here;
  }

  async tell(how: SignOut = "signed_out"): Promise<void> {
    const outcome = await this.api.signOut(how);
    this.unheard = outcome.kind === "unreachable" && !this.somebody_is_here() ? how : null;
  }

  /** The box is back. */
  tellAgain(): void {
    if (this.unheard !== null) void this.tell(this.unheard);
  }

  /** The cookie is a new session's now: the old one can no longer be ended, and this one must not be. */
  forget(): void {
    this.unheard = null;
  }
}
