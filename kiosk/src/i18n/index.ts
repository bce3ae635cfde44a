// The languages of the screens. A language that lacks a string does not compile.

import { de } from "./de.ts";
import { type Dictionary, en } from "./en.ts";

export type { Dictionary };
export type ScreenLanguage = "en" | "de";

export const dictionaries: Readonly<Record<ScreenLanguage, Dictionary>> = { en, de };
export const kScreenLanguages: readonly ScreenLanguage[] = ["en", "de"];

export function isScreenLanguage(language: string): language is ScreenLanguage {
  return language in dictionaries;
}

const kOtherNames: Readonly<Record<string, string>> = {
  fr: "Français",
  es: "Español",
  pt: "Português",
  pl: "Polski",
  tr: "Türkçe",
};

/** A language's name in itself, also for languages that only content has. */
export function languageName(language: string): string {
  return isScreenLanguage(language) ? dictionaries[language].name : (kOtherNames[language] ?? language);
}
