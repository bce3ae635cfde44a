// How Intl is to be asked for a language of the screens.

/** Europe's order of dates for English; the pads' own digits for Arabic, so that a number is typed as it is read. */
const kLocales: Readonly<Record<string, string>> = {
  en: "en-GB",
  pt: "pt-PT",
  zh: "zh-CN",
  ar: "ar-u-nu-latn",
};

export function localeOf(language: string): string {
  return kLocales[language] ?? language;
}
