import { expect, test } from "vitest";
import type { Outcome } from "../../src/domain/outcome.ts";
import { Kiosk } from "../../src/operator/kiosk.ts";
import { FakeBox, kSilence, problem } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { useStandInPage } from "./people.ts";

useStandInPage();

const followed = { kind: "events", id: "ev-1" } as const;

/** What the box says to everything that the desk asks of it here. */
class AnsweringBox extends FakeBox {
  answer: Outcome<never> = kSilence;
  override async sync(): Promise<Outcome<never>> {
    return this.answer;
  }
  override async roster(): Promise<Outcome<never>> {
    return this.answer;
  }
}

async function signedIn() {
  const box = new AnsweringBox();
  const kiosk = new Kiosk(box, "gate-1", new MemoryStore());
  kiosk.identify("1");
  await kiosk.signIn({ badge: "1" }, "1234");
  await kiosk.showWork();
  return { box, kiosk };
}

test("a record that is followed after the sign-in has ended locks the screen, which says so", async () => {
  const { box, kiosk } = await signedIn();
  box.answer = problem(401, "not-signed-in");
  await kiosk.desk.sync(followed);
  expect(kiosk.screen.peek()).toMatchObject({ name: "identify", locked: { reason: "expired" } });
});

test("any other trouble with it leaves the screen as it is, and a silence is told to the watch", async () => {
  const { box, kiosk } = await signedIn();
  box.answer = problem(503, "busy");
  await kiosk.desk.sync(followed);
  expect(kiosk.screen.peek().name).toBe("work");
  expect(kiosk.hindrance.peek()).toBeNull();
  expect(kiosk.box.reachable.peek()).toBe(true);
  box.answer = kSilence;
  await kiosk.desk.sync(followed);
  expect(kiosk.box.reachable.peek()).toBe(false);
});

test("names that a silent box does not give are no sign of a busy one", async () => {
  const box = new AnsweringBox();
  const kiosk = new Kiosk(box, "gate-1", new MemoryStore());
  kiosk.identify(null);
  await kiosk.desk.roster();
  expect(kiosk.hindrance.peek()).toBe("unreachable");
  expect(kiosk.box.reachable.peek()).toBe(false);
  box.answer = problem(503, "busy");
  await kiosk.desk.roster();
  expect(kiosk.hindrance.peek()).toMatchObject({ code: "busy" });
  expect(kiosk.box.reachable.peek()).toBe(true);
});
