import { expect, test, vi } from "vitest";
import type { Result } from "../../src/domain/attempt.ts";
import { kAttempt, kSilence, ok, problem, session } from "./fake_box.ts";
import { arrives, leavesTwoAnswers, seated, settled, useStandInPage } from "./people.ts";

useStandInPage();

test("what a page left behind goes in after the sign-in, in order, under its old keys and the present lease", async () => {
  const { box, store, keys } = await leavesTwoAnswers();
  expect(keys).toHaveLength(2);
  const kiosk = await arrives(box, store);
  await settled();
  expect(kiosk.screen.peek().name).toBe("question");
  // The first once without a lease, to ask whether the box has it already.
  expect(box.saved_keys).toEqual([keys[0], ...keys]);
  expect(box.leases.slice(-3)).toEqual([0, 1, 1]);
  expect(store.waiting_keys).toEqual([]);
});

test("what the box had already is only asked about: nobody's screen or timer is touched", async () => {
  const { box, store, keys } = await leavesTwoAnswers();
  box.wants_lease = false;
  box.opened = 0;
  const kiosk = await arrives(box, store);
  expect(box.saved_keys).toEqual(keys);
  expect(box.opened).toBe(0);
  expect(kiosk.screen.peek().name).toBe("work");
  expect(store.waiting_keys).toEqual([]);
});

test("what belongs to somebody else is not sent, not shown and not lost", async () => {
  const { box, store, keys } = await leavesTwoAnswers();
  box.next_sign_in = ok(session("op-2"));
  const kiosk = await arrives(box, store);
  await settled();
  expect(box.saved_keys).toEqual([]);
  expect(kiosk.outbox.keptOf("op-2")).toEqual([]);
  expect(store.waiting_keys).toEqual(keys);
});

test("answers to a test that was closed meanwhile are kept, shown with a reference, and there after a reload", async () => {
  const { box, store, keys } = await leavesTwoAnswers();
  box.wants_lease = false;
  box.next_save = problem(409, "attempt-closed");
  const kiosk = await arrives(box, store);
  expect(kiosk.screen.peek()).toMatchObject({ name: "attention", next: { name: "work" } });
  const again = await arrives(box, store);
  expect(again.screen.peek().name).toBe("work");
  const kept = again.outbox.keptOf("op-1");
  expect(kept.map(({ submission_key, code }) => [submission_key, code])).toEqual(
    keys.map((key) => [key, "attempt-closed"]),
  );
  for (const row of kept) expect(row.reference).toMatch(/^S-[0-9A-F]{6}$/);
  expect(store.waiting_keys).toEqual([]);
});

test("an answer given on another screen since is not written over", async () => {
  const { box, store, keys } = await leavesTwoAnswers();
  const items = kAttempt.items.map((item) =>
    item.item_id === "q1" ? { ...item, response: { value: false } } : item,
  );
  box.attempt_now = { ...kAttempt, items };
  box.openAttempt = async () => ok(box.attempt_now);
  const kiosk = await arrives(box, store);
  await settled();
  expect(kiosk.screen.peek()).toMatchObject({ name: "attention", next: { name: "question" } });
  expect(kiosk.outbox.keptOf("op-1")).toMatchObject([
    { submission_key: keys[0], code: "answered-elsewhere" },
  ]);
  expect(box.saved_keys.at(-1)).toBe(keys[1]);
  expect(store.waiting_keys).toEqual([]);
});

test("a conflict of keys shows the box's own reference and keeps the answer", async () => {
  const { box, kiosk, sitting, store } = await seated();
  box.next_save = {
    kind: "problem",
    problem: { code: "key-reused", status: 409, detail: "", retry_after_s: null, reference: "KC-12" },
  };
  sitting.answer("q1", { value: true });
  await settled();
  expect(kiosk.screen.peek()).toMatchObject({ name: "attention", next: { name: "question" } });
  expect(store.kept).toMatchObject([{ reference: "KC-12", row: { answer: { item_id: "q1" } } }]);
});

/** Hands in, and the answer is lost with the page. */
async function handsInAndDies() {
  const { box, kiosk, store } = await seated();
  kiosk.show({ name: "sign" });
  expect(await kiosk.handIn("1234", "100", null)).toBe("unreachable");
  return { box, store };
}

test("a submission whose answer was lost with the page shows its result after the sign-in", async () => {
  const { box, store } = await handsInAndDies();
  const result = { attempt_id: "at-1", event_id: box.submit_keys[0], steps: [] } as unknown as Result;
  box.attempt_now = { ...kAttempt, state: "submitted", result };
  const kiosk = await arrives(box, store);
  expect(kiosk.screen.peek()).toMatchObject({ name: "result", result });
  expect(store.waiting_keys).toEqual([]);
});

test("a submission that never arrived is signed again, under the same key, and says why", async () => {
  const { box, store } = await handsInAndDies();
  const kiosk = await arrives(box, store);
  expect(kiosk.screen.peek()).toMatchObject({ name: "sign", again: true });
  box.next_submit = ok({ attempt_id: "at-1", steps: [] } as unknown as Result);
  expect(await kiosk.handIn("1234", "100", null)).toBeNull();
  expect(new Set(box.submit_keys).size).toBe(1);
  expect(store.waiting_keys).toEqual([]);
  expect(JSON.stringify(store.seen)).not.toContain("1234");
});

