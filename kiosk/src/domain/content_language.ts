// How the text of a test stands in a language. A translation counts only once somebody has approved it.

export interface ContentLanguages {
  readonly languages: readonly string[];
  /** Absent where the box is too old to tell. */
  readonly approved_languages?: readonly string[];
}

export type Standing = "approved" | "not_approved" | "missing";

export function standingOf(content: ContentLanguages, language: string): Standing {
  if (!content.languages.includes(language)) return "missing";
  const approved = content.approved_languages ?? content.languages;
  return approved.includes(language) ? "approved" : "not_approved";
}

/** The language in which the test is shown to someone who wants `language`. */
export function shownLanguage(content: ContentLanguages, language: string): string {
  if (content.languages.includes(language)) return language;
  return content.languages.includes("en") ? "en" : (content.languages[0] ?? language);
}
