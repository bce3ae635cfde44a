import { afterEach, beforeEach, expect, test, vi } from "vitest";

const page = { lang: "", dir: "" };

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: page });
  vi.stubGlobal("navigator", { language: "en-GB" });
});

afterEach(() => vi.unstubAllGlobals());

const language = () => import("../../src/operator/language.ts");

test("the page says its language and its direction, there and back", async () => {
  const { startLanguage, chooseLanguage } = await language();
  await startLanguage("");
  expect(page).toEqual({ lang: "en", dir: "ltr" });
  await chooseLanguage("ar");
  expect(page).toEqual({ lang: "ar", dir: "rtl" });
  await chooseLanguage("pl");
  expect(page).toEqual({ lang: "pl", dir: "ltr" });
});

test("the address names the first language, and the kiosk returns to it after each operator", async () => {
  const { startLanguage, chooseLanguage, LanguageWish, t } = await language();
  expect(await startLanguage("?lang=tr")).toBe(true);
  expect(t.value.common.close).toBe("Kapat");
  await chooseLanguage("zh");
  expect(t.value.common.close).toBe("关闭");
  new LanguageWish(false).forget();
  await vi.waitFor(() => expect(t.value.common.close).toBe("Kapat"));
});

test("without a name in the address the browser's language is spoken", async () => {
  vi.stubGlobal("navigator", { language: "pt-BR" });
  const { startLanguage, screenLanguage } = await language();
  expect(await startLanguage("?kiosk=gate-3")).toBe(false);
  expect(screenLanguage.value).toBe("pt");
});

test("a language that the screens do not have leaves them as they are, and is asked of the content", async () => {
  const { startLanguage, chooseLanguage, screenLanguage, contentLanguage } = await language();
  await startLanguage("?lang=de");
  await chooseLanguage("cs");
  expect(screenLanguage.value).toBe("de");
  expect(contentLanguage.value).toBe("cs");
});

test("the pseudo-locale lengthens every text, in every language", async () => {
  const { startLanguage, chooseLanguage, t } = await language();
  await startLanguage("?pseudo=1");
  expect(t.value.attract.title).toMatch(/^\[Höld.*~ōné.*\]$/);
  expect(t.value.work.questions(3).length).toBeGreaterThanOrEqual(Math.ceil("3 questions".length * 1.4));
  await chooseLanguage("de");
  expect(t.value.common.close).toMatch(/^\[Šçhlïéßéñ .*\]$/);
});
