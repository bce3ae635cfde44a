// Pictures of the test in progress, fetched while the plant box answers: a question further on must show its own when
// the box is silent by then. They stay in the browser's ordinary cache, for as long as the box allows.

import type { Item } from "../domain/attempt.ts";

export function fetchAhead(items: readonly Item[]): void {
  if (typeof Image === "undefined") return;
  for (const { image } of items) {
    if (typeof image === "string") new Image().src = image;
  }
}
