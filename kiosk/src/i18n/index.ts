// The languages of the screens. A language that lacks a string does not compile.

import { localeOf } from "../domain/locale.ts";
import type { Dictionary } from "./en.ts";

export type { Dictionary };

/** Each named in itself, in the order in which they are offered. */
const kNames = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  pt: "Português",
  pl: "Polski",
  tr: "Türkçe",
  ar: "العربية",
  zh: "简体中文",
} as const;

export type ScreenLanguage = keyof typeof kNames;

export const kScreenLanguages = Object.keys(kNames) as readonly ScreenLanguage[];

/** Each is fetched once somebody wants it. */
const kLoad: Readonly<Record<ScreenLanguage, () => Promise<Dictionary>>> = {
  en: async () => (await import("./en.ts")).en,
  de: async () => (await import("./de.ts")).de,
  fr: async () => (await import("./fr.ts")).fr,
  es: async () => (await import("./es.ts")).es,
  pt: async () => (await import("./pt.ts")).pt,
  pl: async () => (await import("./pl.ts")).pl,
  tr: async () => (await import("./tr.ts")).tr,
  ar: async () => (await import("./ar.ts")).ar,
  zh: async () => (await import("./zh.ts")).zh,
};

/** Fails where the dictionary cannot be fetched. */
export function loadDictionary(language: ScreenLanguage): Promise<Dictionary> {
  return kLoad[language]();
}

export function isScreenLanguage(language: string): language is ScreenLanguage {
  return Object.hasOwn(kNames, language);
}

export function directionOf(language: string): "ltr" | "rtl" {
  return language === "ar" ? "rtl" : "ltr";
}

/** A language's name in itself, also for languages that only content has. */
export function languageName(language: string): string {
  if (isScreenLanguage(language)) return kNames[language];
  return new Intl.DisplayNames([language, "en"], { type: "language" }).of(language) ?? language;
}

/** A language's name in another: "German" for `de` in English. */
export function languageNameIn(language: string, screen_language: string): string {
  return new Intl.DisplayNames([localeOf(screen_language)], { type: "language" }).of(language) ?? language;
}
