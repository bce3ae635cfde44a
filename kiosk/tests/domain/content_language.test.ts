import { expect, test } from "vitest";
import { shownLanguage, standingOf } from "../../src/domain/content_language.ts";
import { readableIn } from "../../src/domain/language_tag.ts";
import { languageOf, textIn } from "../../src/domain/texts.ts";

test("a language is read in another region's or script's writing where its own is missing", () => {
  expect(readableIn(["en", "pt"], "pt-BR")).toBe("pt");
  expect(readableIn(["en", "zh-Hans"], "zh")).toBe("zh-Hans");
  expect(readableIn(["pt", "pt-BR"], "pt-BR")).toBe("pt-BR");
  expect(readableIn(["en", "de"], "pl")).toBeNull();
});

test("a text falls back to English, then to whatever there is, and says in which language it answers", () => {
  expect(textIn({ de: "Presse", en: "Press" }, "pl")).toBe("Press");
  expect(languageOf({ de: "Presse", en: "Press" }, "pl")).toBe("en");
  expect(textIn({ de: "Presse" }, "pl")).toBe("Presse");
  expect(languageOf({ "zh-Hans": "压力机", en: "Press" }, "zh")).toBe("zh-Hans");
  expect(textIn({}, "pl")).toBe("");
});

test("a translation without an approver does not count as approved", () => {
  const content = { languages: ["en", "de"], approved_languages: ["en"] };
  expect(standingOf(content, "en")).toBe("approved");
  expect(standingOf(content, "de")).toBe("not_approved");
  expect(standingOf(content, "ar")).toBe("missing");
});

test("the language that is recorded is the one that is shown", () => {
  const content = { languages: ["de", "en"], approved_languages: ["de", "en"] };
  expect(shownLanguage(content, "de")).toBe("de");
  expect(shownLanguage(content, "ar")).toBe("en");
  expect(shownLanguage({ languages: ["de", "fr"] }, "ar")).toBe("de");
});

test("what nobody has approved is not shown: it stays as it was, or in English, or in what is approved", () => {
  const content = { languages: ["en", "de", "pl"], approved_languages: ["de", "pl"] };
  expect(shownLanguage(content, "en")).toBe("de");
  expect(shownLanguage({ ...content, language: "pl" }, "en")).toBe("pl");
  expect(shownLanguage({ ...content, language: "en" }, "tr")).toBe("de");
  expect(shownLanguage({ ...content, layout_sample: true }, "en")).toBe("en");
  expect(shownLanguage({ languages: ["de"], approved_languages: [] }, "tr")).toBe("de");
});
