// The screens and what each of them needs to be shown.

import type { Followed } from "../api/sync_stream.ts";
import type { Attempt, Result, Step } from "../domain/attempt.ts";
import type { Person } from "../domain/roster.ts";
import type { Operator } from "../domain/status.ts";
import type { Texts } from "../domain/texts.ts";
import type { Assignment, PastResult } from "../domain/work.ts";
import type { Sitting } from "./sitting.ts";

export type LockReason = "idle" | "expired";

export interface Locked {
  readonly reason: LockReason;
  readonly operator: Operator;
  /** The test that was being taken, if one was. */
  readonly sitting: Sitting | null;
}

/** What the five steps are about: they read a little differently. */
export type FollowedKind = "result" | "request" | "decision";

export interface BatchRow {
  readonly operator_id: string;
  readonly event_id: string;
  readonly steps: readonly Step[];
}

export type Screen =
  | { readonly name: "attract" }
  | { readonly name: "calibrate" }
  | {
      readonly name: "identify";
      readonly badge: string | null;
      readonly locked: Locked | null;
      /** Chosen by name, where the plant allows it. */
      readonly person?: Person | null;
      readonly unlocked?: boolean;
    }
  | { readonly name: "confirm" }
  | { readonly name: "work" }
  | { readonly name: "brief"; readonly assignment: Assignment }
  | { readonly name: "practice"; readonly assignment: Assignment }
  | { readonly name: "resume"; readonly attempt: Attempt }
  | { readonly name: "question" }
  | { readonly name: "review" }
  /** again: the operator has signed before, and the plant has not counted it. */
  | { readonly name: "sign"; readonly again?: boolean }
  | { readonly name: "result"; readonly attempt: Attempt; readonly result: Result }
  | {
      readonly name: "tracker";
      readonly kind: FollowedKind;
      readonly title: Texts;
      readonly followed: Followed;
      readonly steps: readonly Step[];
      readonly record: string;
    }
  | {
      readonly name: "unlock";
      readonly badge: string | null;
      readonly person?: Person | null;
      readonly leader_badge: string | null;
      /** The signature that waits for it. */
      readonly back?: Screen;
    }
  | { readonly name: "leader" }
  | { readonly name: "request" }
  | { readonly name: "batch"; readonly title: Texts; readonly rows: readonly BatchRow[] }
  | { readonly name: "decide" }
  /** next: where one goes on; null is the operator's own list. */
  | { readonly name: "attention"; readonly next: Screen | null };

/** `badge`: null for someone who came by name. */
export function lockedScreen(locked: Locked, badge: string | null): Screen {
  return { name: "identify", badge, person: badge === null ? locked.operator : null, locked };
}

/** The way of a test that was handed in. */
export function trackerOf({ attempt_id: id, event_id, title, steps }: PastResult): Screen {
  const followed = { kind: "attempts", id } as const;
  return { name: "tracker", kind: "result", title, followed, steps, record: event_id ?? id };
}

/** Whether nobody there is in the middle of anything. */
export function isBetween({ name }: Screen): boolean {
  return name === "identify" || name === "confirm" || name === "work";
}