const kConflict = problem(409, "key-reused");
const kWitness = { badge: "200", pin: "5678" };

test("a test that was counted with the witness before shows its first result when another one signs", async () => {
  const { box, kiosk, store } = await seated();
  expect(await kiosk.handIn("1234", "100", kWitness)).toBe("unreachable");
  const result = { attempt_id: "at-1", event_id: box.submit_keys[0], steps: [] } as unknown as Result;
  box.attempt_now = { ...kAttempt, state: "submitted", result };
  box.next_submit = kConflict;
  expect(await kiosk.handIn("1234", "100", { ...kWitness, badge: "201" })).toBeNull();
  await settled();
  expect(kiosk.screen.peek()).toMatchObject({ name: "result", result });
  expect([kiosk.sitting.peek(), store.waiting_keys, store.kept]).toEqual([null, [], []]);
});

test("a conflict of which the box can tell no more for now is no conflict yet", async () => {
  const { box, kiosk, store } = await seated();
  await kiosk.handIn("1234", "100", kWitness);
  box.next_submit = kConflict;
  box.attempt = async () => problem(503, "unavailable");
  expect(await kiosk.handIn("1234", "100", kWitness)).toMatchObject({ code: "unavailable" });
  box.attempt = async () => kSilence;
  expect(await kiosk.handIn("1234", "100", kWitness)).toBe("unreachable");
  expect([store.waiting_keys, store.kept]).toEqual([[box.submit_keys[0]], []]);
  expect(new Set(box.submit_keys).size).toBe(1);
});

test("a test that was handed in under another key stays a conflict", async () => {
  const { box, kiosk, store } = await seated();
  box.next_submit = kConflict;
  const result = { attempt_id: "at-1", event_id: "another", steps: [] } as unknown as Result;
  box.attempt_now = { ...kAttempt, state: "submitted", result };
  expect(await kiosk.handIn("1234", "100", kWitness)).toBeNull();
  await settled();
  expect(kiosk.screen.peek().name).toBe("attention");
  expect(store.kept).toMatchObject([{ submission_key: box.submit_keys[0], code: "key-reused" }]);
});

test("after a wrong PIN nothing waits; after a session that had ended it does", async () => {
  const { box, kiosk, store } = await seated();
  box.next_submit = problem(401, "wrong-pin");
  await kiosk.handIn("9999", "100", null);
  await settled();
  expect(store.waiting_keys).toEqual([]);
  box.next_submit = problem(401, "not-signed-in");
  await kiosk.handIn("1234", "100", null);
  await settled();
  expect(store.waiting_keys).toEqual([box.submit_keys[0]]);
});

test.each(["bad-language", "key-reused", "witness-missing", "assignment-expired"])(
  "an opening that is refused for %s leaves what waits where it is",
  async (code) => {
    const { box, store, keys } = await leavesTwoAnswers();
    box.openAttempt = async () => problem(409, code);
    await arrives(box, store);
    await settled();
    expect([store.waiting_keys, store.kept]).toEqual([keys, []]);
  },
);

test("what waits goes in by itself when a box that was silent at the sign-in is back", async () => {
  const { box, store, keys } = await leavesTwoAnswers();
  box.next_save = problem(503, "unavailable");
  box.wants_lease = false;
  const kiosk = await arrives(box, store);
  expect(kiosk.screen.peek().name).toBe("work");
  expect(store.waiting_keys).toEqual(keys);
  box.lives = false;
  await vi.advanceTimersByTimeAsync(6_000);
  box.next_save = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 });
  box.lives = true;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(store.waiting_keys).toEqual([]);
});

test.each([
  ["a box that cannot store for a moment", problem(503, "unavailable")],
  ["one request that is lost", kSilence],
])("what waits goes in by itself after %s, though nothing else of it was seen", async (_, outcome) => {
  const { box, store, keys } = await leavesTwoAnswers();
  box.next_save = outcome;
  box.wants_lease = false;
  const kiosk = await arrives(box, store);
  expect(kiosk.screen.peek().name).toBe("work");
  expect(kiosk.recovers_later.peek()).toBe(true);
  box.next_save = ok({ saved_at: "2026-11-23T05:12:33Z", remaining_s: 700 });
  await vi.advanceTimersByTimeAsync(6_000);
  expect(store.waiting_keys).toEqual([]);
  expect(kiosk.recovers_later.peek()).toBe(false);
  expect(new Set(box.saved_keys)).toEqual(new Set(keys));
});

test("what waits goes in by itself after a box that could not open its test for a moment", async () => {
  const { box, store } = await leavesTwoAnswers();
  const { openAttempt } = box;
  box.openAttempt = async () => problem(503, "unavailable");
  const kiosk = await arrives(box, store);
  expect(kiosk.screen.peek().name).toBe("work");
  expect(kiosk.recovers_later.peek()).toBe(true);
  box.openAttempt = openAttempt;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(kiosk.screen.peek().name).toBe("question");
  expect(store.waiting_keys).toEqual([]);
});

test("whoever comes back stands behind what an earlier page left", async () => {
  const { box, store } = await leavesTwoAnswers();
  const kiosk = await arrives(box, store);
  expect(kiosk.screen.peek().name).toBe("question");
  expect(kiosk.sitting.peek()?.position.peek()).toBe(2);
});
