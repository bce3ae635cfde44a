// Finding a name by its first letters, for those who stand there without a badge.

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** As many names as fit beside the letters without scrolling far. */
export const kNamesShownMost = 12;
export const kLettersMost = 20;

/** Letters that do not fall apart into a plain one and an accent. */
const kPlainLetters: Readonly<Record<string, string>> = {
  ı: "i",
  ł: "l",
  ø: "o",
  đ: "d",
  ß: "ss",
  æ: "ae",
  œ: "oe",
};

/** Without case and accents: who looks for "Yılmaz" may tap YIL. */
export function folded(text: string): string {
  return Array.from(text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase())
    .map((letter) => kPlainLetters[letter] ?? letter)
    .join("");
}

/** The people of whom the whole name or one part of it begins with the letters, by name. */
export function beginningWith(people: readonly Person[], letters: string): Person[] {
  const wanted = folded(letters).trim();
  if (wanted === "") return [];
  return people
    .filter((person) => beginnings(person.name).some((part) => part.startsWith(wanted)))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The letters that lead to somebody after those already tapped: the others need not be touched. */
export function lettersAfter(people: readonly Person[], letters: string): ReadonlySet<string> {
  const wanted = folded(letters);
  const next = people
    .flatMap((person) => beginnings(person.name))
    .filter((part) => part.startsWith(wanted))
    .map((part) => Array.from(part.slice(wanted.length))[0]?.toUpperCase());
  return new Set(next.filter((letter) => letter !== undefined && letter.trim() !== "") as string[]);
}

const kLatin = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

/** The keys of the pad: the Latin letters in their order, and after them what else the plant's names begin with. */
export function padLetters(people: readonly Person[]): string[] {
  const all = new Set(people.flatMap((person) => Array.from(folded(person.name).toUpperCase())));
  const others = [...all].filter((letter) => /\p{L}/u.test(letter) && !kLatin.includes(letter)).sort();
  return [...kLatin, ...others];
}

/** "Anna Kowalska" → "AK" */
export function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  const first = Array.from(parts[0] ?? "")[0] ?? "";
  const last = parts.length > 1 ? (Array.from(parts.at(-1) ?? "")[0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** The name from each of its parts on: "anna kowalska", "kowalska". */
function beginnings(name: string): string[] {
  const parts = folded(name).split(/\s+/).filter(Boolean);
  return parts.map((_, at) => parts.slice(at).join(" "));
}
