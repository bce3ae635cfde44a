// What is practised: one item of each type, in the words of the screens, with answers that everyone knows.

import type { Item, ItemType, Response } from "../../domain/attempt.ts";
import type { Dictionary } from "../../i18n/index.ts";

export interface PracticeItem {
  readonly item: Item;
  readonly right: Response;
}

export function practiceItems(words: Dictionary["practice"], language: string): readonly PracticeItem[] {
  const texts = (text: string) => ({ [language]: text });
  const item = (item_id: ItemType, stem: string, more: Partial<Item> = {}): Item => ({
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
    {
      item: item("ordering", words.ordering.stem, {
        options: ["10 kg", "100 kg", "1 kg"].map((text) => ({ id: text, text: texts(text) })),
      }),
      right: { order: ["1 kg", "10 kg", "100 kg"] },
    },
    {
      item: item("matching", words.matching.stem, {
        left: ["2 + 2", "5 + 5"].map((text) => ({ id: text, text: texts(text) })),
        right: ["10", "4", "7"].map((text) => ({ id: text, text: texts(text) })),
      }),
      right: { pairs: { "2 + 2": "4", "5 + 5": "10" } },
    },
    {
      item: item("hotspot", words.hotspot.stem, {
        image: "/practice.svg",
        image_alt: texts(words.hotspot.options.join(", ")),
        regions: words.hotspot.options.map((name, at) => ({
          id: String(at),
          label: texts(name),
          x: 40 + 320 * at,
          y: 100,
          w: 280,
          h: 800,
        })),
      }),
      right: { region: "0" },
    },
  ];
}
