// The language in front of the operator: one choice for the screens and for the test's content.

import { computed, effect, signal } from "@preact/signals";
import { isOtherRelease } from "../api/app_version.ts";
import { type ContentLanguages, shownLanguage } from "../domain/content_language.ts";
import { baseOf } from "../domain/language_tag.ts";
import {
  type Dictionary,
  directionOf,
  isScreenLanguage,
  loadDictionary,
  type ScreenLanguage,
} from "../i18n/index.ts";

/** Asked again so often, where the box falls silent between the page and its first words. */
const kFirstWordsAgainMs = 1_500;

interface Spoken {
  readonly language: ScreenLanguage;
  readonly words: Dictionary;
}
/** Null until the first words are here: nothing is shown before. */
const spoken = signal<Spoken | null>(null);

/** As asked for; content may exist in languages that the screens do not speak. */
export const contentLanguage = signal<string>("en");

/** What the screens speak. It follows the choice once the dictionary is here, so that no screen is half translated. */
export const screenLanguage = computed<ScreenLanguage>(() => spoken.value?.language ?? "en");

/** The test on the screen, if there is one. */
export const shownTest = signal<ContentLanguages | null>(null);

/** What the test on the screen is shown in. */
export const testLanguage = computed<string>(() =>
  shownTest.value === null ? contentLanguage.value : shownLanguage(shownTest.value, contentLanguage.value),
);

/** The dictionary of the screens: `t.value.work.title`. */
export const t = computed<Dictionary>(() => {
  if (spoken.value === null) throw new Error("no language has been started");
  return spoken.value.words;
});

/** What the page began with: a kiosk in a French hall greets in French after each operator. */
let start_language: ScreenLanguage = "en";
let transform: (words: Dictionary) => Dictionary = (words) => words;

/**
 * The page's first language: `?lang=xx`, else the browser's. `?pseudo=1` lengthens every text, for tests of the layout.
 * True if the address named the language: then it is not to change with the operator.
 */
export async function startLanguage(search: string): Promise<boolean> {
  const asked = new URLSearchParams(search);
  const wanted = asked.get("lang");
  if (asked.get("pseudo") === "1") {
    transform = (await import("../i18n/pseudo.ts")).pseudo;
  }
  start_language = wanted !== null && isScreenLanguage(wanted) ? wanted : browserLanguage();
  await chooseLanguage(start_language);
  while (spoken.peek() === null) {
    await new Promise((resolve) => setTimeout(resolve, kFirstWordsAgainMs));
    // A box that was given another release in between has no words for this page any more.
    if (isOtherRelease(await servedRelease())) location.reload();
    await chooseLanguage(start_language);
  }
  return wanted === start_language;
}

/** Undefined where the box does not say. */
async function servedRelease(): Promise<string | undefined> {
  try {
    const response = await fetch("/version.json", { cache: "no-store" });
    return ((await response.json()) as { version?: string }).version;
  } catch {
    return undefined;
  }
}

/** Resolves once the screens speak it, or at once where they cannot. */
export async function chooseLanguage(language: string): Promise<void> {
  contentLanguage.value = language;
  const spoken_as = screenLanguageFor(language);
  if (spoken_as === null || spoken_as === spoken.peek()?.language) return;
  try {
    const words = transform(await loadDictionary(spoken_as));
    // Another tap may have come while this one was on its way.
    if (contentLanguage.peek() === language) spoken.value = { language: spoken_as, words };
  } catch {
    // The box is silent: the content changes all the same, and the screens keep the language that they have.
  }
}

/** Whose language it is: the one that was tapped, else the operator's, else the start address's. Owner: Kiosk. */
export class LanguageWish {
  /** Whether the start address named it: then it does not change with the operator. */
  private readonly is_fixed: boolean;
  private is_chosen = false;

  constructor(is_fixed: boolean) {
    this.is_fixed = is_fixed;
  }

  pick(language: string): void {
    this.is_chosen = true;
    void chooseLanguage(language);
  }

  /** Somebody has signed in. Who tapped a language on the first screen meant it. */
  greet(language: string): void {
    if (!this.is_chosen && !this.is_fixed) void chooseLanguage(language);
  }

  /** Nobody is there any more. */
  forget(): void {
    this.is_chosen = false;
    void chooseLanguage(start_language);
  }
}

/** Fetches what could not be fetched while the box was silent. */
export function catchUpLanguage(): void {
  void chooseLanguage(contentLanguage.peek());
}

effect(() => {
  if (typeof document === "undefined") return;
  document.documentElement.lang = screenLanguage.value;
  document.documentElement.dir = directionOf(screenLanguage.value);
});

export function browserLanguage(): ScreenLanguage {
  return (typeof navigator === "undefined" ? null : screenLanguageFor(navigator.language)) ?? "en";
}

/** A roster or a browser may say "pt-BR" or "zh-Hans". */
function screenLanguageFor(language: string): ScreenLanguage | null {
  const base = baseOf(language);
  return isScreenLanguage(base) ? base : null;
}
