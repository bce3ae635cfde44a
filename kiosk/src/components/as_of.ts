import type { Work } from "../domain/work.ts";
import { shortTime } from "../i18n/times.ts";
import { screenLanguage, t } from "../operator/language.ts";

/** How old the training office's list is, by its own word. */
export function asOf(work: Work, now: Date): string {
  const made_at = work.assignments_as_of ?? work.as_of;
  if (made_at === null) return t.value.common.as_of_unknown;
  return t.value.common.as_of(shortTime(made_at, now, screenLanguage.value));
}
