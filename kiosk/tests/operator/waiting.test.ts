// What the box could not tell when a screen was shown, and how it comes after all.

import { expect, test, vi } from "vitest";
import type { Decisions } from "../../src/domain/decision.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import type { RequestChoices } from "../../src/domain/request.ts";
import type { BoxStatus } from "../../src/domain/status.ts";
import { BoxWatch } from "../../src/operator/box_watch.ts";
import type { Kiosk } from "../../src/operator/kiosk.ts";
import { FakeBox, kAttempt, kSilence, ok, problem, session } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, settled, useStandInPage } from "./people.ts";

useStandInPage();

const kNames: RequestChoices = { skills: [], reasons: [], people: [] };
const kSteps: Decisions = { as_of: null, steps: [] };

/** A box whose training office is heard of or not. */
class Office extends FakeBox {
  names: Outcome<RequestChoices> = kSilence;
  steps: Outcome<Decisions> = kSilence;
  override async requestChoices() {
    return this.names;
  }
  override async decisions() {
    return this.steps;
  }
}

/** A box that counts how often it is asked how it is. */
class Asked extends FakeBox {
  asked = 0;
  is_silent = false;
  override async status() {
    this.asked += 1;
    return this.is_silent ? kSilence : super.status();
  }
}

async function at_the_desk() {
  const box = new Office();
  const kiosk = await arrives(box, new MemoryStore());
  await settled();
  return { box, kiosk };
}

test("a screen is called when the box is back, and not while it is there all the time", () => {
  const watch = new BoxWatch(new FakeBox(), () => undefined);
  let called = 0;
  const end = watch.whenBack(() => {
    called += 1;
  });
  watch.reached(true);
  watch.reached(false);
  expect(called).toBe(0);
  watch.reached(true);
  watch.reached(true);
  expect(called).toBe(1);
  watch.reached(false);
  const late = watch.whenBack(() => {
    called += 10;
  });
  watch.reached(true);
  expect(called).toBe(12);
  end();
  late();
  watch.reached(false);
  watch.reached(true);
  expect(called).toBe(12);
});

test("a look at once tells what is, and however many there are, the box is asked at its usual pace", async () => {
  const box = new Asked();
  const watch = new BoxWatch(box, () => undefined);
  watch.look();
  await settled();
  expect([watch.reachable.peek(), box.asked]).toEqual([true, 1]);
  box.is_silent = true;
  watch.look();
  watch.look();
  await settled();
  expect([watch.reachable.peek(), box.asked]).toEqual([false, 3]);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(box.asked).toBe(4);
  box.is_silent = false;
  watch.look();
  await settled();
  expect([watch.reachable.peek(), box.asked]).toEqual([true, 5]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(box.asked).toBe(6);
});

test("a look from before the cable was pulled says nothing once a later one has", async () => {
  const box = new FakeBox();
  const waiting: ((outcome: Outcome<BoxStatus>) => void)[] = [];
  box.status = () => new Promise((resolve) => waiting.push(resolve));
  const watch = new BoxWatch(box, () => undefined);
  watch.look();
  watch.look();
  waiting[1]?.(ok({ storage: "ok" } as BoxStatus));
  await settled();
  waiting[0]?.(kSilence);
  await settled();
  expect(watch.reachable.peek()).toBe(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(waiting).toHaveLength(3);
});

test("a request's names that did not come are asked for again, and the draft is the same", async () => {
  const { box, kiosk } = await at_the_desk();
  kiosk.desk.showRequest(false);
  await settled();
  const draft = kiosk.desk.draft.peek();
  expect([kiosk.hindrance.peek(), kiosk.desk.choices.peek()]).toEqual(["unreachable", null]);
  box.names = ok(kNames);
  await kiosk.desk.showForm();
  expect([kiosk.hindrance.peek(), kiosk.desk.choices.peek()]).toEqual([null, kNames]);
  expect(kiosk.desk.draft.peek()).toBe(draft);
});

test("a desk whose steps did not come says so, though the names did, and has them once it is asked again", async () => {
  const { box, kiosk } = await at_the_desk();
  box.steps = problem(503, "busy");
  box.names = ok(kNames);
  await kiosk.desk.showLeader();
  expect(kiosk.hindrance.peek()).toMatchObject({ code: "busy" });
  box.steps = ok(kSteps);
  await kiosk.desk.showLeader();
  expect([kiosk.hindrance.peek(), kiosk.desk.decisions.peek()]).toEqual([null, kSteps]);
  expect(kiosk.desk.choices.peek()).toEqual(kNames);
});

test("an answer that comes when somebody else has signed in does not lock their screen", async () => {
  for (const ask of [
    (kiosk: Kiosk) => kiosk.desk.showLeader(),
    (kiosk: Kiosk) => kiosk.desk.showForm(),
    (kiosk: Kiosk) => kiosk.takeUp(kAttempt, null),
  ]) {
    const { box, kiosk } = await at_the_desk();
    let answer: (outcome: Outcome<never>) => void = () => undefined;
    const late = new Promise<Outcome<never>>((resolve) => (answer = resolve));
    box.requestChoices = () => late;
    box.decisions = () => late;
    box.attempt = () => late;
    const asked = ask(kiosk);
    await kiosk.signOut();
    box.next_sign_in = ok(session("op-2"));
    kiosk.identify("10002");
    await kiosk.signIn({ badge: "10002" }, "4321");
    answer(problem(401, "not-signed-in"));
    await asked;
    expect([kiosk.operator.peek()?.id, kiosk.screen.peek().name, kiosk.hindrance.peek()]).toEqual([
      "op-2",
      "confirm",
      null,
    ]);
  }
});
