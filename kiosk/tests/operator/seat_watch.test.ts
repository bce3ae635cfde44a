import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { Session } from "../../src/domain/status.ts";
import type { Halt } from "../../src/operator/answer_saver.ts";
import { kSeatPollMs, watchSeat } from "../../src/operator/seat_watch.ts";

const kAttempt = "0190a5b6-0000-7000-8000-000000000001";
const kOther = "0190a5b6-0000-7000-8000-000000000002";

const session = (more: object): Outcome<Session> => ({
  kind: "ok",
  value: {
    operator: { id: "op-1", name: "A", language: "en", roles: ["operator"], photo: null },
    csrf: "0123456789abcdef",
    expires_at: "2026-11-23T05:12:33Z",
    ...more,
  },
});
const problem = (status: number, code: string): Outcome<Session> => ({
  kind: "problem",
  problem: { code, status, detail: "", retry_after_s: null },
});

const shown = () => ({ attempt_id: kAttempt, item_id: "q1" });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The halts that were told after some polls, and how often the box was asked. */
async function watched(answer: Outcome<Session>, polls = 3) {
  const halts: Halt[] = [];
  const seats = vi.fn(async () => answer);
  const stop = watchSeat(shown, { seats }, (halt) => halts.push(halt));
  await vi.advanceTimersByTimeAsync(polls * kSeatPollMs);
  stop();
  return { halts, asked: seats.mock.calls.length };
}

test("a screen that sits at its attempt is left alone, and asked about again and again", async () => {
  expect(await watched(session({ sits_at: [kOther, kAttempt] }))).toEqual({ halts: [], asked: 3 });
});

test.each([
  ["nowhere", []],
  ["at another attempt", [kOther]],
])("one that sits %s was overtaken, which is told once", async (_where, sits_at) => {
  expect(await watched(session({ sits_at }))).toEqual({ halts: ["elsewhere"], asked: 1 });
});

test("a session that is over wants its operator back", async () => {
  expect(await watched(problem(401, "not-signed-in"))).toEqual({ halts: ["sign_in"], asked: 1 });
});

test.each([
  ["silent", { kind: "unreachable" } as const],
  ["busy", problem(503, "busy")],
  ["a release older, and does not tell", session({})],
])("a box that is %s proves nothing", async (_what, answer) => {
  expect(await watched(answer)).toEqual({ halts: [], asked: 3 });
});

test("an answer that comes after the end is not heard", async () => {
  const halts: Halt[] = [];
  let answer: (outcome: Outcome<Session>) => void = () => undefined;
  const seats = () => new Promise<Outcome<Session>>((resolve) => (answer = resolve));
  const stop = watchSeat(shown, { seats }, (halt) => halts.push(halt));
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  stop();
  answer(session({ sits_at: [] }));
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  expect(halts).toEqual([]);
});
