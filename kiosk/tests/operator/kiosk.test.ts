import { expect, test, vi } from "vitest";
import type { Result } from "../../src/domain/attempt.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { givenOf } from "../../src/domain/sheet.ts";
import type { BoxStatus } from "../../src/domain/status.ts";
import type { Assignment, Work } from "../../src/domain/work.ts";
import { Kiosk } from "../../src/operator/kiosk.ts";
import { plantTime } from "../../src/operator/plant_time.ts";
import { FakeBox, kAttempt, kSilence, ok, problem, session } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, leavesTwoAnswers, seated, settled, useStandInPage } from "./people.ts";

useStandInPage();

test("a test that lacks the operator's language is begun in the one that it is shown in", async () => {
  const box = new FakeBox();
  const kiosk = await arrives(box, new MemoryStore());
  kiosk.language.pick("cs");
  await kiosk.open(kAttempt, null);
  expect(box.opened_in).toBe("en");
  kiosk.language.pick("de");
  await kiosk.open(kAttempt, null);
  expect(box.opened_in).toBe("de");
});

test("a test that was taken up elsewhere since an opening got no answer is opened anew, at the first tap", async () => {
  const box = new FakeBox();
  const kiosk = await arrives(box, new MemoryStore());
  const keys: string[] = [];
  const answers = [kSilence, problem(409, "stale-lease"), ok(kAttempt)];
  box.openAttempt = async (key) => {
    keys.push(key);
    return answers[keys.length - 1] ?? problem(500, "internal");
  };
  expect(await kiosk.open(kAttempt, null)).toBe("unreachable");
  expect(await kiosk.open(kAttempt, null)).toBeNull();
  expect(kiosk.screen.peek().name).toBe("question");
  expect([keys[1] === keys[0], keys[2] === keys[0]]).toEqual([true, false]);
});

test("an opening that got no answer is asked again as it was, and then in the language that was chosen since", async () => {
  const box = new FakeBox();
  const kiosk = await arrives(box, new MemoryStore());
  const asked: string[] = [];
  const keys = new Set<string>();
  box.openAttempt = async (key, _assignment, language) => {
    keys.add(key);
    asked.push(`${language} ${keys.size}`);
    return asked.length === 1 ? kSilence : ok({ ...kAttempt, language });
  };
  kiosk.language.pick("en");
  await kiosk.open(kAttempt, null);
  kiosk.language.pick("de");
  await kiosk.open(kAttempt, null);
  expect(asked).toEqual(["en 1", "en 1", "de 2"]);
  expect(kiosk.sitting.peek()?.attempt.language).toBe("de");
});

test("an opening under a new key that is refused is not tried for ever", async () => {
  const box = new FakeBox();
  const kiosk = await arrives(box, new MemoryStore());
  let asked = 0;
  box.openAttempt = async () => {
    asked += 1;
    return problem(409, "stale-lease");
  };
  expect(await kiosk.open(kAttempt, null)).toMatchObject({ code: "stale-lease" });
  expect(asked).toBe(1);
});

test("a test that the box has under that key as something else leads to the attention screen, and is not sent again", async () => {
  const { box, kiosk } = await seated();
  box.next_submit = problem(409, "key-reused");
  await kiosk.handIn("1234", "10001", null);
  await settled();
  expect(kiosk.screen.peek().name).toBe("attention");
  expect(kiosk.sitting.peek()).toBeNull();
  expect(box.submit_keys).toHaveLength(1);
});

test("a session that outlived its page is ended, not taken up", async () => {
  const box = new FakeBox();
  box.open_session = ok(session("op-1"));
  const kiosk = new Kiosk(box, "test", new MemoryStore());
  await kiosk.start();
  expect(box.sessions_ended).toBe(1);
  expect(kiosk.screen.peek().name).toBe("attract");
});

test("a sign-out that the box did not hear is said again once it is back", async () => {
  const { box, kiosk } = await seated();
  box.lives = false;
  await vi.advanceTimersByTimeAsync(6_000);
  await kiosk.signOut();
  expect(box.sessions_ended).toBe(0);
  box.lives = true;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(box.sessions_ended).toBe(1);
});

test("when the sign-in ends, the test locks; the PIN brings back the question and sends the same answer", async () => {
  const { box, kiosk, sitting } = await seated();
  sitting.goTo(2);
  box.next_save = problem(401, "not-signed-in");
  sitting.answer("q3", { value: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(kiosk.screen.peek()).toMatchObject({
    name: "identify",
    badge: "10001",
    locked: { reason: "expired" },
  });

  box.next_save = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 });
  await kiosk.signIn({ badge: "10001" }, "1234");
  await vi.advanceTimersByTimeAsync(0);
  expect(kiosk.screen.peek().name).toBe("question");
  expect(kiosk.sitting.peek()?.position.peek()).toBe(2);
  expect(kiosk.sitting.peek()?.waiting.peek()).toBe(0);
  expect(new Set(box.saved_keys).size).toBe(1);
});

