// The code that opens the console: alone, or at the end of the address that `millrace console` prints.

/** Empty where there is none. */
export function codeIn(text: string): string {
  return text.slice(text.indexOf("#") + 1).trim();
}
