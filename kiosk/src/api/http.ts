// One request to the plant box and what came of it. Never throws: an unreachable box is an outcome.

import type { Outcome, Problem } from "../domain/outcome.ts";
import { kAppVersion } from "./app_version.ts";

/** Longer than any answer of a healthy box, shorter than a person's patience. */
const kRequestTimeoutMs = 8_000;
const kProblemPrefix = "urn:millrace:problem:";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Owner: BoxApi or ConsoleApi. Holds the session's CSRF token; the session itself is a cookie that no script can read. */
export class BoxHttp {
  csrf = "";
  private readonly kiosk: string;

  /** `kiosk`: the screen's name, for plant IT to see which were heard of; none for a page that is no kiosk. */
  constructor(kiosk = "") {
    this.kiosk = encodeURIComponent(kiosk);
  }

  async send<T>(method: Method, path: string, body?: unknown): Promise<Outcome<T>> {
    const headers: Record<string, string> = { Accept: "application/json", "X-Millrace-App": kAppVersion };
    if (this.kiosk !== "") headers["X-Millrace-Kiosk"] = this.kiosk;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET" && this.csrf !== "") headers["X-Millrace-CSRF"] = this.csrf;
    try {
      const response = await fetch(path, {
        method,
        headers,
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(kRequestTimeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return response.ok
        ? { kind: "ok", value: (text === "" ? null : JSON.parse(text)) as T }
        : { kind: "problem", problem: problemOf(response.status, response.headers, text) };
    } catch {
      // No connection, no whole answer, or no JSON in it: in each case it is unknown whether the box acted.
      return { kind: "unreachable" };
    }
  }
}

/** Reads a problem document; anything else that failed becomes `http-{status}`. */
export function problemOf(status: number, headers: Headers, text: string): Problem {
  const document = parse(text);
  const type = typeof document.type === "string" ? document.type : "";
  const wait = Number(document.retry_after_s ?? headers.get("Retry-After"));
  return {
    code: type.startsWith(kProblemPrefix) ? type.slice(kProblemPrefix.length) : `http-${status}`,
    status,
    detail: typeof document.detail === "string" ? document.detail : "",
    retry_after_s: Number.isFinite(wait) && wait > 0 ? Math.ceil(wait) : null,
    ...(typeof document.reference === "string" ? { reference: document.reference } : {}),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
