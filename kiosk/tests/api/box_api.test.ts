import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BoxApi } from "../../src/api/box_api.ts";
import { AnswerQueue, ageMs, kMostAgoMs } from "../../src/domain/answer_queue.ts";
import { AnswerSaver } from "../../src/operator/answer_saver.ts";
import { SessionEnd } from "../../src/operator/session_end.ts";

const kDayMs = 86_400_000;

let lives = true;
let asked: { method: string; path: string; body: string }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  lives = true;
  asked = [];
  vi.stubGlobal("fetch", async (path: string, { method, body }: RequestInit) => {
    asked.push({ method: method ?? "", path, body: String(body) });
    if (!lives) throw new TypeError("no route to host");
    const saved = '{"saved_at":"2026-11-23T05:12:33Z","remaining_s":0}';
    return method === "DELETE" ? new Response(null, { status: 204 }) : new Response(saved);
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const kQuiet = {
  saved: () => undefined,
  refused: () => undefined,
  reached: () => undefined,
  delayed: () => undefined,
  halted: () => undefined,
};
const kAnswer = { submission_key: "k1", item_id: "q1", response: { value: true }, flagged: false };
const kPlace = "/api/v1/attempts/at-1/answers/q1";

test("an answer that the box did not hear says how long ago it was given, also on a later page", async () => {
  const api = new BoxApi();
  const queue = new AnswerQueue();
  const saver = new AnswerSaver("at-1", 1, queue, api, kQuiet);
  lives = false;
  saver.put(kAnswer);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked[0]).toMatchObject({ method: "PUT", path: kPlace });
  saver.stop();
  const [left] = queue.waiting().values();
  await vi.advanceTimersByTimeAsync(90_000);

  lives = true;
  asked = [];
  // As it comes back from the browser's disk.
  const later = new AnswerQueue(null, [JSON.parse(JSON.stringify(left))]);
  expect(await new AnswerSaver("at-1", 2, later, api, kQuiet).drained()).toBe(true);
  expect(asked.map(({ path }) => path)).toEqual([`${kPlace}?age_ms=90000`]);
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
    submission_key: "k1",
    lease: 2,
    response: { value: true },
    flagged: false,
  });
});

test.each([
  ["back", -3_600_000],
  ["forward", 3_600_000],
])(
  "an answer of this page is as old as it is, though the screen's clock was set %s meanwhile",
  async (_, step_ms) => {
    const queue = new AnswerQueue();
    const saver = new AnswerSaver("at-1", 1, queue, new BoxApi(), kQuiet);
    lives = false;
    saver.put(kAnswer);
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + step_ms);
    saver.stop();
    await vi.advanceTimersByTimeAsync(90_000);
    lives = true;
    asked = [];
    // Whoever comes back to the same page.
    expect(await new AnswerSaver("at-1", 2, queue, new BoxApi(), kQuiet).drained()).toBe(true);
    expect(asked.map(({ path }) => path)).toEqual([`${kPlace}?age_ms=90000`]);
  },
);

test("a later page counts by the screen's clock, for its own began anew", () => {
  const now = { screen_ms: Date.now(), page_ms: 1_000 };
  const given = { given_at_ms: now.screen_ms - 60_000, given_on_page_ms: 500_000 };
  expect(new AnswerQueue(null, [{ ...kAnswer, ...given }]).take()).toEqual({
    ...kAnswer,
    given_at_ms: given.given_at_ms,
  });
  const queue = new AnswerQueue();
  queue.putFirst([{ ...kAnswer, ...given }]);
  const [left] = queue.waiting().values();
  expect(ageMs(left ?? kAnswer, now)).toBe(60_000);
});

test.each([
  ["of an earlier release", {}, kPlace],
  ["of an earlier page, by a clock that was set back since", { given_at_ms: Date.now() + 60_000 }, kPlace],
  [
    "older than the box hears of",
    { given_at_ms: Date.now() - 30 * kDayMs },
    `${kPlace}?age_ms=${kMostAgoMs}`,
  ],
])("an answer %s", async (_, given, path) => {
  vi.setSystemTime(Date.now());
  await new BoxApi().saveAnswer("at-1", 1, { ...kAnswer, ...given });
  expect(asked.map((request) => request.path)).toEqual([path]);
});

test("which question is shown is said in the query, with an answer only if it is another one", async () => {
  const api = new BoxApi();
  const shown = { attempt_id: "at-1", item_id: "q 2" };
  await api.seats(shown);
  await api.saveAnswer("at-1", 1, kAnswer, "q 2");
  await api.saveAnswer("at-1", 1, kAnswer, kAnswer.item_id);
  await api.signOut("idle_lock", 0, shown);
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /api/v1/session?attempt=at-1&shown=q+2",
    `PUT ${kPlace}?shown=q+2`,
    `PUT ${kPlace}`,
    "DELETE /api/v1/session?why=idle_lock&attempt=at-1&shown=q+2",
  ]);
});

test("a lock that the box did not hear is told again with how long ago it was", async () => {
  const end = new SessionEnd(
    new BoxApi(),
    () => false,
    () => undefined,
  );
  lives = false;
  await end.tell("idle_lock");
  await vi.advanceTimersByTimeAsync(120_000);
  end.tellAgain();
  await vi.advanceTimersByTimeAsync(60_000);
  lives = true;
  end.tellAgain();
  await vi.advanceTimersByTimeAsync(0);
  end.tellAgain();
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "DELETE /api/v1/session?why=idle_lock",
    "DELETE /api/v1/session?why=idle_lock&ago_ms=120000",
    "DELETE /api/v1/session?why=idle_lock&ago_ms=180000",
  ]);
});

test("what is heard late of an earlier page's session leaves the new one its token", async () => {
  const api = new BoxApi();
  const waiting: ((text: string) => void)[] = [];
  const tokens: unknown[] = [];
  vi.stubGlobal("fetch", (_: string, { method, headers }: RequestInit) => {
    if (method === "DELETE") tokens.push(new Headers(headers).get("X-Millrace-CSRF"));
    return new Promise<Response>((resolve) => waiting.push((text) => resolve(new Response(text))));
  });
  const left = api.session();
  const new_one = api.signIn({ badge: "10001" }, "1234", "gate-1");
  waiting[1]?.('{"csrf":"new"}');
  await new_one;
  waiting[0]?.('{"csrf":"left"}');
  await left;
  void api.signOut();
  expect(tokens).toEqual(["new"]);
});
