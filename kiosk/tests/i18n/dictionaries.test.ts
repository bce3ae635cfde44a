import { describe, expect, test } from "vitest";
import { en } from "../../src/i18n/en.ts";
import { kScreenLanguages, loadDictionary } from "../../src/i18n/index.ts";
import { leavesOf, said } from "./leaves.ts";

/** Unlike each other and unlike any number in a text; large enough for the plain plural of every language. */
const kGiven = [35, 46, 57, 68];

const kCounts = [0, 1, 2, 3, 5, 11, 21, 100];

/** Words that a language rightly writes as English does. */
const kSameAsInEnglish: Readonly<Record<string, readonly string[]>> = {
  de: ["35 min", "Hammer", "Normal", "PIN", "Pause"],
  fr: [
    "35 min",
    "35 minutes",
    "35 questions",
    "Badge 35",
    "Important",
    "Normal",
    "Pause",
    "Question",
    "Question 35",
    "Questions",
    "Triangle",
    "Urgent",
  ],
  es: ["35 min", "Normal", "PIN"],
  pt: ["35 min", "Normal", "PIN"],
  pl: ["35 min", "PIN"],
  tr: ["Normal"],
};

/** On the key that leads back from the digits. */
const kAlphabet = "ABC";

const english = leavesOf(en);

describe.each(kScreenLanguages.filter((language) => language !== "en"))(
  "the dictionary of %s",
  (language) => {
    const leaves = async () => leavesOf(await loadDictionary(language));

    test("has the same texts as the English one", async () => {
      expect([...(await leaves()).keys()].sort()).toEqual([...english.keys()].sort());
    });

    test("says everything that it is given, as English does", async () => {
      const told = (leaf: string) => kGiven.filter((number) => leaf.includes(String(number)));
      for (const [way, leaf] of await leaves()) {
        expect.soft(typeof leaf, way).toBe(typeof english.get(way));
        expect.soft(told(said(leaf, kGiven)), way).toEqual(told(said(english.get(way), kGiven)));
      }
    });

    test("has a whole text for every count", async () => {
      for (const [way, leaf] of await leaves()) {
        for (const count of kCounts) {
          const text = said(leaf, [count, 100, 100, 100]);
          expect.soft(text.trim(), `${way} of ${count}`).not.toBe("");
          expect.soft(text, `${way} of ${count}`).not.toMatch(/#|undefined|null|NaN|object|\$\{/);
        }
      }
    });

    test("has no English left in it", async () => {
      const same = [...(await leaves())]
        .map(([way, leaf]) => [said(leaf, kGiven), said(english.get(way), kGiven)] as const)
        .filter(([text, in_english]) => text === in_english)
        .map(([text]) => text)
        .filter((text) => /\p{Letter}/u.test(text) && text !== kAlphabet);
      expect([...new Set(same)].sort()).toEqual([...(kSameAsInEnglish[language] ?? [])].sort());
    });

    test.runIf(language === "ar" || language === "zh")("is written in its own letters", async () => {
      for (const [way, leaf] of await leaves()) {
        const text = said(leaf, kGiven);
        if (text !== kAlphabet) expect.soft(text, way).not.toMatch(/\p{Script=Latin}/u);
      }
    });
  },
);
