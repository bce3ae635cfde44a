// How the text of a test stands in a language. A translation counts only once somebody has approved it.

import { readableIn } from "./language_tag.ts";

export interface ContentLanguages {
  readonly languages: readonly string[];
  /** Absent where the box is too old to tell. */
  readonly approved_languages?: readonly string[];
}

export type Standing = "approved" | "not_approved" | "missing";

export function standingOf(content: ContentLanguages, language: string): Standing {
  const own = readableIn(content.languages, language);
  if (own === null) return "missing";
  const approved = content.approved_languages ?? content.languages;
  return approved.includes(own) ? "approved" : "not_approved";
}

/** The language in which the test is shown to someone who wants `language`: the box records it as the test's. */
export function shownLanguage(content: ContentLanguages, language: string): string {
  const { languages } = content;
  return readableIn(languages, language) ?? readableIn(languages, "en") ?? languages[0] ?? language;
}