test("someone else at a locked screen gets their own work, and the answers wait for their operator", async () => {
  const { box, kiosk, sitting } = await seated();
  box.next_save = problem(401, "not-signed-in");
  sitting.answer("q1", { value: true });
  await vi.advanceTimersByTimeAsync(0);
  box.next_sign_in = ok(session("op-2"));
  await kiosk.signIn({ badge: "10002" }, "4321");
  expect(kiosk.screen.peek().name).toBe("confirm");
  expect(kiosk.sitting.peek()).toBeNull();

  box.next_sign_in = ok(session("op-1"));
  box.next_save = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 });
  await kiosk.signOut();
  kiosk.identify("10001");
  await kiosk.signIn({ badge: "10001" }, "1234");
  await kiosk.open(kAttempt, null);
  await vi.advanceTimersByTimeAsync(0);
  expect(box.saved_keys).toHaveLength(2);
  expect(new Set(box.saved_keys).size).toBe(1);
});

test("nobody at the screen locks a test and never hands it in", async () => {
  const { box, kiosk } = await seated();
  await vi.advanceTimersByTimeAsync(91_000);
  expect(kiosk.screen.peek()).toMatchObject({ name: "identify", locked: { reason: "idle" } });
  expect(box.submit_keys).toEqual([]);
  expect(box.sessions_ended).toBe(1);
});

test("handing in is tried again under the same key", async () => {
  const { box, kiosk } = await seated();
  kiosk.show({ name: "sign" });
  expect(await kiosk.handIn("1234", "100", null)).toBe("unreachable");
  box.next_submit = problem(401, "wrong-pin");
  expect(await kiosk.handIn("9999", "100", null)).toMatchObject({ code: "wrong-pin" });
  box.next_submit = ok({ attempt_id: "at-1", steps: [] } as unknown as Result);
  expect(await kiosk.handIn("1234", "100", null)).toBeNull();
  expect(new Set(box.submit_keys).size).toBe(1);
  expect(kiosk.screen.peek().name).toBe("result");
});

test("nothing is handed in while an answer is on this screen only", async () => {
  const { box, kiosk, sitting } = await seated();
  box.lives = false;
  sitting.answer("q1", { value: true });
  kiosk.show({ name: "sign" });
  expect(await kiosk.handIn("1234", "100", null)).toBe("not_drained");
  expect(box.submit_keys).toEqual([]);
});

test("a list that arrives late is not shown to the next operator", async () => {
  const { box, kiosk } = await seated();
  let answer: (outcome: Outcome<Work>) => void = () => undefined;
  box.work_list = () => new Promise((resolve) => (answer = resolve));
  const asked = kiosk.showWork();
  await kiosk.signOut();
  answer(ok({ as_of: null, assignments: [], results: [] }));
  await asked;
  expect(kiosk.work.peek()).toBeNull();
});

test("a test handed in elsewhere is not begun anew by going on here", async () => {
  const { box, kiosk } = await seated();
  kiosk.elsewhere.value = true;
  box.attempt_now = { ...kAttempt, state: "submitted", result: { steps: [] } as unknown as Result };
  const before = box.opened;
  await kiosk.takeOver();
  expect(box.opened).toBe(before);
  expect(kiosk.screen.peek().name).toBe("result");
});

test("a test is taken up in the language that it was taken in, where the operator's own is not approved", async () => {
  const { box, store } = await leavesTwoAnswers();
  box.attempt_now = { ...kAttempt, language: "en", languages: ["en", "de"], approved_languages: ["en"] };
  box.next_sign_in = ok({ ...session("op-1"), operator: { ...session("op-1").operator, language: "de" } });
  const kiosk = await arrives(box, store);
  await settled();
  expect(box.opened_in).toBe("en");
  expect(kiosk.screen.peek().name).toBe("question");
  expect([store.waiting_keys, store.kept]).toEqual([[], []]);
});

test("what has just been refused is looked at before it is signed, and counts as open", async () => {
  const { box, kiosk, sitting } = await seated();
  box.lives = false;
  sitting.answer("q1", { value: true });
  await settled();
  expect(sitting.counts.peek().answered).toBe(1);
  box.lives = true;
  box.next_save = problem(409, "key-reused");
  expect(await kiosk.handIn("1234", "10001", null)).toBeNull();
  expect(box.submit_keys).toEqual([]);
  expect(kiosk.screen.peek().name).toBe("attention");
  expect(sitting.counts.peek()).toMatchObject({ answered: 0, empty: 3 });
  box.next_submit = ok({ event_id: "ev" } as unknown as Result);
  expect(await kiosk.handIn("1234", "10001", null)).toBeNull();
  expect(kiosk.screen.peek().name).toBe("result");
});

