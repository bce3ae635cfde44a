// The letters of the pad in the page, row by row, as people of each language know them from their keyboards.

const kQwerty = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

const kLayouts: Readonly<Record<string, readonly string[]>> = {
  en: [...kQwerty, "'-,.?!"],
  de: ["qwertzuiopü", "asdfghjklöä", "yxcvbnmß", "-,.?!"],
  fr: ["azertyuiop", "qsdfghjklm", "wxcvbnéèàç", "êôùîâ'-,.?!"],
  es: ["qwertyuiop", "asdfghjklñ", "zxcvbnmáé", "íóúü-,.?!¿¡"],
  pt: ["qwertyuiop", "asdfghjklç", "zxcvbnmãõ", "áéíóúâêôà", "-,.?!"],
  pl: ["qwertyuiop", "asdfghjklł", "zxcvbnmżź", "ąćęńóś-,.?!"],
  tr: ["qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç", "-,.?!"],
  ar: ["ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرلىةوزظذ", "أإآ-،.؟!"],
  zh: [...kQwerty, "，。？！"],
};

const kDigitRows = ["1234567890", "+-/*=%°€", ".,:;()#&"];

export function letterRows(language: string): readonly (readonly string[])[] {
  const rows = kLayouts[language] ?? kLayouts.en ?? [];
  return rows.map((row) => Array.from(row));
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
