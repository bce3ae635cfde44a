// What the plant box tells plant IT of itself.

import type { Link } from "./status.ts";

export interface ConsoleSession {
  readonly csrf: string;
  /** Who signed in, by the box's word: it stands in the audit. */
  readonly actor: string;
  readonly until: string;
}

export interface Alarm {
  readonly name: string;
  readonly reason: string;
  readonly since: string;
}

export interface Certificate {
  readonly of: "kiosks" | "authority" | "broker";
  readonly names: readonly string[];
  readonly until: string;
}

export interface SeenKiosk {
  readonly name: string;
  readonly address: string;
  /** The release of its app; empty where it did not say. */
  readonly app: string;
  readonly last_seen: string;
}

/** Nulls: not known, or nothing there. */
export interface BoxReport {
  readonly now: string;
  readonly started_at: string;
  readonly site: string;
  readonly edge: string;
  readonly station: string;
  readonly versions: { readonly edge: string; readonly app: string; readonly schema: number };
  readonly clock_state: string;
  readonly alarms: readonly Alarm[];
  readonly links: { readonly plant: Link; readonly centre: Link };
  readonly relays: readonly { readonly name: string; readonly through: boolean; readonly since: string }[];
  readonly outbox: {
    readonly depth: number;
    readonly oldest: string | null;
    readonly parked: number;
    readonly conflicts: number;
    readonly bytes: number;
    readonly quota_bytes: number;
    readonly last_receipt: string | null;
    readonly bytes_per_day: number | null;
    /** If nothing were received any more. */
    readonly days_until_full: number | null;
  };
  readonly disk: {
    readonly total_bytes: number;
    readonly free_bytes: number;
    readonly database_bytes: number;
    readonly bytes_per_day: number | null;
    readonly days_until_full: number | null;
  };
  readonly certificates: readonly Certificate[];
  /** Newest first. */
  readonly kiosks: readonly SeenKiosk[];
  readonly sessions: number;
  readonly content: { readonly operators: number; readonly assignments: number; readonly packages: number };
}

/** Steps of equal length; each list has one value for each of them. */
export interface History {
  readonly from: string;
  readonly to: string;
  readonly step_s: number;
  /** Before it the log does not reach. */
  readonly complete_from: string;
  readonly recorded: readonly number[];
  readonly received: readonly number[];
  /** At each step's end. */
  readonly waiting: readonly number[];
  readonly oldest_s: readonly number[];
}

export const kHistoryHours = [24, 168] as const;
export type HistoryHours = (typeof kHistoryHours)[number];

export interface ParkedRecord {
  readonly stream_id: string;
  readonly sequence: number;
  readonly event_id: string;
  readonly type: string;
  readonly partition: string;
  readonly recorded_at: string;
  readonly parked_at: string | null;
  readonly reason: string;
  /** It may have arrived all the same. */
  readonly maybe_delivered: boolean;
  /** It can only be discarded. */
  readonly damaged: boolean;
}

export type ParkedAction = "replay" | "discard";

export interface ParkedDecision {
  readonly at: string;
  readonly actor: string;
  readonly action: ParkedAction;
  readonly stream_id: string;
  readonly sequence: number;
  readonly event_id: string;
  readonly reason: string;
}

export interface Parked {
  readonly records: readonly ParkedRecord[];
  /** There are more than were told. */
  readonly more: boolean;
  /** Newest first. */
  readonly decisions: readonly ParkedDecision[];
}

/** Where a record stands in the box's log. */
export interface RecordPlace {
  readonly stream_id: string;
  readonly sequence: number;
}

export interface Conflict {
  readonly reference: string;
  readonly operator_id: string;
  readonly kiosk: string;
  readonly came_at: string;
  readonly first_saved_at: string | null;
  readonly same_operator: boolean;
}

export interface Conflicts {
  /** Newest first. */
  readonly conflicts: readonly Conflict[];
}
