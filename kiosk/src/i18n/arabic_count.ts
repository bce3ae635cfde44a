// Counted words in Arabic: a word for one, one for two, and three more with a number before them.

import { counting } from "./plural.ts";

const count = counting<"zero" | "one" | "two" | "few" | "many" | "other">("ar");

/** `few` is for 3 to 10, `many` for 11 to 99, `other` for hundreds and for nothing. */
export function counted(one: string, two: string, few: string, many: string, other: string) {
  return (n: number): string =>
    count(n, { zero: `# ${other}`, one, two, few: `# ${few}`, many: `# ${many}`, other: `# ${other}` });
}

export const answers = counted("إجابة واحدة", "إجابتان", "إجابات", "إجابة", "إجابة");
export const entries = counted("سجل واحد", "سجلان", "سجلات", "سجلًا", "سجل");
