// What the plant box tells about an attempt, in the words of its API.

import type { Texts } from "./texts.ts";

export type Response =
  | { readonly choice: string }
  | { readonly choices: readonly string[] }
  | { readonly value: boolean }
  | { readonly number: string }
  /** Every option once, first to last. */
  | { readonly order: readonly string[] }
  /** Left id to right id; no right id twice. */
  | { readonly pairs: Readonly<Record<string, string>> }
  | { readonly region: string };

export type ItemType =
  | "single_choice"
  | "multiple_choice"
  | "true_false"
  | "numeric"
  | "ordering"
  | "matching"
  | "hotspot";

export interface Option {
  readonly id: string;
  readonly text: Texts;
}

/** A place on the item's image, in per mille of its width and height. */
export interface Region {
  readonly id: string;
  readonly label: Texts;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Section {
  readonly id: string;
  readonly title: Texts;
}

export interface Item {
  readonly item_id: string;
  readonly version: number;
  readonly position: number;
  /** One of ItemType, or a name that this release of the app does not know yet. */
  readonly type: string;
  readonly stem: Texts;
  readonly image?: string | null;
  readonly image_alt?: Texts | null;
  /** Language to address; spoken words are content like written ones. */
  readonly audio?: Texts | null;
  readonly options?: readonly Option[] | null;
  readonly left?: readonly Option[] | null;
  readonly right?: readonly Option[] | null;
  readonly regions?: readonly Region[] | null;
  readonly section?: string | null;
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
  readonly layout_sample?: boolean;
  readonly witness_required?: boolean;
  readonly lease: number | string;
  readonly time_limit_s: number | null;
  readonly remaining_s: number | null;
  readonly pass_mark_bp: number;
  readonly items: readonly Item[];
  /** Id of the item that a screen showed last. */
  readonly shown_item?: string | null;
  readonly sections?: readonly Section[] | null;
  readonly result?: Result | null;
}

export interface SyncState {
  readonly steps: readonly Step[];
}
