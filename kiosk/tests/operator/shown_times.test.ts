// How long questions are on the screen, as the box is told.

import { expect, test, vi } from "vitest";
import { FakeBox, kAttempt } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, settled, useStandInPage } from "./people.ts";

useStandInPage();

/** Somebody before the first question of a plant that records it, or does not. */
async function seatedWhere(is_recorded: boolean, store = new MemoryStore()) {
  const box = new FakeBox();
  box.answer_times = is_recorded;
  const kiosk = await arrives(box, store);
  await kiosk.open(kAttempt, null);
  const sitting = kiosk.sitting.peek();
  if (sitting === null) throw new Error("nobody sits");
  const given = new Map<string, boolean>();
  /** Another one each time. */
  const answer = async (item_id: string) => {
    const value = given.get(item_id) !== true;
    given.set(item_id, value);
    kiosk.sitting.peek()?.answer(item_id, { value });
    await settled();
    return box.shown_ms.at(-1);
  };
  return { box, kiosk, sitting, store, answer };
}

const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("nothing is measured where the plant does not record it", async () => {
  const { box, answer } = await seatedWhere(false);
  await passes(3_000);
  await answer("q1");
  expect(box.shown_ms).toEqual([undefined]);
});

test("each question is measured by itself, from one answer to the next", async () => {
  const { sitting, answer } = await seatedWhere(true);
  await passes(3_000);
  expect(await answer("q1")).toBe(3_000);
  await passes(1_000);
  expect(await answer("q1")).toBe(1_000);
  await passes(500);
  sitting.goTo(1);
  await passes(2_000);
  expect(await answer("q2")).toBe(2_000);
  sitting.goTo(0);
  await passes(700);
  expect(await answer("q1")).toBe(1_200);
});

test("a question counts only while it is before the operator's eyes", async () => {
  const { kiosk, answer } = await seatedWhere(true);
  await passes(1_000);
  kiosk.show({ name: "review" });
  await passes(9_000);
  kiosk.show({ name: "question" });
  await passes(1_000);
  kiosk.leaving.warned.value = true;
  await passes(9_000);
  kiosk.leaving.warned.value = false;
  await passes(1_000);
  kiosk.elsewhere.value = true;
  await passes(9_000);
  kiosk.elsewhere.value = false;
  expect(await answer("q1")).toBe(3_000);
});

test("neither the warning that nobody is there counts nor the lock, and what was shown before them is kept", async () => {
  const { kiosk, answer } = await seatedWhere(true);
  await passes(60_000);
  kiosk.idle.state.value = { kind: "warned", seconds_left: 30 };
  kiosk.lock("idle");
  await passes(600_000);
  await kiosk.signIn({ badge: "10001" }, "1234");
  await settled();
  await passes(2_000);
  expect(await answer("q1")).toBe(62_000);
});

test("an answer that is sent again says the same as when it was given, on a later page too", async () => {
  const { box, sitting, store, answer } = await seatedWhere(true);
  box.lives = false;
  await passes(1_000);
  await answer("q1");
  await passes(30_000);
  sitting.stop();
  expect(new Set(box.shown_ms)).toEqual(new Set([1_000]));
  const later = new FakeBox();
  await arrives(later, store);
  expect(later.shown_ms).toEqual([1_000]);
});

test("what gives way to a later answer before it was sent is told with that one", async () => {
  const { box, answer } = await seatedWhere(true);
  box.lives = false;
  await passes(1_000);
  await answer("q1");
  await passes(2_000);
  await answer("q1");
  await passes(4_000);
  await answer("q1");
  box.shown_ms.length = 0;
  box.lives = true;
  await passes(10_000);
  expect(box.shown_ms).toEqual([1_000, 6_000]);
});
