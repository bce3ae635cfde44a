// What operators and team leaders ask the training office for.

import type { Step } from "./attempt.ts";
import type { Person } from "./roster.ts";
import type { Texts } from "./texts.ts";

export const kRequestKinds = ["training", "recertification", "retest", "accommodation"] as const;
export type RequestKind = (typeof kRequestKinds)[number];
export const kPriorities = ["low", "normal", "high", "urgent"] as const;
export type Priority = (typeof kPriorities)[number];

/** The box takes no more; both bounds are its own. */
export const kCommentCharactersMost = 500;
export const kPeopleMost = 20;

export interface RequestChoices {
  /** When the centre made the list of skills and reasons; absent where the box is too old to tell. */
  readonly catalogue_as_of?: string | null;
  readonly skills: readonly { readonly id: string; readonly title: Texts }[];
  readonly reasons: readonly {
    readonly code: string;
    readonly title: Texts;
    readonly kinds: readonly RequestKind[];
  }[];
  /** Whom a team leader may ask for; empty for everyone else. */
  readonly people: readonly Person[];
}

/** A request as the box remembers it. */
export interface PastRequest {
  readonly request_id: string;
  readonly event_id: string;
  readonly kind: RequestKind;
  readonly skill: string;
  readonly reason_code: string;
  readonly created_at: string;
  readonly on_behalf_by: string | null;
  /** Whom it is for, where a leader looks at it. */
  readonly operator_name?: string;
  readonly steps: readonly Step[];
}

/** What is being filled in. `submission_key` belongs to what is written here, and to nothing else. */
export interface Draft {
  readonly submission_key: string;
  /** Null: for the operator who fills it in. */
  readonly operator_ids: readonly string[] | null;
  readonly kind: RequestKind | null;
  readonly skill: string | null;
  readonly reason_code: string | null;
  readonly needed_by: string | null;
  readonly priority: Priority;
  readonly comment: string;
  readonly comment_language: string;
  readonly operator_acknowledged: boolean;
  /** Sent, and the answer was lost: from now on it is only ever sent again as it is. */
  readonly frozen: boolean;
}

export function newDraft(submission_key: string, for_others: boolean, comment_language: string): Draft {
  return {
    submission_key,
    operator_ids: for_others ? [] : null,
    kind: null,
    skill: null,
    reason_code: null,
    needed_by: null,
    priority: "normal",
    comment: "",
    comment_language,
    operator_acknowledged: false,
    frozen: false,
  };
}

/** A change to what is asked for; another kind takes along a reason that does not go with it. */
export function withChange(draft: Draft, change: Partial<Draft>, choices: RequestChoices): Draft {
  if (draft.frozen) return draft;
  const changed = { ...draft, ...change };
  const fits = reasonsFor(choices, changed.kind).some(({ code }) => code === changed.reason_code);
  return fits ? changed : { ...changed, reason_code: null };
}

export function reasonsFor(choices: RequestChoices, kind: RequestKind | null): RequestChoices["reasons"] {
  return choices.reasons.filter(({ kinds }) => kind !== null && kinds.includes(kind));
}

export type DraftPart = "people" | "kind" | "skill" | "reason" | "when" | "comment" | "check";

export function partsOf(draft: Draft): readonly DraftPart[] {
  const own: readonly DraftPart[] = ["kind", "skill", "reason", "when", "comment", "check"];
  return draft.operator_ids === null ? own : ["people", ...own];
}

/** True where the part holds all that the box wants. */
export function isFilled(draft: Draft, part: DraftPart): boolean {
  switch (part) {
    case "people":
      return (
        draft.operator_ids !== null &&
        draft.operator_ids.length > 0 &&
        draft.operator_ids.length <= kPeopleMost
      );
    case "kind":
      return draft.kind !== null;
    case "skill":
      return draft.skill !== null;
    case "reason":
      return draft.reason_code !== null;
    default:
      return true;
  }
}

export function togglePerson(ids: readonly string[], id: string): readonly string[] {
  if (ids.includes(id)) return ids.filter((other) => other !== id);
  return ids.length < kPeopleMost ? [...ids, id] : ids;
}

/** A calendar day some days after another, never before `today`; days are "YYYY-MM-DD". */
export function dayAfter(day: string, days: number, today: string): string {
  const moved = new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  return moved < today ? today : moved;
}

/** The day of the plant's own time. */
export function localDay(time: Date): string {
  const part = (n: number) => String(n).padStart(2, "0");
  return `${time.getFullYear()}-${part(time.getMonth() + 1)}-${part(time.getDate())}`;
}
