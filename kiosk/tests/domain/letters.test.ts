import { expect, test } from "vitest";
import { baseOf, readableIn } from "../../src/domain/language_tag.ts";
import {
  capital,
  capitalExpected,
  digitRows,
  hasCapitals,
  letterRows,
  sentenceMarks,
} from "../../src/domain/letter_layout.ts";
import { localeOf } from "../../src/domain/locale.ts";
import { percent } from "../../src/domain/score.ts";
import { kScreenLanguages } from "../../src/i18n/index.ts";

/** What the smallest screen has room for. */
const kKeysMost = 12;

test.each(kScreenLanguages)(
  "the pad of %s fits the smallest screen, and has each letter once",
  (language) => {
    const rows = letterRows(language);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(kKeysMost);
    const all = rows.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(sentenceMarks(language)).toHaveLength(3);
  },
);

test.each(kScreenLanguages)("the alphabet of %s is whole", (language) => {
  const letters = new Set(letterRows(language).flat());
  const alphabet = language === "ar" ? "ابتثجحخدذرزسشصضطظعغفقكلمنهوي" : "abcdefghijklmnopqrstuvwxyz";
  expect(Array.from(alphabet).filter((letter) => !letters.has(letter))).toEqual([]);
});

test("a language without a pad of its own gets the English one", () => {
  expect(letterRows("xx")).toEqual(letterRows("en"));
  expect(digitRows().flat()).toEqual(expect.arrayContaining(Array.from("0123456789.,")));
});

test("capitals are those of the language", () => {
  expect(capital("i", "tr")).toBe("İ");
  expect(capital("i", "en")).toBe("I");
  expect(capital("ß", "de")).toBe("ß");
  expect([hasCapitals("ar"), hasCapitals("de")]).toEqual([false, true]);
});

test.each([
  ["", true],
  ["Done. ", true],
  ["Why? ", true],
  ["Done.", false],
  ["At 2.5", false],
  ["word ", false],
])("after “%s” a capital is expected: %s", (text, expected) => {
  expect(capitalExpected(text)).toBe(expected);
});

test("a language that differs in region or script alone can be read", () => {
  expect(baseOf("zh-Hans")).toBe("zh");
  expect(readableIn(["en", "pt-BR"], "pt")).toBe("pt-BR");
  expect(readableIn(["pt-BR", "pt"], "pt")).toBe("pt");
  expect(readableIn(["en"], "de")).toBeNull();
});

test("a score has no more digits than it has, in the digits that the pads have", () => {
  expect(percent(8_333, "en")).toBe("83.33%");
  expect(percent(10_000, "en")).toBe("100%");
  expect(percent(8_333, "de").replace(/\s/, " ")).toBe("83,33 %");
  expect(percent(5_000, "ar")).toContain("50");
  expect([localeOf("pl"), localeOf("en")]).toEqual(["pl", "en-GB"]);
});
