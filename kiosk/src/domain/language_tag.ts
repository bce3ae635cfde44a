// Languages as they are written: "pt", "pt-BR", "zh-Hans".

/** "zh" for "zh-Hans" */
export function baseOf(language: string): string {
  return language.split("-")[0] ?? language;
}

/** The one of `languages` for someone who reads `wanted`: itself, else one that differs in region or script alone. */
export function readableIn(languages: readonly string[], wanted: string): string | null {
  if (languages.includes(wanted)) return wanted;
  return languages.find((language) => baseOf(language) === baseOf(wanted)) ?? null;
}
