// The language in front of the operator: one choice for the screens and for the test's content.

import { computed, effect, signal } from "@preact/signals";
import { dictionaries, isScreenLanguage, type ScreenLanguage } from "../i18n/index.ts";

/** As asked for; content may exist in languages that the screens do not speak. */
export const contentLanguage = signal<string>(browserLanguage());

/** The last asked-for language that the screens speak. */
export const screenLanguage = signal<ScreenLanguage>(browserLanguage());

/** The dictionary of the screens: `t.value.work.title`. */
export const t = computed(() => dictionaries[screenLanguage.value]);

export function chooseLanguage(language: string): void {
  contentLanguage.value = language;
  if (isScreenLanguage(language)) screenLanguage.value = language;
}

effect(() => {
  if (typeof document !== "undefined") document.documentElement.lang = screenLanguage.value;
});

export function browserLanguage(): ScreenLanguage {
  const wanted = typeof navigator === "undefined" ? "en" : (navigator.language.split("-")[0] ?? "en");
  return isScreenLanguage(wanted) ? wanted : "en";
}
