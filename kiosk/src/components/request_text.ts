// The names of what was asked for. Codes stand in where the box has not told the names.

import type { RequestChoices, RequestKind } from "../domain/request.ts";
import { type Texts, textIn } from "../domain/texts.ts";
import { contentLanguage, t } from "../operator/language.ts";

export function skillText(choices: RequestChoices | null, skill: string): string {
  const found = choices?.skills.find(({ id }) => id === skill);
  return found === undefined ? skill : textIn(found.title, contentLanguage.value);
}

export function reasonText(choices: RequestChoices | null, code: string): string {
  const found = choices?.reasons.find((reason) => reason.code === code);
  return found === undefined ? code : textIn(found.title, contentLanguage.value);
}

/** "Training: Forklift" */
export function requestText(choices: RequestChoices | null, kind: RequestKind, skill: string): string {
  const words = t.value.request;
  return words.about(words.kinds[kind], skillText(choices, skill));
}

/** The same as a text of the content, for a screen that outlives the choices. */
export function requestTitle(choices: RequestChoices | null, kind: RequestKind, skill: string): Texts {
  return { [contentLanguage.value]: requestText(choices, kind, skill) };
}
