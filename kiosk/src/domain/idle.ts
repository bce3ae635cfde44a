// Nobody at the screen: first a question, then the lock. Locking suspends; it never submits.

export const kIdleWarnMs = 60_000;
export const kIdleLockMs = 90_000;
/** Whoever set a language or larger text on the first screen, and did not sign in, has gone by then. */
export const kWishesMs = 60_000;

export type IdleState =
  | { readonly kind: "active" }
  | { readonly kind: "warned"; readonly seconds_left: number }
  | { readonly kind: "locked" };

export function idleState(quiet_ms: number): IdleState {
  if (quiet_ms >= kIdleLockMs) return { kind: "locked" };
  if (quiet_ms >= kIdleWarnMs)
    return { kind: "warned", seconds_left: Math.ceil((kIdleLockMs - quiet_ms) / 1_000) };
  return { kind: "active" };
}
