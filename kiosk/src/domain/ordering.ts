// Putting options into an order, one move at a time.

import type { Item, Response } from "./attempt.ts";

/**
 * The order to draw: the operator's, else the shuffled one that the box gave. The latter is no answer: an item that
 * nobody has touched stays empty, however it happens to stand.
 */
export function shownOrder(item: Item, response: Response | null): readonly string[] {
  const options = (item.options ?? []).map((option) => option.id);
  if (response === null || !("order" in response)) return options;
  const given = response.order;
  const whole = given.length === options.length && options.every((id) => given.includes(id));
  return whole ? given : options;
}

/** The order with the option at the place (counted from 0); what stood there and after it gives way. */
export function movedTo(order: readonly string[], option: string, place: number): readonly string[] {
  const from = order.indexOf(option);
  if (from === -1) return order;
  const to = Math.min(Math.max(place, 0), order.length - 1);
  const rest = order.filter((id) => id !== option);
  return [...rest.slice(0, to), option, ...rest.slice(to)];
}

/** One place up (-1) or down (+1). */
export function movedBy(order: readonly string[], option: string, by: -1 | 1): readonly string[] {
  return movedTo(order, option, order.indexOf(option) + by);
}
