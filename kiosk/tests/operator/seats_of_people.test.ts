// Who sits where, as the whole kiosk sees it.

import { expect, test, vi } from "vitest";
import type { Result } from "../../src/domain/attempt.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { kSeatPollMs } from "../../src/operator/seat_watch.ts";
import { kAttempt, ok, problem, session } from "./fake_box.ts";
import { seated, settled, useStandInPage } from "./people.ts";

useStandInPage();

test("a screen that was overtaken says so by itself", async () => {
  const { box, kiosk } = await seated();
  box.next_seats = ok({ ...session("op-1"), sits_at: [] });
  await vi.advanceTimersByTimeAsync(2 * kSeatPollMs);
  expect([kiosk.elsewhere.value, box.seats_asked]).toEqual([true, 1]);
  box.next_seats = ok({ ...session("op-1"), sits_at: [kAttempt.attempt_id] });
  await kiosk.takeOver();
  await vi.advanceTimersByTimeAsync(2 * kSeatPollMs);
  expect([kiosk.elsewhere.value, box.seats_asked]).toEqual([false, 3]);
});

test("a test whose handing in was counted, though its answer was lost, shows its result by itself", async () => {
  const { box, kiosk } = await seated();
  await kiosk.handIn("1234", "100", null);
  box.next_seats = ok({ ...session("op-1"), sits_at: [] });
  box.attempt_now = { ...kAttempt, state: "submitted", result: { steps: [] } as unknown as Result };
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  expect([kiosk.elsewhere.value, kiosk.screen.peek().name]).toEqual([false, "result"]);
});

test("a test that was signed here and taken up elsewhere says so", async () => {
  const { box, kiosk } = await seated();
  await kiosk.handIn("1234", "100", null);
  box.next_seats = ok({ ...session("op-1"), sits_at: [] });
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  expect(kiosk.elsewhere.value).toBe(true);
});

test("nobody is asked about the seat while the test is handed in", async () => {
  const { box, kiosk } = await seated();
  let answer: (outcome: Outcome<Result>) => void = () => undefined;
  box.submit = () => new Promise((resolve) => (answer = resolve));
  const handed_in = kiosk.handIn("1234", "100", null);
  await vi.advanceTimersByTimeAsync(3 * kSeatPollMs);
  expect(box.seats_asked).toBe(0);
  answer(problem(401, "wrong-pin"));
  await handed_in;
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  expect(box.seats_asked).toBe(1);
});

test("the box is told whether somebody left or nobody was there", async () => {
  const { box, kiosk } = await seated();
  kiosk.lock("idle");
  const other = await seated();
  await other.kiosk.signOut();
  expect([box.ends.at(-1), other.box.ends.at(-1)]).toEqual(["idle_lock", "signed_out"]);
});

test("a lock that the box could not be told of is told as such once it is back", async () => {
  const { box, kiosk } = await seated();
  box.lives = false;
  kiosk.lock("idle");
  await vi.advanceTimersByTimeAsync(6_000);
  box.lives = true;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(box.ends.slice(-2)).toEqual(["idle_lock", "idle_lock"]);
});

test("the box is told which question is shown with all that it is asked", async () => {
  const { box, kiosk, sitting } = await seated();
  sitting.goTo(2);
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  sitting.goTo(1);
  kiosk.show({ name: "review" });
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  sitting.answer("q1", { value: true });
  await vi.advanceTimersByTimeAsync(0);
  sitting.goTo(0);
  kiosk.lock("idle");
  expect(box.shown).toEqual(["q3", "q2", "q2", "q1"]);
});

test("the question before one who signs out is told", async () => {
  const { box, kiosk, sitting } = await seated();
  sitting.goTo(2);
  await kiosk.signOut();
  expect(box.shown).toEqual(["q3"]);
});

/** Locked at the second question, and back after the box has given the next lease but so many. */
async function backAtTheThird(taken_up_elsewhere: number) {
  const { box, kiosk, sitting } = await seated();
  sitting.goTo(1);
  kiosk.lock("idle");
  box.reopened = { lease: 2 + taken_up_elsewhere, shown_item: "q3" };
  await kiosk.signIn({ badge: "10001" }, "1234");
  await settled();
  return kiosk.sitting.peek()?.position.peek();
}

test("a test goes on where its screen was locked, for that is newer than what the box was told", async () => {
  expect(await backAtTheThird(0)).toBe(1);
});

test("a test that went on at another screen since goes on where that was left", async () => {
  expect(await backAtTheThird(1)).toBe(2);
});

test("whoever takes a test back from another screen goes on where that one was", async () => {
  const { box, kiosk, sitting } = await seated();
  sitting.goTo(1);
  box.next_seats = ok({ ...session("op-1"), sits_at: [] });
  await vi.advanceTimersByTimeAsync(kSeatPollMs);
  box.reopened = { lease: 3, shown_item: "q1" };
  await kiosk.takeOver();
  expect(kiosk.sitting.peek()?.position.peek()).toBe(0);
});

test("nobody is asked about a seat that was left", async () => {
  const { box, kiosk } = await seated();
  kiosk.lock("idle");
  await vi.advanceTimersByTimeAsync(3 * kSeatPollMs);
  expect(box.seats_asked).toBe(0);
});
