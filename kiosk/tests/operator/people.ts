// People at a kiosk whose box has no network.

import { afterEach, beforeEach, vi } from "vitest";
import { Kiosk } from "../../src/operator/kiosk.ts";
import { FakeBox, kAttempt } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";

/** Call once in a file of tests: time is turned by hand, and the page is a stand-in. */
export function useStandInPage(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("document", {
      documentElement: { lang: "" },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

export const settled = () => vi.advanceTimersByTimeAsync(0);

/** Another page of the same browser: what the store holds is all that it knows. */
export async function arrives(box: FakeBox, store: MemoryStore) {
  const kiosk = new Kiosk(box, "test", store);
  await kiosk.start();
  kiosk.identify("10001");
  await kiosk.signIn({ badge: "10001" }, "1234");
  await kiosk.goOn();
  return kiosk;
}

export async function seated() {
  const box = new FakeBox();
  const store = new MemoryStore();
  const kiosk = await arrives(box, store);
  await kiosk.open(kAttempt, null);
  const sitting = kiosk.sitting.peek();
  if (sitting === null) throw new Error("nobody sits");
  return { box, kiosk, sitting, store };
}

/** Answers two questions while the box is away; then the page is gone. */
export async function leavesTwoAnswers() {
  const { box, sitting, store } = await seated();
  box.lives = false;
  sitting.answer("q1", { value: true });
  sitting.answer("q2", { value: false });
  await settled();
  sitting.stop();
  box.lives = true;
  box.wants_lease = true;
  const keys = store.waiting_keys;
  box.saved_keys.length = 0;
  return { box, store, keys };
}
