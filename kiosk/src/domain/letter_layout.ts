// The letters of the pad in the page, row by row, as people of each language know them from their keyboards.

/** No row is longer than twelve keys: that is what the smallest screen has room for. */
const kLayouts: Readonly<Record<string, readonly string[]>> = {
  en: ["qwertyuiop", "asdfghjkl'", "zxcvbnm-!"],
  de: ["qwertzuiopü", "asdfghjklöä", "yxcvbnmß-!"],
  fr: ["azertyuiopéè", "qsdfghjklmàç", "wxcvbn'êôùîâ"],
  es: ["qwertyuiopáé", "asdfghjklñíó", "zxcvbnmúü¿¡!"],
  pt: ["qwertyuiopáé", "asdfghjklçíó", "zxcvbnmãõúâê", "ôà-!"],
  pl: ["qwertyuiopżź", "asdfghjklłąć", "zxcvbnmęńóś-"],
  tr: ["qwertyuıopğü", "asdfghjklşi-", "zxcvbnmöç!"],
  ar: ["ضصثقفغعهخحجد", "شسيبلاتنمكطئ", "ءؤرىةوزظذأإآ", "-!"],
  zh: ["qwertyuiop", "asdfghjkl", "zxcvbnm-！"],
};

/** Beside the space bar. */
const kMarks: Readonly<Record<string, string>> = { ar: "،.؟", zh: "，。？" };

const kDigitRows = ["1234567890", "+-/*=%°€", ".,:;()#&"];

export function letterRows(language: string): readonly (readonly string[])[] {
  const rows = kLayouts[language] ?? kLayouts.en ?? [];
  return rows.map((row) => Array.from(row));
}

export function sentenceMarks(language: string): readonly string[] {
  return Array.from(kMarks[language] ?? ",.?");
}

export function digitRows(): readonly (readonly string[])[] {
  return kDigitRows.map((row) => Array.from(row));
}

/** Scripts without capitals need no key for them. */
export function hasCapitals(language: string): boolean {
  return language !== "ar";
}

/** `language` decides: in Turkish the capital of i is İ. */
export function capital(letter: string, language: string): string {
  return letter === "ß" ? letter : letter.toLocaleUpperCase(language);
}

/** Sentences begin with a capital letter without anyone asking for it. */
export function capitalExpected(text: string): boolean {
  return text.trim() === "" || /[.?!]\s+$/.test(text);
}
