// What is practised: one item of each type, in the words of the screens, with answers that everyone knows.

import type { Item, Response } from "../../domain/attempt.ts";
import type { Dictionary } from "../../i18n/index.ts";

export interface PracticeItem {
  readonly item: Item;
  readonly right: Response;
}

export function practiceItems(words: Dictionary["practice"], language: string): readonly PracticeItem[] {
  const texts = (text: string) => ({ [language]: text });
  const item = (item_id: Item["type"], stem: string, more: Partial<Item> = {}): Item => ({
    item_id,
    version: 1,
    position: 1,
    type: item_id,
    stem: texts(stem),
    response: null,
    flagged: false,
    ...more,
  });
  const options = (names: readonly string[]) =>
    names.map((name, at) => ({ id: String(at + 1), text: texts(name) }));
  return [
    {
      item: item("single_choice", words.single.stem, { options: options(words.single.options) }),
      right: { choice: "1" },
    },
    {
      item: item("multiple_choice", words.multiple.stem, { options: options(words.multiple.options) }),
      right: { choices: ["1", "3"] },
    },
    { item: item("true_false", words.truth.stem), right: { value: true } },
    { item: item("numeric", words.number.stem, { unit: "min" }), right: { number: "60" } },
  ];
}
