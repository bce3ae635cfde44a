import { expect, test } from "vitest";
import { kScreenLanguages, loadDictionary, type ScreenLanguage } from "../../src/i18n/index.ts";
import { leavesOf, said } from "./leaves.ts";

const kCounts = [0, 1, 2, 3, 5, 11, 21, 100];

const kQuestions: Readonly<Record<ScreenLanguage, string>> = {
  en: "0 questions, 1 question, 2 questions, 3 questions, 5 questions, 11 questions, 21 questions, 100 questions",
  de: "0 Fragen, 1 Frage, 2 Fragen, 3 Fragen, 5 Fragen, 11 Fragen, 21 Fragen, 100 Fragen",
  fr: "0 question, 1 question, 2 questions, 3 questions, 5 questions, 11 questions, 21 questions, 100 questions",
  es: "0 preguntas, 1 pregunta, 2 preguntas, 3 preguntas, 5 preguntas, 11 preguntas, 21 preguntas, 100 preguntas",
  pt: "0 perguntas, 1 pergunta, 2 perguntas, 3 perguntas, 5 perguntas, 11 perguntas, 21 perguntas, 100 perguntas",
  pl: "0 pytań, 1 pytanie, 2 pytania, 3 pytania, 5 pytań, 11 pytań, 21 pytań, 100 pytań",
  tr: "0 soru, 1 soru, 2 soru, 3 soru, 5 soru, 11 soru, 21 soru, 100 soru",
  ar: "0 سؤال, سؤال واحد, سؤالان, 3 أسئلة, 5 أسئلة, 11 سؤالًا, 21 سؤالًا, 100 سؤال",
  zh: "0 道题, 1 道题, 2 道题, 3 道题, 5 道题, 11 道题, 21 道题, 100 道题",
};

test.each(kScreenLanguages)("questions are counted as in %s", async (language) => {
  const { work } = await loadDictionary(language);
  expect(kCounts.map(work.questions).join(", ")).toBe(kQuestions[language]);
});

test("Polish changes the verb with the count", async () => {
  const { attract } = await loadDictionary("pl");
  expect([1, 3, 5, 22].map(attract.outbox)).toEqual([
    "1 wpis czeka na wysłanie",
    "3 wpisy czekają na wysłanie",
    "5 wpisów czeka na wysłanie",
    "22 wpisy czekają na wysłanie",
  ]);
});

test("Arabic has a word of its own for two, in the case that the sentence wants", async () => {
  const words = await loadDictionary("ar");
  expect(words.work.minutes(2)).toBe("دقيقتان");
  expect(words.idle.lead(2)).toBe("تُقفل الشاشة بعد ثانيتين.");
  expect(words.idle.lead(8)).toBe("تُقفل الشاشة بعد 8 ثوانٍ.");
});

test.each(kScreenLanguages)("what counts in English counts in %s", async (language) => {
  const english = leavesOf(await loadDictionary("en"));
  const leaves = leavesOf(await loadDictionary(language));
  // One and two have words of their own in Arabic, and tomorrow everywhere.
  for (const count of kCounts.filter((n) => n > 2)) {
    for (const [way, leaf] of english) {
      if (!said(leaf, [count, 777, 888]).includes(String(count))) continue;
      expect.soft(said(leaves.get(way), [count, 777, 888]), `${way} of ${count}`).toContain(String(count));
    }
  }
});
