import { expect, test, vi } from "vitest";
import type { SavedAnswer } from "../../src/api/box_api.ts";
import type { Attempt } from "../../src/domain/attempt.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { Kiosk } from "../../src/operator/kiosk.ts";
import { contentLanguage } from "../../src/operator/language.ts";
import { FakeBox, kAttempt, ok, problem, session } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, leavesTwoAnswers, seated, settled, useStandInPage } from "./people.ts";

useStandInPage();

test("whoever leaves answers behind is told first, and may stay", async () => {
  const { box, kiosk, sitting } = await seated();
  box.lives = false;
  sitting.answer("q1", { value: true });
  await settled();
  kiosk.askToSignOut();
  expect(kiosk.leaving.warned.peek()).toBe(true);
  expect(kiosk.operator.peek()).not.toBeNull();
  kiosk.leaving.stay();
  expect(kiosk.screen.peek().name).toBe("question");
  await kiosk.signOut();
  expect(kiosk.leaving.warned.peek()).toBe(false);
  expect(kiosk.screen.peek().name).toBe("attract");
});

test("whoever leaves nothing behind is not asked, nor for what belongs to somebody else", async () => {
  const { box, store } = await leavesTwoAnswers();
  box.next_sign_in = ok(session("op-2"));
  const kiosk = await arrives(box, store);
  kiosk.askToSignOut();
  expect(kiosk.leaving.warned.peek()).toBe(false);
  expect(kiosk.screen.peek().name).toBe("attract");
});

test("what waits for one is not sent in the session of another who came meanwhile", async () => {
  const { box, store, keys } = await leavesTwoAnswers();
  box.wants_lease = false;
  const sent: string[] = [];
  let answer: (outcome: Outcome<SavedAnswer>) => void = () => undefined;
  box.saveAnswer = (...[, , { submission_key }]) => {
    sent.push(submission_key);
    return new Promise((resolve) => (answer = resolve));
  };
  const kiosk = new Kiosk(box, "test", store);
  await kiosk.start();
  kiosk.identify("10001");
  await kiosk.signIn({ badge: "10001" }, "1234");
  const going_on = kiosk.goOn();
  await settled();
  expect(sent).toEqual([keys[0]]);

  await kiosk.signOut();
  box.next_sign_in = ok(session("op-2"));
  kiosk.identify("10002");
  await kiosk.signIn({ badge: "10002" }, "4321");
  answer(ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 }));
  await going_on;
  await settled();
  expect(sent).toEqual([keys[0]]);
  expect(store.waiting_keys).toEqual([keys[1]]);
  expect(store.kept).toEqual([]);
  // And the newcomer's own way is free.
  await kiosk.goOn();
  expect(kiosk.screen.peek().name).toBe("work");
});

test("a test that is found closed after its operator has left is shown to nobody", async () => {
  const { box, kiosk, sitting } = await seated();
  let answer: (outcome: Outcome<Attempt>) => void = () => undefined;
  box.attempt = () => new Promise((resolve) => (answer = resolve));
  box.next_save = problem(409, "attempt-closed");
  sitting.answer("q1", { value: true });
  await settled();
  await kiosk.signOut();
  answer(ok(kAttempt));
  await settled();
  expect(kiosk.screen.peek().name).toBe("attract");
  expect(kiosk.sitting.peek()).toBeNull();
});

test("a language that somebody chose does not stay for the next one", async () => {
  const box = new FakeBox();
  const kiosk = await arrives(box, new MemoryStore());
  kiosk.language.pick("de");
  await vi.advanceTimersByTimeAsync(91_000);
  expect(kiosk.screen.peek().name).toBe("attract");
  kiosk.identify("10002");
  await kiosk.signIn({ badge: "10002" }, "4321");
  await settled();
  expect(contentLanguage.peek()).toBe("en");
});

test("whoever leaves answers behind, and whoever leaves a signature, hears what becomes of each", async () => {
  const { box, kiosk, sitting } = await seated();
  box.lives = false;
  sitting.answer("q1", { value: true });
  await settled();
  expect([kiosk.leaving.answers.peek(), kiosk.leaving.signed.peek()]).toEqual([true, false]);
  box.lives = true;
  await vi.advanceTimersByTimeAsync(30_000);
  await kiosk.handIn("1234", "10001", null);
  expect([kiosk.leaving.answers.peek(), kiosk.leaving.signed.peek()]).toEqual([false, true]);
});

/** Waits for the box and wants to leave; `away` settles what waits. Whether the dialog then lets them go. */
async function waitsToLeave(kiosk: Kiosk, away: () => void | Promise<void>): Promise<boolean> {
  kiosk.askToSignOut();
  expect(kiosk.leaving.warned.peek()).toBe(true);
  await away();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(kiosk.leaving.behind.peek()).toBe(false);
  const goes = kiosk.leaving.allSaved();
  expect(kiosk.leaving.warned.peek()).toBe(goes);
  return goes;
}

test("whoever waits to leave goes once all is saved, and stays for what was refused", async () => {
  for (const [next_save, goes] of [
    [ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 }), true],
    [problem(409, "key-reused"), false],
    [problem(409, "attempt-closed"), false],
  ] as const) {
    const { box, kiosk, sitting } = await seated();
    box.lives = false;
    sitting.answer("q1", { value: true });
    await settled();
    const away = () => {
      box.lives = true;
      box.next_save = next_save;
    };
    expect(await waitsToLeave(kiosk, away)).toBe(goes);
    expect(kiosk.screen.peek().name).toBe(goes ? "question" : "attention");
  }
});

test("whoever waits to leave stays for a signature that was not taken, and for a request", async () => {
  const { box, kiosk } = await seated();
  kiosk.show({ name: "sign" });
  let answer: (outcome: Outcome<never>) => void = () => undefined;
  box.submit = () => new Promise((resolve) => (answer = resolve));
  const signed = kiosk.handIn("0000", "10001", null);
  await settled();
  const wrong = async () => {
    answer(problem(401, "wrong-pin"));
    await signed;
  };
  expect(await waitsToLeave(kiosk, wrong)).toBe(false);
  expect(kiosk.screen.peek().name).toBe("sign");

  box.request = () => new Promise((resolve) => (answer = resolve));
  kiosk.desk.showRequest(false);
  const sent = kiosk.desk.sendRequest("0000", { en: "Training" });
  await settled();
  const refused = async () => {
    answer(problem(401, "wrong-pin"));
    await sent;
  };
  expect(await waitsToLeave(kiosk, refused)).toBe(false);
  expect(kiosk.screen.peek().name).toBe("request");
});
