// Counted words. Languages differ in how many forms a word has: Polish has three for whole numbers, Arabic six,
// Chinese one.

import { localeOf } from "../domain/locale.ts";

type Category = Intl.LDMLPluralRule;

/** A word in each form that the language has; `#` stands for the number. */
export type Forms<C extends Category> = Readonly<Record<C, string>>;

/**
 * Counts in one language. `C` are its categories: a form that is left out does not compile. Those that only fractions
 * or millions take may be left out of `C`; the last form stands in for them.
 */
export function counting<C extends Category>(language: string): (n: number, forms: Forms<C>) => string {
  const rules = new Intl.PluralRules(localeOf(language));
  const numbers = new Intl.NumberFormat(localeOf(language));
  return (n, forms) => {
    const form = (forms as Readonly<Partial<Record<Category, string>>>)[rules.select(n)];
    return (form ?? Object.values<string>(forms).at(-1) ?? "").replaceAll("#", numbers.format(n));
  };
}
