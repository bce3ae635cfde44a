// Pairing a left side with a right side by two taps.

import type { Response } from "./attempt.ts";

export type Side = "left" | "right";

/** What was tapped first and waits for its partner. */
export interface Held {
  readonly side: Side;
  readonly id: string;
}

export type Pairs = Readonly<Record<string, string>>;

export interface MatchState {
  readonly pairs: Pairs;
  readonly held: Held | null;
}

export function pairsOf(response: Response | null): Pairs {
  return response !== null && "pairs" in response ? response.pairs : {};
}

/** No pair is no answer. */
export function responseOf(pairs: Pairs): Response | null {
  return Object.keys(pairs).length === 0 ? null : { pairs };
}

/**
 * One tap. The first holds; the second on the other side pairs, and each of the two leaves the partner that it had;
 * the second on the same side holds that one instead; on the same one it lets go.
 */
export function tapMatch({ pairs, held }: MatchState, side: Side, id: string): MatchState {
  if (held === null || (held.side === side && held.id !== id)) return { pairs, held: { side, id } };
  if (held.side === side) return { pairs, held: null };
  const [left, right] = side === "left" ? [id, held.id] : [held.id, id];
  return { pairs: paired(pairs, left, right), held: null };
}

export function paired(pairs: Pairs, left: string, right: string): Pairs {
  const others = Object.entries(pairs).filter(([l, r]) => l !== left && r !== right);
  return Object.fromEntries([...others, [left, right]].sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)));
}

export function unpaired(pairs: Pairs, left: string): Pairs {
  return Object.fromEntries(Object.entries(pairs).filter(([l]) => l !== left));
}

/** The left partner of a right side. */
export function leftOf(pairs: Pairs, right: string): string | null {
  return Object.keys(pairs).find((left) => pairs[left] === right) ?? null;
}
