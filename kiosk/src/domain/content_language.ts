// How the text of a test stands in a language. A translation counts only once somebody has approved it.

import { readableIn } from "./language_tag.ts";

export interface ContentLanguages {
  readonly languages: readonly string[];
  /** Absent where the box is too old to tell. */
  readonly approved_languages?: readonly string[];
  /** For looking at alone: it can be opened in every language. */
  readonly layout_sample?: boolean;
  /** Of a test that was begun: the one that it was shown in. */
  readonly language?: string;
}

export type Standing = "approved" | "not_approved" | "missing";

export function standingOf(content: ContentLanguages, language: string): Standing {
  const own = readableIn(content.languages, language);
  if (own === null) return "missing";
  const approved = content.approved_languages ?? content.languages;
  return approved.includes(own) ? "approved" : "not_approved";
}

/**
 * The language in which the test is shown to someone who wants `language`: the box records it as the test's. One that
 * nobody has approved certifies nobody, so it is not shown; then it stays as it was, or in English, or in what there is.
 */
export function shownLanguage(content: ContentLanguages, language: string): string {
  const { languages, approved_languages, layout_sample } = content;
  const approved = layout_sample === true ? languages : (approved_languages ?? languages);
  const wanted = [language, content.language ?? language, "en"];
  const shown = wanted.map((one) => readableIn(approved, one)).find((one) => one !== null);
  return shown ?? approved[0] ?? readableIn(languages, language) ?? languages[0] ?? language;
}
