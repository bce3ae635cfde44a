// The practice items: one of each type, made here and scored here, for nothing of them is recorded.

import type { Response } from "./attempt.ts";

/** Right if it says the same; the order of choices does not matter, nor how a number is written. */
export function isRight(given: Response | null, right: Response): boolean {
  if (given === null) return false;
  if ("number" in given) return "number" in right && Number(given.number) === Number(right.number);
  if ("choices" in given) {
    return "choices" in right && [...given.choices].sort().join() === [...right.choices].sort().join();
  }
  return JSON.stringify(ordered(given)) === JSON.stringify(ordered(right));
}

/** With the members of each object in order, so that two of the same content read the same. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, inner]) => [name, ordered(inner)]),
  );
}
