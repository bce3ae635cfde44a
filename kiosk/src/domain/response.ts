// Answers to one item: how taps change them, when two are the same, and when an item counts as answered.

import type { Item, ItemType, Response } from "./attempt.ts";

/** empty: nothing given; partly: some of it; answered: all that the item asks for. */
export type Completeness = "empty" | "partly" | "answered";

const kTypes: ReadonlySet<string> = new Set<ItemType>([
  "single_choice",
  "multiple_choice",
  "true_false",
  "numeric",
  "ordering",
  "matching",
  "hotspot",
]);

/** The item's type, or null where the box asks in a way that this release of the app cannot show. */
export function typeOf(item: Item): ItemType | null {
  return kTypes.has(item.type) ? (item.type as ItemType) : null;
}

/** The choice after a tap on one option of many; null once the last is taken back. */
export function toggleChoice(response: Response | null, option: string): Response | null {
  const chosen = response !== null && "choices" in response ? response.choices : [];
  const next = chosen.includes(option) ? chosen.filter((id) => id !== option) : [...chosen, option];
  return next.length === 0 ? null : { choices: [...next].sort() };
}

export function isChosen(response: Response | null, option: string): boolean {
  if (response === null) return false;
  if ("choice" in response) return response.choice === option;
  return "choices" in response && response.choices.includes(option);
}

export function sameResponse(a: Response | null, b: Response | null): boolean {
  if (a === null || b === null) return a === b;
  if ("choice" in a) return "choice" in b && a.choice === b.choice;
  if ("value" in a) return "value" in b && a.value === b.value;
  if ("number" in a) return "number" in b && a.number === b.number;
  if ("region" in a) return "region" in b && a.region === b.region;
  if ("order" in a) return "order" in b && a.order.join("\n") === b.order.join("\n");
  if ("pairs" in a) return "pairs" in b && samePairs(a.pairs, b.pairs);
  return (
    "choices" in b && a.choices.length === b.choices.length && a.choices.every((id) => b.choices.includes(id))
  );
}

/** A matching counts once every left side has its partner; everything else once anything is given. */
export function completeness(item: Item, response: Response | null): Completeness {
  if (response === null) return "empty";
  if (!("pairs" in response)) return "answered";
  const given = Object.keys(response.pairs).length;
  if (given === 0) return "empty";
  return given < (item.left ?? []).length ? "partly" : "answered";
}

export function isAnswered(item: Item, response: Response | null): boolean {
  return completeness(item, response) === "answered";
}

/** Where someone goes on whose place nobody knows: the first question that still wants something, else the last one. */
export function placeToResume(items: readonly Item[], given: (item: Item) => Response | null): number {
  const open = items.findIndex((item) => !isAnswered(item, given(item)));
  return open === -1 ? Math.max(0, items.length - 1) : open;
}

type Pairs = Readonly<Record<string, string>>;

function samePairs(a: Pairs, b: Pairs): boolean {
  const lefts = Object.keys(a);
  return lefts.length === Object.keys(b).length && lefts.every((left) => a[left] === b[left]);
}
