import { shortTime } from "../i18n/times.ts";
import { screenLanguage, t } from "../operator/language.ts";

/** How old a list of the training office is, by its own word; boxes that are too old do not tell of each. */
export function asOf(made_at: string | null | undefined, now: Date): string {
  if (made_at === null || made_at === undefined) return t.value.common.as_of_unknown;
  return t.value.common.as_of(shortTime(made_at, now, screenLanguage.value));
}
