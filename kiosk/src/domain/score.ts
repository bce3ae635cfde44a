// Scores are basis points: 8,333 is 83.33 %.

import { localeOf } from "./locale.ts";

/** Exactly what was scored, with no more digits than it has. */
export function percent(score_bp: number, language: string): string {
  return new Intl.NumberFormat(localeOf(language), { style: "percent", maximumFractionDigits: 2 }).format(
    score_bp / 10_000,
  );
}
