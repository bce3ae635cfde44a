import { expect, test } from "vitest";
import { kScreenLanguages } from "../../src/i18n/index.ts";
import { clockTime, shortTime } from "../../src/i18n/times.ts";

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
