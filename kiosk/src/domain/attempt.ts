// What the plant box tells about an attempt, in the words of its API.

import type { Texts } from "./texts.ts";

export type Response =
  | { readonly choice: string }
  | { readonly choices: readonly string[] }
  | { readonly value: boolean }
  | { readonly number: string };

export type ItemType = "single_choice" | "multiple_choice" | "true_false" | "numeric";

export interface Option {
  readonly id: string;
  readonly text: Texts;
}

export interface Item {
  readonly item_id: string;
  readonly version: number;
  readonly position: number;
  readonly type: ItemType;
  readonly stem: Texts;
  readonly image?: string | null;
  readonly options?: readonly Option[] | null;
  readonly unit?: string | null;
  readonly response: Response | null;
  readonly flagged: boolean;
}

export type StepName = "saved" | "sent" | "received" | "certified";
export type StepState = "done" | "waiting" | "attention" | "unknown";

export interface Step {
  readonly name: StepName;
  readonly state: StepState;
  readonly at?: string | null;
  readonly code?: string | null;
}

export type Verdict = "passed" | "failed";

export interface Result {
  readonly attempt_id: string;
  readonly event_id: string;
  readonly sequence: number;
  readonly score_bp: number;
  readonly pass_mark_bp: number;
  readonly outcome: Verdict;
  readonly provisional: boolean;
  readonly saved_at: string;
  readonly correct: number;
  readonly total: number;
  readonly topics_missed: readonly Texts[];
  readonly critical_item_failed: boolean;
  readonly steps: readonly Step[];
}

export interface Attempt {
  readonly attempt_id: string;
  readonly assignment_id: string;
  readonly attempt_no: number;
  readonly test_id: string;
  readonly test_version: number;
  readonly title: Texts;
  readonly state: "in_progress" | "submitted";
  readonly language: string;
  readonly languages: readonly string[];
  readonly approved_languages?: readonly string[];
  readonly witness_required?: boolean;
  readonly lease: number | string;
  readonly time_limit_s: number | null;
  readonly remaining_s: number | null;
  readonly pass_mark_bp: number;
  readonly items: readonly Item[];
  readonly result?: Result | null;
}

export interface SyncState {
  readonly steps: readonly Step[];
}
