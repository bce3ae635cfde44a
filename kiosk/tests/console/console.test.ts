import { beforeEach, expect, test } from "vitest";
import { type Api, type Clock, Console, kHistoryMs, kPollMs } from "../../src/console/console.ts";
import type { ParkedRecord } from "../../src/domain/box_report.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { kNow, report } from "./reports.ts";

const kSilence = { kind: "unreachable" } as const;
const ok = <T>(value: T): Outcome<T> => ({ kind: "ok", value });
const problem = (status: number, code: string, detail = "") =>
  ({ kind: "problem", problem: { code, status, detail, retry_after_s: null } }) as const;
const kSession = ok({ csrf: "token", actor: "anna", until: kNow });
const kRecord = { stream_id: "s-1", sequence: 17 } as ParkedRecord;

/** A clock that is turned by hand. */
class HandClock implements Clock {
  ms = Date.parse(kNow);
  private waiting: { at_ms: number; act: () => void }[] = [];

  now() {
    return this.ms;
  }
  after(ms: number, act: () => void) {
    const one = { at_ms: this.ms + ms, act };
    this.waiting.push(one);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== one);
    };
  }
  async turn(ms: number) {
    const end_ms = this.ms + ms;
    for (;;) {
      const [next] = this.waiting.filter(({ at_ms }) => at_ms <= end_ms).sort((a, b) => a.at_ms - b.at_ms);
      if (next === undefined) break;
      this.waiting = this.waiting.filter((one) => one !== next);
      this.ms = next.at_ms;
      next.act();
      await settled();
    }
    this.ms = end_ms;
  }
}

const settled = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

const kHistory = {
  ...{ from: kNow, to: kNow, step_s: 600, complete_from: kNow },
  ...{ recorded: [], received: [], waiting: [], oldest_s: [] },
};

/** A box that answers as it is told to, and remembers what it was asked. */
function box() {
  const asked: string[] = [];
  const answers: { [Name in keyof Api]: () => unknown } = {
    signIn: () => kSession,
    session: () => problem(401, "not-signed-in"),
    signOut: () => ok(null),
    box: () => ok(report()),
    history: () => ok(kHistory),
    parked: () => ok({ records: [kRecord], more: false, decisions: [] }),
    conflicts: () => ok({ conflicts: [] }),
    replay: () => ok({ stream_id: "s-1", sequence: 23 }),
    discard: () => ok(null),
  };
  const api = Object.fromEntries(
    Object.keys(answers).map((name) => [
      name,
      async (...args: unknown[]) => {
        asked.push([name, ...args.filter((arg) => typeof arg !== "object")].join(" "));
        return answers[name as keyof Api]();
      },
    ]),
  ) as unknown as Api;
  const count = (name: string) => asked.filter((one) => one.split(" ")[0] === name).length;
  return { api, answers, asked, count };
}

let clock: HandClock;
beforeEach(() => {
  clock = new HandClock();
});

async function signedIn() {
  const one = box();
  const view = new Console(one.api, clock);
  await view.start("CODE");
  await settled();
  return { ...one, view };
}

test("a code opens the console, and all of it is asked for at once", async () => {
  const { view, asked } = await signedIn();
  expect(view.access.value).toEqual({ kind: "in", actor: "anna" });
  expect(asked).toEqual(["signIn CODE", "box", "parked", "conflicts", "history 24"]);
  expect(view.box.value.heard).toMatchObject({ at_ms: Date.parse(kNow), slack_ms: 0 });
});

test("without a code the session from before a reload goes on; without one the card comes, and says nothing", async () => {
  const { api, answers } = box();
  const view = new Console(api, clock);
  await view.start("");
  expect(view.access.value).toEqual({ kind: "out", note: null, code: "" });
  answers.session = () => kSession;
  await view.start("");
  expect(view.access.value).toEqual({ kind: "in", actor: "anna" });
});

test("a code that is not good says so, but to whoever is signed in already", async () => {
  const { api, answers } = box();
  answers.signIn = () => problem(401, "unknown-code", "This code was used.");
  const view = new Console(api, clock);
  await view.start("USED");
  expect(view.access.value).toMatchObject({ kind: "out", note: "This code was used." });
  answers.session = () => kSession;
  await view.start("USED");
  expect(view.access.value.kind).toBe("in");
});

test("a code whose answer was lost is not known to be used up, and may be tried again", async () => {
  const { api, answers } = box();
  answers.signIn = () => kSilence;
  const view = new Console(api, clock);
  await view.start("CODE");
  expect(view.access.value).toMatchObject({
    kind: "out",
    code: "CODE",
    note: expect.stringMatching(/not known whether/),
  });
});

