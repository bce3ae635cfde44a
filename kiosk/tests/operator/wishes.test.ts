// What somebody taps on the first screen is theirs: neither the next person has it, nor the kiosk for good.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whenQuiet } from "../../src/components/use_leave_when_quiet.ts";
import { kWishesMs } from "../../src/domain/idle.ts";
import { followOperator, motion, startDisplay, textSize, theme } from "../../src/operator/display.ts";
import { Kiosk } from "../../src/operator/kiosk.ts";
import { contentLanguage } from "../../src/operator/language.ts";
import { FakeBox, ok, session } from "./fake_box.ts";
import { MemoryStore } from "./memory_store.ts";
import { settled } from "./people.ts";

class Page extends EventTarget {
  readonly documentElement = { lang: "", dir: "", dataset: {}, style: { setProperty: () => undefined } };
}

let page: Page;

beforeEach(() => {
  vi.useFakeTimers();
  page = new Page();
  vi.stubGlobal("document", page);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function firstScreen() {
  const box = new FakeBox();
  const kiosk = new Kiosk(box, "test", new MemoryStore());
  startDisplay("test", new URLSearchParams("text=150"));
  followOperator(kiosk);
  return { box, kiosk };
}

const wish = (kiosk: Kiosk) => {
  kiosk.language.pick("pl");
  textSize.value = "200";
  theme.value = "dark";
  motion.value = "off";
};
const shown = () => [contentLanguage.peek(), textSize.peek(), theme.peek(), motion.peek()];
const kOwn = ["en", "150", "auto", "auto"];

test("the first screen shown anew is the kiosk's own again, and the next person gets their own language", async () => {
  const { box, kiosk } = firstScreen();
  wish(kiosk);
  expect(shown()).toEqual(["pl", "200", "dark", "off"]);
  kiosk.show({ name: "attract" });
  expect(shown()).toEqual(kOwn);
  box.next_sign_in = ok({ ...session("op-2"), operator: { ...session("op-2").operator, language: "tr" } });
  kiosk.identify("10002");
  await kiosk.signIn({ badge: "10002" }, "1234");
  await settled();
  expect(contentLanguage.peek()).toBe("tr");
});

test("whoever goes on from the first screen keeps what they set, until it is shown again", async () => {
  const { kiosk } = firstScreen();
  wish(kiosk);
  kiosk.identify("10001");
  await kiosk.signIn({ badge: "10001" }, "1234");
  await settled();
  expect(shown()).toEqual(["pl", "200", "dark", "off"]);
  await kiosk.signOut();
  expect(shown()).toEqual(kOwn);
});

test("somebody who did not sign in leaves nothing behind either", () => {
  const { kiosk } = firstScreen();
  kiosk.identify(null);
  wish(kiosk);
  kiosk.show({ name: "attract" });
  expect(shown()).toEqual(kOwn);
});

test("a minute is quiet when nobody touches the screen or a key, and the next one counts anew", () => {
  let quiet = 0;
  const end = whenQuiet(() => {
    quiet += 1;
  }, kWishesMs);
  vi.advanceTimersByTime(kWishesMs - 1);
  page.dispatchEvent(new Event("pointerdown"));
  vi.advanceTimersByTime(kWishesMs - 1);
  page.dispatchEvent(new Event("keydown"));
  vi.advanceTimersByTime(kWishesMs - 1);
  expect(quiet).toBe(0);
  vi.advanceTimersByTime(1);
  expect(quiet).toBe(1);
  vi.advanceTimersByTime(10 * kWishesMs);
  expect(quiet).toBe(1);
  page.dispatchEvent(new Event("pointerdown"));
  end();
  vi.advanceTimersByTime(kWishesMs);
  expect(quiet).toBe(1);
});
