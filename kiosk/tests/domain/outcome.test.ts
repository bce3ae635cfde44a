import { expect, test } from "vitest";
import {
  type AfterSave,
  afterSave,
  kRetryDelaysMs,
  type Outcome,
  pinWait,
  retryDelayMs,
} from "../../src/domain/outcome.ts";

const problem = (status: number, code: string): Outcome<never> => ({
  kind: "problem",
  problem: { code, status, detail: "", retry_after_s: null },
});

test.each<[string, Outcome<unknown>, AfterSave]>([
  ["an answer of the box", { kind: "ok", value: null }, "saved"],
  ["silence", { kind: "unreachable" }, "again"],
  ["a session that ended", problem(401, "not-signed-in"), "sign_in"],
  ["a lease that another screen holds", problem(409, "stale-lease"), "elsewhere"],
  ["a closed attempt", problem(409, "attempt-closed"), "closed"],
  ["a full disk", problem(507, "no-space"), "again"],
  ["a busy box", problem(503, "unavailable"), "again"],
  ["too many requests", problem(429, "too-many"), "again"],
  ["a response that is none", problem(400, "bad-response"), "refused"],
  ["a key that was used for something else", problem(409, "key-reused"), "refused"],
])("after %s comes the right act", (_, outcome, act) => {
  expect(afterSave(outcome)).toBe(act);
});

test("waits grow and stay bounded", () => {
  const waits = [1, 2, 3, 4, 5, 6, 100].map(retryDelayMs);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits.at(-1)).toBe(kRetryDelaysMs.at(-1));
});

test("a wrong PIN that begins a wait closes the pad as a lockout does; a busy box does not", () => {
  const wait = (status: number, code: string, retry_after_s: number | null) =>
    pinWait({ code, status, detail: "", retry_after_s });
  expect(wait(429, "locked-out", 30)).toBe(30);
  expect(wait(401, "wrong-badge-or-pin", 30)).toBe(30);
  expect(wait(401, "wrong-pin", null)).toBeNull();
  expect(wait(503, "busy", 1)).toBeNull();
});
