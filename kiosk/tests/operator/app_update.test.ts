// A new release comes in by a reload of the first screen, over nothing that only this page has.

import { beforeEach, expect, test, vi } from "vitest";
import type { SavedRequest } from "../../src/api/box_api.ts";
import type { BoxStatus } from "../../src/domain/status.ts";
import { AppUpdate } from "../../src/operator/app_update.ts";
import { FakeBox, kAttempt, kSilence, ok } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { arrives, settled, useStandInPage } from "./people.ts";

useStandInPage();

/** A box that serves another release, and does not answer what is signed. */
class NewerBox extends FakeBox {
  answers = false;
  override async status() {
    return ok({ storage: "ok", app: "of-tomorrow" } as BoxStatus);
  }
  override async request() {
    return this.answers ? ok({ event_id: "ev-1", steps: [] } as unknown as SavedRequest) : kSilence;
  }
}

let reloads = 0;

beforeEach(() => {
  reloads = 0;
  const told = new Map<string, string>();
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("location", {
    reload: () => {
      reloads += 1;
    },
  });
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => told.get(name) ?? null,
    setItem: (name: string, value: string) => told.set(name, value),
  });
});

async function somebodyAsks() {
  const box = new NewerBox();
  const store = new MemoryStore();
  const kiosk = await arrives(box, store);
  await new AppUpdate(kiosk).start();
  kiosk.desk.showRequest(false);
  return { box, store, kiosk };
}

test("a signed request without an answer that is on the browser's disk does not hold a release up", async () => {
  const { kiosk } = await somebodyAsks();
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  expect([reloads, kiosk.desk.unanswered]).toEqual([0, 1]);
  await kiosk.signOut();
  expect(reloads).toBe(1);
});

test("one that the browser could not store does, until it has its answer", async () => {
  const { box, store, kiosk } = await somebodyAsks();
  store.keepPaper = () => Promise.reject(new Error("no room"));
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  // What else is written succeeds, and says nothing about it.
  expect(kiosk.outbox.keeping.peek()).toBe("kept");
  await kiosk.signOut();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(reloads).toBe(0);

  kiosk.identify("10001");
  await kiosk.signIn({ badge: "10001" }, "1234");
  await settled();
  box.answers = true;
  kiosk.desk.showRequest(false);
  expect(await kiosk.desk.sendRequest("1234", { en: "Training" })).toBeNull();
  await kiosk.signOut();
  expect(reloads).toBe(1);
});

test("one that the browser could not store is tried again at the next sign-in, whoever comes", async () => {
  const { store, kiosk } = await somebodyAsks();
  const keep = store.keepPaper.bind(store);
  store.keepPaper = () => Promise.reject(new Error("no room"));
  await kiosk.desk.sendRequest("1234", { en: "Training" });
  await kiosk.signOut();
  expect([reloads, kiosk.desk.forgetful]).toEqual([0, true]);
  store.keepPaper = keep;
  kiosk.identify("10002");
  await kiosk.signIn({ badge: "10002" }, "1234");
  await settled();
  expect(kiosk.desk.forgetful).toBe(false);
  await kiosk.signOut();
  await settled();
  expect(reloads).toBe(1);
});

test("no release comes in between a badge that is held to a locked screen and its PIN", async () => {
  const { kiosk } = await somebodyAsks();
  kiosk.identify("10001");
  kiosk.show({ name: "attract" });
  kiosk.identify("10002");
  await settled();
  expect(reloads).toBe(0);
});

test("an answer that is being written holds a release up", async () => {
  const { box, store, kiosk } = await somebodyAsks();
  await kiosk.open(kAttempt, null);
  box.next_save = kSilence;
  let write: () => void = () => undefined;
  const add = store.add.bind(store);
  store.add = async (...row) => {
    await new Promise<void>((resolve) => {
      write = resolve;
    });
    return add(...row);
  };
  kiosk.sitting.peek()?.answer("q1", { value: true });
  await settled();
  await kiosk.signOut();
  await settled();
  expect(reloads).toBe(0);
  write();
  await settled();
  expect(kiosk.outbox.outlasts_page).toBe(true);
});

test("one that is being written does as well", async () => {
  const { store, kiosk } = await somebodyAsks();
  store.keepPaper = () => new Promise(() => undefined);
  void kiosk.desk.sendRequest("1234", { en: "Training" });
  await kiosk.signOut();
  expect(reloads).toBe(0);
});