test("after a refused answer the one counts that the box took before, as it will be scored", async () => {
  const { box, sitting } = await seated();
  const given = () => [sitting.counts.peek().answered, givenOf(sitting.sheet.peek(), "q1")];
  sitting.answer("q1", { value: true });
  await settled();
  box.next_save = problem(409, "key-reused");
  sitting.answer("q1", { value: false });
  expect(given()).toEqual([1, { value: false }]);
  await settled();
  expect(sitting.sheet.peek().get("q1")?.mark).toBe("refused");
  expect(given()).toEqual([1, { value: true }]);

  box.next_save = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 });
  sitting.toggleFlag("q1");
  await settled();
  expect(sitting.sheet.peek().get("q1")).toMatchObject({
    response: { value: true },
    flagged: true,
    mark: "saved",
  });
});

test("a choice that was refused can be given once more; a number that only is left as it was is not", async () => {
  const { box, sitting } = await seated();
  box.next_save = problem(409, "key-reused");
  for (const response of [{ value: true }, { number: "7" }]) sitting.answer("q1", response);
  await settled();
  sitting.answer("q2", { value: true });
  await settled();
  expect(box.saved_keys).toHaveLength(3);
  box.next_save = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 });
  sitting.answer("q1", { number: "7" });
  sitting.answer("q2", { value: true });
  await settled();
  expect(box.saved_keys).toHaveLength(4);
  expect(sitting.sheet.peek().get("q2")?.mark).toBe("saved");
});

test("a box that closed the attempt and then said nothing more is asked until it does", async () => {
  const { box, kiosk, sitting, store } = await seated();
  kiosk.show({ name: "sign" });
  box.next_save = problem(409, "attempt-closed");
  const { attempt } = box;
  box.attempt = async () => kSilence;
  sitting.answer("q1", { value: true });
  await settled();
  expect(store.kept).toHaveLength(1);
  expect(kiosk.sitting.peek()).toBe(sitting);

  box.attempt = attempt;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(kiosk.sitting.peek()).not.toBe(sitting);
  expect(kiosk.screen.peek()).toMatchObject({ name: "attention", next: { name: "sign" } });
  box.next_submit = ok({ event_id: "ev" } as unknown as Result);
  expect(await kiosk.handIn("1234", "10001", null)).toBeNull();
  expect(kiosk.screen.peek().name).toBe("result");
});

test("answers after the time was up are kept and shown, and the signing goes on from there", async () => {
  const { box, kiosk, sitting, store } = await seated();
  box.next_save = problem(409, "attempt-closed");
  sitting.answer("q1", { value: true });
  await settled();
  expect(kiosk.screen.peek()).toMatchObject({ name: "attention", next: { name: "sign" } });
  expect(store.kept).toHaveLength(1);
});

test("going on with a test that was handed in elsewhere shows its result, and begins no other", async () => {
  const box = new FakeBox();
  const kiosk = await arrives(box, new MemoryStore());
  const stale = { assignment_id: "as-1", state: "in_progress", attempt_id: "at-1" } as unknown as Assignment;
  const result = { event_id: "ev" } as unknown as Result;
  await kiosk.choose(stale);
  expect(kiosk.screen.peek().name).toBe("resume");
  box.attempt_now = { ...kAttempt, state: "submitted", result };
  await kiosk.takeUp(kAttempt, null);
  expect(kiosk.screen.peek()).toMatchObject({ name: "result", result });
  kiosk.show({ name: "work" });
  await kiosk.choose(stale);
  expect(kiosk.screen.peek().name).toBe("result");
  expect(box.opened).toBe(0);
});

test("a test is handed in as it was shown at the end", async () => {
  const { box, kiosk } = await seated();
  const languages: string[] = [];
  box.submit = async (...[, , , signature]) => {
    languages.push(signature.language);
    return kSilence;
  };
  kiosk.language.pick("de");
  await kiosk.handIn("1234", "10001", null);
  kiosk.language.pick("tr");
  await kiosk.handIn("1234", "10001", null);
  expect(languages).toEqual(["de", "en"]);
});

test("days are counted by the plant box's time, however wrong the kiosk's is", async () => {
  const box = new FakeBox();
  box.status = async () => ok({ storage: "ok", time: "2026-11-20T06:00:00Z" } as BoxStatus);
  vi.setSystemTime("2026-11-21T06:00:00Z");
  const kiosk = await arrives(box, new MemoryStore());
  await settled();
  expect(plantTime().toISOString().slice(0, 16)).toBe("2026-11-20T06:00");
  // Whoever names a refused answer at the telephone names the day of the box's log.
  await kiosk.open(kAttempt, null);
  box.next_save = problem(409, "key-reused");
  kiosk.sitting.peek()?.answer("q1", { value: true });
  await settled();
  expect(kiosk.outbox.kept.peek()[0]?.kept_at.slice(0, 10)).toBe("2026-11-20");
  vi.setSystemTime("2030-01-01T00:00:00Z");
  expect(plantTime().toISOString().slice(0, 10)).toBe("2026-11-20");
});
