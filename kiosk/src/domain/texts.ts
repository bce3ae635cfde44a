// Texts of the content in several languages.

export type Texts = Readonly<Record<string, string>>;

/** The text in the language, else in English, else in whatever there is. */
export function textIn(texts: Texts, language: string): string {
  return texts[language] ?? texts.en ?? Object.values(texts)[0] ?? "";
}

/** The language in which textIn answers, for the `lang` attribute. */
export function languageOf(texts: Texts, language: string): string {
  if (texts[language] !== undefined) return language;
  if (texts.en !== undefined) return "en";
  return Object.keys(texts)[0] ?? language;
}
