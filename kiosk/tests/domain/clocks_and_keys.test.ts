import { expect, test } from "vitest";
import {
  BadgeReader,
  kBadgeCharactersMost,
  kBadgeKeyGapMs,
  kReaderCharactersLeast,
  kReaderKeyGapMs,
  readerAmongHands,
} from "../../src/domain/badge_reader.ts";
import { minutesAndSeconds, secondsLeft } from "../../src/domain/countdown.ts";
import { idleState, kIdleLockMs, kIdleWarnMs } from "../../src/domain/idle.ts";

test("between two words of the box the screen counts on, and never below nought", () => {
  const reading = { remaining_s: 90, read_at_ms: 1_000 };
  expect(secondsLeft(reading, 1_000)).toBe(90);
  expect(secondsLeft(reading, 31_500)).toBe(60);
  expect(secondsLeft(reading, 999_000)).toBe(0);
  expect(secondsLeft({ remaining_s: null, read_at_ms: 0 }, 5_000)).toBeNull();
});

test.each([
  [725, "12:05"],
  [59, "0:59"],
  [3_725, "1:02:05"],
])("%d seconds read %s", (seconds, text) => {
  expect(minutesAndSeconds(seconds)).toBe(text);
});

test("warns at 60 seconds and locks at 90", () => {
  expect(idleState(kIdleWarnMs - 1).kind).toBe("active");
  expect(idleState(kIdleWarnMs)).toEqual({ kind: "warned", seconds_left: 30 });
  expect(idleState(kIdleLockMs - 1)).toEqual({ kind: "warned", seconds_left: 1 });
  expect(idleState(kIdleLockMs).kind).toBe("locked");
});

test("a badge is what was typed before Enter", () => {
  const reader = new BadgeReader();
  for (const key of "10001") expect(reader.key(key, 10)).toBeNull();
  expect(reader.key("Enter", 10)).toBe("10001");
  expect(reader.key("Enter", 20)).toBeNull();
});

test("a badge has every printable ASCII character but the space, and no key with a name, up to 64 of them", () => {
  const reader = new BadgeReader();
  const typed = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at));
  for (const keys of [typed.slice(0, 47), typed.slice(47)]) {
    for (const key of keys) {
      reader.key("Shift", 10);
      reader.key(key, 10);
    }
    expect(reader.key("Enter", 10)).toBe(keys.join(""));
  }
  for (const key of [" ", "\u007f", "é", "٢", "Tab"]) reader.key(key, 10);
  expect(reader.key("Enter", 10)).toBeNull();
  for (const key of "~".repeat(kBadgeCharactersMost)) reader.key(key, 10);
  expect(reader.key("Enter", 10)).toBe("~".repeat(64));
});

test("a stray key does not spoil the next badge", () => {
  const reader = new BadgeReader();
  reader.key("9", 0);
  for (const key of "10002") reader.key(key, kBadgeKeyGapMs + 1);
  expect(reader.key("Enter", kBadgeKeyGapMs + 2)).toBe("10002");
});

/** What a PIN pad takes for a badge, of keys that come so far apart. */
function amongHands(keys: string, gap_ms: number, enter_gap_ms = gap_ms): string | null {
  const reader = readerAmongHands();
  let now_ms = 10_000;
  for (const key of keys) {
    reader.key(key, now_ms);
    now_ms += gap_ms;
  }
  return reader.key("Enter", now_ms - gap_ms + enter_gap_ms);
}

test("where a PIN is typed, a badge is what comes at a reader's speed, Enter with it", () => {
  expect(amongHands("10001", 1)).toBe("10001");
  expect(amongHands("AB-10001", kReaderKeyGapMs)).toBe("AB-10001");
  expect(amongHands("10001", kReaderKeyGapMs + 1)).toBeNull();
  expect(amongHands("10001", 1, kReaderKeyGapMs + 1)).toBeNull();
  expect(amongHands("10001", kReaderKeyGapMs + 1, 1)).toBeNull();
});

test("three quick keys and Enter are a hand's, for there is a PIN before them", () => {
  expect(amongHands("1234".slice(0, kReaderCharactersLeast - 1), 1)).toBeNull();
  expect(amongHands("1234", 1)).toBe("1234");
});

test("whoever goes on with Tab types by hand, however fast", () => {
  const reader = readerAmongHands();
  for (const key of [..."12345", "Tab"]) reader.key(key, 10);
  expect(reader.key("Enter", 10)).toBeNull();
});

test("what a hand typed before a reader's badge is no part of it, and a reader that waits once loses nothing", () => {
  const reader = new BadgeReader();
  reader.key("9", 0);
  for (const [at, key] of [..."10002"].entries()) reader.key(key, 2_000 + at * 20 + (at > 1 ? 200 : 0));
  expect(reader.key("Enter", 2_320, true)).toBe("10002");
  reader.key("9", 5_000);
  reader.key("1", 7_000);
  expect(reader.key("Enter", 7_100)).toBe("91");
});

test("a badge that is held to the reader in the midst of a PIN is the badge alone", () => {
  const reader = readerAmongHands();
  reader.key("9", 0);
  reader.key("8", 140);
  for (const [at, key] of [..."10001"].entries()) reader.key(key, 200 + at * 8);
  expect(reader.key("Enter", 240)).toBe("10001");
  // And the hand goes on.
  for (const [at, key] of [..."9876"].entries()) reader.key(key, 1_000 + at * 90);
  expect(reader.key("Enter", 1_400)).toBeNull();
});