test("a code that the box did not look at is kept, for it may still be good", async () => {
  const { api, answers } = box();
  answers.signIn = () => problem(429, "locked-out", "Try again in a minute.");
  const view = new Console(api, clock);
  await view.start("CODE");
  expect(view.access.value).toEqual({ kind: "out", note: "Try again in a minute.", code: "CODE" });
});

test("a box that is silent when the page opens is asked again until it answers", async () => {
  const { api, answers, count } = box();
  answers.session = () => kSilence;
  const view = new Console(api, clock);
  await view.start("");
  expect([view.access.value.kind, view.silent.value]).toEqual(["asking", true]);
  await clock.turn(kPollMs);
  answers.session = () => kSession;
  await clock.turn(kPollMs);
  expect([view.access.value.kind, view.silent.value, count("session")]).toEqual(["in", false, 3]);
});

test("the box is asked every five seconds, its history every minute", async () => {
  const { count } = await signedIn();
  await clock.turn(kHistoryMs - 1);
  expect([count("box"), count("parked"), count("conflicts"), count("history")]).toEqual([12, 12, 12, 1]);
  await clock.turn(kPollMs);
  expect([count("box"), count("history")]).toEqual([13, 2]);
});

test("nothing is asked while the last answers are awaited", async () => {
  const { answers, count, view } = await signedIn();
  let answer = (_: unknown) => {};
  answers.conflicts = () => new Promise((resolve) => (answer = resolve));
  await clock.turn(kPollMs);
  expect(count("box")).toBe(2);
  await clock.turn(10 * kPollMs);
  view.show(true);
  await settled();
  expect(count("box")).toBe(2);
  answer(ok({ conflicts: [] }));
  await settled();
  expect(count("box")).toBe(3);
});

test("nothing is asked while nobody sees the page, and at once when somebody does again", async () => {
  const { view, count } = await signedIn();
  view.show(false);
  await clock.turn(10 * kPollMs);
  expect(count("box")).toBe(1);
  view.show(true);
  await settled();
  expect(count("box")).toBe(2);
});

test("another span is asked for at once, and what comes late of the former is asked for anew", async () => {
  const { view, asked } = await signedIn();
  view.setHours(168);
  await settled();
  expect(asked.filter((one) => one.startsWith("history"))).toEqual(["history 24", "history 168"]);
});

test("a silent box keeps its last picture and the time of it, until it answers again", async () => {
  const { view, answers } = await signedIn();
  const heard = view.box.value.heard;
  for (const name of ["box", "parked", "conflicts", "history"] as const) answers[name] = () => kSilence;
  await clock.turn(kPollMs);
  expect([view.silent.value, view.box.value.heard]).toEqual([true, heard]);
  expect(view.access.value.kind).toBe("in");
  answers.box = () => ok(report());
  await clock.turn(kPollMs);
  expect(view.silent.value).toBe(false);
  expect(view.box.value.heard?.at_ms).toBe(Date.parse(kNow) + 2 * kPollMs);
});

test("a part that alone could not be had says why, and keeps what it had", async () => {
  const { view, answers } = await signedIn();
  answers.parked = () => problem(503, "busy", "The database is busy.");
  await clock.turn(kPollMs);
  expect(view.parked.value.trouble).toBe("The database is busy.");
  expect(view.parked.value.heard?.value.records).toHaveLength(1);
  expect([view.silent.value, view.box.value.trouble]).toEqual([false, null]);
});

test("a history that was not told is asked for in the next round, not in the next minute", async () => {
  const { answers, count } = await signedIn();
  answers.history = () => kSilence;
  await clock.turn(kHistoryMs);
  expect(count("history")).toBe(2);
  await clock.turn(kPollMs);
  expect(count("history")).toBe(3);
});

test("a session that is over brings the card back, and nothing of the box stays on the screen", async () => {
  const { view, answers, count } = await signedIn();
  answers.parked = () => problem(401, "not-signed-in");
  await clock.turn(kPollMs);
  expect(view.access.value).toEqual({ kind: "out", note: "The session has ended.", code: "" });
  expect([view.box, view.history, view.parked, view.conflicts].map((part) => part.value.heard)).toEqual([
    ...[null, null, null, null],
  ]);
  await clock.turn(10 * kPollMs);
  expect(count("box")).toBe(2);
});

test("what the box told the former session does not come to the next one", async () => {
  const { view, answers } = await signedIn();
  let answer = (_: unknown) => {};
  answers.box = () => new Promise((resolve) => (answer = resolve));
  await clock.turn(kPollMs);
  await view.signOut();
  answer(ok(report()));
  await settled();
  expect(view.box.value.heard).toBeNull();
});

