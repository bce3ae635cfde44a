// Answers to one item: how taps change them, and when two are the same.

import type { Item, Response } from "./attempt.ts";

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
  return (
    "choices" in b && a.choices.length === b.choices.length && a.choices.every((id) => b.choices.includes(id))
  );
}

/** Where someone who comes back goes on: the first empty question, else the last one. */
export function placeToResume(items: readonly Item[]): number {
  const empty = items.findIndex((item) => item.response === null);
  return empty === -1 ? Math.max(0, items.length - 1) : empty;
}
