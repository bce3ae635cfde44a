// The pseudo-locale: every text longer, accented and in brackets, so that a test sees what does not fit, what is cut
// off, and what was written past the dictionary.

import type { Dictionary } from "./en.ts";

const kPlain = "aceinosuyzACEINOSUYZ";
const kAccented = "äçéïñöšüýžÂÇÊÎÑÔŠÛÝŽ";
const kLonger = 0.4;
const kFiller = "~ōné~twö~thrée~fôur~fïve~šix";

export function pseudoText(text: string): string {
  // Single characters are signs on keys.
  if (text.length <= 1) return text;
  const accented = Array.from(text, (character) => {
    const at = kPlain.indexOf(character);
    return at === -1 ? character : (kAccented[at] ?? character);
  }).join("");
  const more = Math.ceil(text.length * kLonger);
  return `[${accented} ${kFiller.repeat(Math.ceil(more / kFiller.length)).slice(0, more)}]`;
}

export function pseudo(dictionary: Dictionary): Dictionary {
  return lengthened(dictionary) as Dictionary;
}

function lengthened(value: unknown): unknown {
  if (typeof value === "string") return pseudoText(value);
  if (typeof value === "function") return (...given: unknown[]) => lengthened(value(...given));
  if (Array.isArray(value)) return value.map(lengthened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, lengthened(inner)]));
}