test("whoever signs out is out only once the box says so", async () => {
  const { view, answers } = await signedIn();
  answers.signOut = () => kSilence;
  await view.signOut();
  expect([view.access.value.kind, view.leave_trouble.value]).toEqual([
    "in",
    expect.stringMatching(/may still be signed in/),
  ]);
  answers.signOut = () => ok(null);
  await view.signOut();
  expect(view.access.value).toMatchObject({ kind: "out", note: "You have signed out." });
});

test("a decision says what became of it, and what is parked is looked at again", async () => {
  const { view, count } = await signedIn();
  expect(await view.decide("replay", kRecord, "raised")).toEqual({
    kind: "done",
    words: "Record 17 is recorded again as 23, and goes out once more.",
  });
  expect(await view.decide("discard", kRecord, "on paper")).toEqual({
    kind: "done",
    words: "Record 17 is discarded.",
  });
  await settled();
  expect(count("parked")).toBeGreaterThan(1);
});

test("a refusal is told in the box's words, and the next try may follow", async () => {
  const { view, answers } = await signedIn();
  answers.replay = () => problem(409, "conflict", "record 17 is replayed, not parked");
  expect(await view.decide("replay", kRecord, "raised")).toEqual({
    kind: "refused",
    words: "The box refused it: record 17 is replayed, not parked",
  });
  expect(view.access.value.kind).toBe("in");
});

test("a decision whose answer was lost may have been done", async () => {
  const { view, answers } = await signedIn();
  answers.discard = () => kSilence;
  expect(await view.decide("discard", kRecord, "on paper")).toMatchObject({
    kind: "unknown",
    words: expect.stringMatching(/may have been done/),
  });
});

test("a decision without a session is none, and one with another window's takes up that session", async () => {
  const { view, answers } = await signedIn();
  answers.replay = () => problem(403, "bad-csrf");
  answers.session = () => ok({ csrf: "newer", actor: "ben", until: kNow });
  expect(await view.decide("replay", kRecord, "raised")).toMatchObject({ kind: "refused" });
  expect(view.access.value).toEqual({ kind: "in", actor: "ben" });
  answers.replay = () => problem(401, "not-signed-in");
  await view.decide("replay", kRecord, "raised");
  expect(view.access.value).toMatchObject({
    kind: "out",
    note: expect.stringMatching(/Nothing was decided/),
  });
});

test("a page that nobody sees while the box is silent asks again once somebody does", async () => {
  const { api, answers, count } = box();
  answers.session = () => kSilence;
  const view = new Console(api, clock);
  await view.start("");
  view.show(false);
  await clock.turn(10 * kPollMs);
  expect(count("session")).toBe(1);
  answers.session = () => kSession;
  view.show(true);
  await settled();
  expect(view.access.value).toEqual({ kind: "in", actor: "anna" });
});

test("a decision whose answer was lost is named where the session has ended by then", async () => {
  const { view, answers } = await signedIn();
  answers.replay = () => kSilence;
  answers.box = () => problem(401, "not-signed-in");
  answers.parked = () => problem(401, "not-signed-in");
  expect((await view.decide("replay", kRecord, "it fits now")).kind).toBe("unknown");
  await settled();
  expect(view.access.value).toMatchObject({
    kind: "out",
    note: expect.stringContaining("not known what became of the decision on record 17"),
  });
});

test("once the parked records were heard anew a lost answer is nothing to be told any more", async () => {
  const { view, answers } = await signedIn();
  answers.replay = () => kSilence;
  await view.decide("replay", kRecord, "it fits now");
  await settled();
  answers.box = () => problem(401, "not-signed-in");
  await clock.turn(kPollMs);
  expect(view.access.value).toMatchObject({ kind: "out", note: "The session has ended." });
});

test("who signed in anew in another window can sign out here after a second try", async () => {
  const { view, answers } = await signedIn();
  answers.signOut = () => problem(403, "bad-csrf");
  answers.session = () => ok({ csrf: "other", actor: "berta", until: kNow });
  await view.signOut();
  expect(view.access.value).toEqual({ kind: "in", actor: "berta" });
  answers.signOut = () => ok(null);
  await view.signOut();
  expect(view.access.value).toMatchObject({ kind: "out" });
});

test("the former span is not shown under the new one's name", async () => {
  const { view, answers } = await signedIn();
  answers.history = () => kSilence;
  view.setHours(168);
  expect(view.history.value.heard).toBeNull();
});

test("a browser whose clock is set back goes on asking how it was", async () => {
  const { view, count } = await signedIn();
  view.show(true);
  await settled();
  expect(count("history")).toBe(1);
  clock.ms -= 3600_000;
  view.show(true);
  await settled();
  expect(count("history")).toBe(2);
});
