// An answer in words, kept with the answer itself: it must be readable when the test is long closed.

import type { Item, Response } from "./attempt.ts";
import type { Texts } from "./texts.ts";

export type Given =
  | { readonly kind: "text"; readonly text: Texts }
  | { readonly kind: "pair"; readonly left: Texts; readonly right: Texts }
  | { readonly kind: "truth"; readonly value: boolean }
  | { readonly kind: "number"; readonly number: string; readonly unit: string };

/** One question with what was given to it. */
export interface ShownAnswer {
  /** Counted from 1, as on the screen. */
  readonly position: number;
  readonly stem: Texts;
  /** Empty: the answer was taken back. */
  readonly given: readonly Given[];
}

interface Labelled {
  readonly id: string;
  readonly text?: Texts;
  readonly label?: Texts;
}

/** The lists of an item whose members an answer may name. */
type Lists = Partial<Record<"options" | "left" | "right" | "regions", readonly Labelled[] | null>>;

export function shownAnswer(item: Item, position: number, response: Response | null): ShownAnswer {
  return { position, stem: item.stem, given: response === null ? [] : givenTo(item, response) };
}

function givenTo(item: Item, response: Response): Given[] {
  const label = labelsOf(item);
  const text = (id: unknown): Given => ({ kind: "text", text: label(id) });
  // By what is in it and not by the item's type: an answer of a newer kind is shown as far as it can be.
  const parts: Readonly<Record<string, unknown>> = { ...response };
  if (typeof parts.value === "boolean") return [{ kind: "truth", value: parts.value }];
  if (typeof parts.number === "string") {
    return [{ kind: "number", number: parts.number, unit: item.unit ?? "" }];
  }
  if (typeof parts.pairs === "object" && parts.pairs !== null) {
    return Object.entries(parts.pairs).map(([left, right]) => ({
      kind: "pair",
      left: label(left),
      right: label(right),
    }));
  }
  return Object.values(parts).flat().map(text);
}

function labelsOf(item: Item): (id: unknown) => Texts {
  const lists: Lists = item;
  const all = [lists.options, lists.left, lists.right, lists.regions].flatMap((list) => list ?? []);
  const labels = new Map(all.map(({ id, text, label }) => [id, text ?? label ?? { en: id }]));
  return (id) => labels.get(String(id)) ?? { en: String(id) };
}
