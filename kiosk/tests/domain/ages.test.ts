import { expect, test } from "vitest";
import {
  ageOf,
  ageWords,
  bytesWords,
  countWords,
  daysWords,
  groupedWords,
  utf8Bytes,
} from "../../src/domain/ages.ts";

test.each([
  [-5, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3_599, "59 min"],
  [3_600, "1 h"],
  [47.9 * 3_600, "47 h"],
  [48 * 3_600, "2 days"],
  [4.9 * 86_400, "4 days"],
])("%s seconds are %s: no unit that has not passed is counted", (seconds, words) => {
  expect(ageWords(seconds)).toBe(words);
});

test("an age is told between two times, wherever they are written down", () => {
  expect(ageOf("2026-11-27T06:12:05.000Z", "2026-11-27T08:15:05.000+01:00")).toBe("1 h");
});

test.each([
  [-3, "less than a day"],
  [0.99, "less than a day"],
  [1.5, "1 day"],
  [729, "729 days"],
  [730, "2 years"],
])("%s days are %s", (days, words) => {
  expect(daysWords(days)).toBe(words);
});

test("figures stand in groups of three that no break parts", () => {
  expect([groupedWords(0), groupedWords(999), groupedWords(1_204_382)]).toEqual([
    "0",
    "999",
    "1\u202f204\u202f382",
  ]);
  expect([countWords(1, "record", "records"), countWords(0, "record", "records")]).toEqual([
    "1 record",
    "0 records",
  ]);
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [12_340, "12.3 kB"],
  [99_960, "100 kB"],
  [999_500, "1.0 MB"],
  [29_800_000_000, "29.8 GB"],
  [3_000_000_000_000_000, "3\u202f000 TB"],
])("%s bytes are %s", (bytes, words) => {
  expect(bytesWords(bytes)).toBe(words);
});

test("a text has as many bytes as the box counts", () => {
  for (const text of ["", "reason", "Größe", "中文", "🙂 ok"]) {
    expect(utf8Bytes(text)).toBe(Buffer.byteLength(text, "utf8"));
  }
});
