import { afterEach, expect, test, vi } from "vitest";
import { kScreenLanguages } from "../../src/i18n/index.ts";
import { clockTime, dateOf, longDate, mediumDate, shortTime, stepTime } from "../../src/i18n/times.ts";

afterEach(() => vi.unstubAllEnvs());

const kMidnight = new Date(2026, 10, 23, 0, 12);

test.each(kScreenLanguages)(
  "the clock in %s has the pads' own digits and starts its day at 00:00",
  (language) => {
    expect(clockTime(kMidnight, language)).toBe("00:12");
  },
);

test("another day's time comes with its date, put together as each language does", () => {
  const later = new Date(2026, 10, 25, 8, 0);
  const short = (language: string) => shortTime(kMidnight.toISOString(), later, language);
  expect(short("en")).toBe("23 Nov, 00:12");
  expect(short("zh")).toBe("11月23日 00:12");
  expect(short("ar")).toBe("23 نوفمبر، 00:12");
  expect(shortTime(kMidnight.toISOString(), new Date(2026, 10, 23, 8, 0), "en")).toBe("00:12");
});

test("a step of Monday's record says on Friday that it was on Monday", () => {
  const step = (now: Date, language: string) => stepTime(kMidnight.toISOString(), now, language);
  expect(step(new Date(2026, 10, 27, 0, 12), "en")).toBe("23 Nov, 00:12:00");
  expect(step(new Date(2026, 10, 27, 0, 12), "zh")).toBe("11月23日 00:12:00");
  expect(step(new Date(2026, 10, 23, 23, 59), "en")).toBe("00:12:00");
  // Less than a day ago, and yesterday all the same.
  expect(step(new Date(2026, 10, 24, 0, 5), "de")).toBe("23. Nov., 00:12:00");
});

test.each(["America/Sao_Paulo", "America/Los_Angeles", "Europe/Berlin", "Pacific/Kiritimati"])(
  "a day of the calendar is that day in %s, where it is chosen and where it is signed",
  (zone) => {
    vi.stubEnv("TZ", zone);
    expect(mediumDate("2026-12-01", "en")).toBe("1 Dec 2026");
    expect(longDate(dateOf("2026-12-01"), "en")).toBe("Tuesday 1 December");
  },
);

test("a time is shown with the day that it has in the plant", () => {
  vi.stubEnv("TZ", "America/Sao_Paulo");
  expect(mediumDate("2026-12-01T01:00:00.000Z", "en")).toBe("30 Nov 2026");
});
