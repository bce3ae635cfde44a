// What the box says late, when somebody does something else already, or somebody else is there.

import { expect, test, vi } from "vitest";
import type { SavedAnswer, SavedRequest } from "../../src/api/box_api.ts";
import type { Attempt, Result } from "../../src/domain/attempt.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { Session } from "../../src/domain/status.ts";
import { Kiosk } from "../../src/operator/kiosk.ts";
import { kSeatPollMs } from "../../src/operator/seat_watch.ts";
import { FakeBox, kAttempt, kSilence, ok, problem, session } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, leavesTwoAnswers, seated, settled, useStandInPage } from "./people.ts";

useStandInPage();

/** An answer of the box that comes when it is let. */
function held<T>() {
  let answer: (outcome: Outcome<T>) => void = () => undefined;
  const outcome = new Promise<Outcome<T>>((resolve) => (answer = resolve));
  return { ask: () => outcome, answer };
}

test("a sign-in that was cancelled and comes late leaves nobody else in its session", async () => {
  const box = new FakeBox();
  const kiosk = new Kiosk(box, "test", new MemoryStore());
  const { signIn } = box;
  const late = held<Session>();
  box.signIn = late.ask;
  kiosk.identify("10001");
  const cancelled = kiosk.signIn({ badge: "10001" }, "1234");
  kiosk.show({ name: "attract" });
  box.signIn = signIn;
  box.next_sign_in = ok(session("op-2"));
  kiosk.identify("10002");
  await kiosk.signIn({ badge: "10002" }, "4321");
  await kiosk.goOn();
  expect(kiosk.screen.peek().name).toBe("work");
  late.answer(ok(session("op-1")));
  await cancelled;
  expect(kiosk.operator.peek()).toBeNull();
  expect(kiosk.screen.peek()).toMatchObject({
    name: "identify",
    badge: "10002",
    locked: { reason: "expired" },
  });
  expect(box.sessions_ended).toBe(1);
});

test("a cancelled sign-in that comes late is ended where nobody has come since", async () => {
  const box = new FakeBox();
  const kiosk = new Kiosk(box, "test", new MemoryStore());
  const late = held<Session>();
  box.signIn = late.ask;
  kiosk.identify("10001");
  const cancelled = kiosk.signIn({ badge: "10001" }, "1234");
  kiosk.show({ name: "attract" });
  late.answer(ok(session("op-1")));
  await cancelled;
  expect([kiosk.screen.peek().name, box.sessions_ended]).toEqual(["attract", 1]);
});

test("a late word on what somebody signed does not lock the next one's screen", async () => {
  const box = new FakeBox();
  const kiosk = await arrives(box, new MemoryStore());
  const late = held<SavedRequest>();
  box.request = late.ask;
  box.requestChoices = async () => ok({ skills: [], reasons: [], people: [] });
  kiosk.desk.showRequest(false);
  await settled();
  const sent = kiosk.desk.sendRequest("1234", { en: "Training" });
  await settled();
  await kiosk.signOut();
  box.next_sign_in = ok(session("op-2"));
  kiosk.identify("10002");
  await kiosk.signIn({ badge: "10002" }, "4321");
  late.answer(problem(401, "not-signed-in"));
  expect(await sent).toBeNull();
  expect([kiosk.operator.peek()?.id, kiosk.screen.peek().name]).toEqual(["op-2", "confirm"]);
});

/** At the list, with answers of an earlier page that the box did not take yet. */
async function atTheList() {
  const { box, store } = await leavesTwoAnswers();
  box.wants_lease = false;
  box.next_save = problem(503, "unavailable");
  const kiosk = await arrives(box, store);
  box.requestChoices = async () => ok({ skills: [], reasons: [], people: [] });
  return { box, kiosk, store };
}

test("whoever begins something while the box is asked what it has is not taken away from it", async () => {
  for (const at of ["answers", "attempt"] as const) {
    const { box, kiosk, store } = await atTheList();
    const saving = held<SavedAnswer>();
    const looking = held<Attempt>();
    box.saveAnswer = at === "answers" ? saving.ask : async () => problem(409, "stale-lease");
    if (at === "attempt") box.attempt = looking.ask;
    await vi.advanceTimersByTimeAsync(6_000);
    kiosk.desk.showRequest(false);
    saving.answer(problem(409, "stale-lease"));
    looking.answer(ok(kAttempt));
    await settled();
    expect([kiosk.screen.peek().name, box.opened]).toEqual(["request", 1]);
    expect(kiosk.recovers_later.peek()).toBe(true);
    expect(store.waiting_keys).toHaveLength(2);
  }
});

test("what an earlier page left is saved for whoever waits for that to leave, wherever they are", async () => {
  const { box, kiosk, store } = await atTheList();
  kiosk.desk.showRequest(false);
  kiosk.askToSignOut();
  expect(kiosk.leaving.warned.peek()).toBe(true);
  box.next_save = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(store.waiting_keys).toEqual([]);
  expect(kiosk.leaving.behind.peek()).toBe(false);
});

test("whoever has handed in is not said to be elsewhere before the box has told what became of it", async () => {
  const { box, kiosk } = await seated();
  await kiosk.handIn("1234", "100", null);
  box.next_seats = ok({ ...session("op-1"), sits_at: [] });
  box.attempt = async () => kSilence;
  await vi.advanceTimersByTimeAsync(2 * kSeatPollMs);
  expect(kiosk.elsewhere.value).toBe(false);
  box.attempt = async () =>
    ok({ ...kAttempt, state: "submitted", result: { steps: [] } as unknown as Result });
  await vi.advanceTimersByTimeAsync(2 * kSeatPollMs);
  expect([kiosk.elsewhere.value, kiosk.screen.peek().name]).toEqual([false, "result"]);
});
