// The plant box's word about itself and its links.

export interface Link {
  readonly state: "up" | "down" | "unknown";
  readonly since: string | null;
}

export interface BoxStatus {
  readonly site: string;
  readonly edge: string;
  readonly station: string;
  readonly version: string;
  readonly time: string;
  readonly clock_state: string;
  readonly storage: "ok" | "full";
  readonly plant_link: Link;
  readonly centre_link: Link;
  readonly outbox: {
    readonly depth: number;
    readonly oldest_age_s: number | null;
    /** What could not be delivered and waits for plant IT; absent where the box is too old to tell. */
    readonly parked?: number;
  };
  readonly languages: readonly string[];
  /** Whom to call; empty where the plant has not said. */
  readonly help?: string;
  /** The version of the app that the box serves; empty where it serves none. */
  readonly app?: string;
  /** True where people may be found by name; a badge always works. */
  readonly roster_sign_in?: boolean;
  /** True where the plant records how long each question was shown. */
  readonly answer_times?: boolean;
}

/**
 * Only where the box knows better: `holdover` is also what a plant without a time server has all the time, with its clock
 * set by hand.
 */
export function isClockUnset(status: BoxStatus | null): boolean {
  return status?.clock_state === "untrusted";
}

export type Role = "team_leader" | "witness" | "operator";

export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly roles?: readonly Role[];
  readonly photo?: string | null;
}

export function isLeader(operator: Operator | null): boolean {
  return operator?.roles?.includes("team_leader") === true;
}

export interface Session {
  readonly operator: Operator;
  readonly csrf: string;
  readonly expires_at: string;
  /** Ids of the attempts that this screen sits at. */
  readonly sits_at?: readonly string[];
}

/** in_service: people may sign in; out_of_service: the box cannot store safely; no_box: it does not answer. */
export type Service = "starting" | "in_service" | "out_of_service" | "no_box";

export function serviceOf(status: BoxStatus | null, reachable: boolean): Service {
  if (!reachable) return "no_box";
  if (status === null) return "starting";
  return status.storage === "full" ? "out_of_service" : "in_service";
}
