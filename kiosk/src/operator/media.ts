// Pictures and recordings of the test in progress, fetched while the plant box answers: a question further on must show and
// speak its own when the box is silent by then. They stay in the browser's ordinary cache, for as long as the box allows.

import type { Item } from "../domain/attempt.ts";
import { textIn } from "../domain/texts.ts";

/** Of what is spoken, the recordings in the language of the moment. */
export function fetchAhead(items: readonly Item[], language: string): void {
  if (typeof Image === "undefined") return;
  for (const { image, audio } of items) {
    if (typeof image === "string") new Image().src = image;
    // Read to its end, for only then it is whole in the cache. Without it the question says that it cannot be played.
    if (audio)
      void fetch(textIn(audio, language))
        .then((sound) => sound.blob())
        .catch(() => null);
  }
}
