// What came back from the plant box, and what an answer's sender does about it.

export interface Problem {
  /** Stable name: the last part of the problem's type, `urn:millrace:problem:{code}`. */
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly retry_after_s: number | null;
  /** The box's name for this one case, under which a person finds it there. */
  readonly reference?: string | null;
}

export type Outcome<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "unreachable" };

/** What follows from one try to save: next answer, same one again later, or a halt that a person must end. */
export type AfterSave = "saved" | "again" | "sign_in" | "elsewhere" | "closed" | "refused";

const kSessionCodes: ReadonlySet<string> = new Set(["not-signed-in", "bad-csrf"]);

export function afterSave(outcome: Outcome<unknown>): AfterSave {
  if (outcome.kind === "ok") return "saved";
  if (outcome.kind === "unreachable") return "again";
  const { code, status } = outcome.problem;
  if (status === 401 || kSessionCodes.has(code)) return "sign_in";
  if (code === "stale-lease") return "elsewhere";
  if (code === "attempt-closed") return "closed";
  // Too many requests, a full disk, a box that is starting: the answer is good, the moment is not.
  if (status === 408 || status === 429 || status >= 500) return "again";
  return "refused";
}

/** Whether a refused opening says that the attempt can never be written to again. */
export function endsAttempt({ code }: Problem): boolean {
  return ["attempt-closed", "not-found"].includes(code);
}

/** Seconds until the box looks at a PIN again; null: at once, or it is not a PIN that one has to wait for. */
export function pinWait({ code, status, retry_after_s }: Problem): number | null {
  return code === "locked-out" || status === 401 ? retry_after_s : null;
}

/** Waits between tries: quick at first, for most outages are a restart; never longer than a person would wait. */
export const kRetryDelaysMs: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];

export function retryDelayMs(tries: number): number {
  return kRetryDelaysMs[Math.min(Math.max(tries, 1), kRetryDelaysMs.length) - 1] ?? 8_000;
}
