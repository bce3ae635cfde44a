// Texts of the content in several languages.

import { readableIn } from "./language_tag.ts";

export type Texts = Readonly<Record<string, string>>;

/** The text in the language, else in English, else in whatever there is. */
export function textIn(texts: Texts, language: string): string {
  return texts[languageOf(texts, language)] ?? "";
}

/** The language in which textIn answers, for the `lang` attribute. */
export function languageOf(texts: Texts, language: string): string {
  const languages = Object.keys(texts);
  return readableIn(languages, language) ?? readableIn(languages, "en") ?? languages[0] ?? language;
}
