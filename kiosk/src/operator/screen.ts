// The screens and what each of them needs to be shown.

import type { Attempt, Result, Step } from "../domain/attempt.ts";
import type { Operator } from "../domain/status.ts";
import type { Texts } from "../domain/texts.ts";
import type { Assignment } from "../domain/work.ts";
import type { Sitting } from "./sitting.ts";

export type LockReason = "idle" | "expired";

export interface Locked {
  readonly reason: LockReason;
  readonly operator: Operator;
  readonly sitting: Sitting;
}

export type Screen =
  | { readonly name: "attract" }
  | { readonly name: "identify"; readonly badge: string | null; readonly locked: Locked | null }
  | { readonly name: "work" }
  | { readonly name: "brief"; readonly assignment: Assignment }
  | { readonly name: "resume"; readonly attempt: Attempt }
  | { readonly name: "question" }
  | { readonly name: "review" }
  /** again: the operator has signed before, and the plant has not counted it. */
  | { readonly name: "sign"; readonly time_up: boolean; readonly again?: boolean }
  | { readonly name: "result"; readonly title: Texts; readonly result: Result }
  | {
      readonly name: "tracker";
      readonly title: Texts;
      readonly attempt_id: string;
      readonly steps: readonly Step[];
      readonly event_id: string | null;
    }
  /** next: where one goes on; null is the operator's own list. */
  | { readonly name: "attention"; readonly next: Screen | null };
