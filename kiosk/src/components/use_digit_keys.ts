// Digits and letters from a keyboard, or from a reader that acts as one, wherever the focus is.

import { useLayoutEffect, useRef } from "preact/hooks";

export interface DigitKeys {
  /** `at_ms`: when the key was pressed, however late the page came to it. */
  character(character: string, at_ms: number): void;
  back(): void;
  /** True if Enter was meant for what was typed, and not for the button in focus. */
  enter(at_ms: number): boolean;
}

export function useDigitKeys(keys: DigitKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  // With the screen, and not after it: the first key may come at once.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Enter") {
        if (latest.current.enter(event.timeStamp)) event.preventDefault();
      } else if (event.key === "Backspace") {
        latest.current.back();
        event.preventDefault();
      } else if (/^[\p{L}0-9-]$/u.test(event.key)) {
        latest.current.character(event.key, event.timeStamp);
        event.preventDefault();
      }
    };
    document.addEventListener("keydown", pressed, { capture: true });
    return () => document.removeEventListener("keydown", pressed, { capture: true });
  }, []);
}
