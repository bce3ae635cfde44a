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
  return byName(people.filter((person) => beginnings(person).some((part) => part.startsWith(wanted))));
}

export function byName(people: readonly Person[]): Person[] {
  return [...people].sort((a, b) => a.name.localeCompare(b.name));
}

/** The letters that lead to somebody after those already tapped: the others need not be touched. */
export function lettersAfter(people: readonly Person[], letters: string): ReadonlySet<string> {
  const wanted = folded(letters);
  const next = people
    .flatMap(beginnings)
    .filter((part) => part.startsWith(wanted))
    .map((part) => Array.from(part.slice(wanted.length))[0]?.toUpperCase());
  return new Set(next.filter((letter) => letter !== undefined && letter.trim() !== "") as string[]);
}

const kLatin = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

/**
 * The keys of the pad: the Latin letters in their order, and after them what else can come next. Other scripts have too many
 * for a key each: hundreds in Chinese names.
 */
export function padLetters(next: ReadonlySet<string>): string[] {
  const others = [...next].filter((letter) => /\p{L}/u.test(letter) && !kLatin.includes(letter));
  return [...kLatin, ...others.sort()];
}

/** Asked for with each letter, of everybody: a plant may have 50,000 people. */
const kBeginnings = new WeakMap<Person, readonly string[]>();

/** The name from each of its parts on: "anna kowalska", "kowalska". */
function beginnings(person: Person): readonly string[] {
  const known = kBeginnings.get(person);
  if (known !== undefined) return known;
  const parts = folded(person.name).split(/\s+/).filter(Boolean);
  const made = parts.map((_, at) => parts.slice(at).join(" "));
  kBeginnings.set(person, made);
  return made;
}
