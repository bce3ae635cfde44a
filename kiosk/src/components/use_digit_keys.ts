// Digits, letters and the other characters of badges from a keyboard, or from a reader that acts as one, wherever the focus is.

import { useLayoutEffect, useRef } from "preact/hooks";
import { isBadgeCharacter, readerAmongHands } from "../domain/badge_reader.ts";

export interface DigitKeys {
  /** `at_ms`: when the key was pressed, however late the page came to it. */
  character(character: string, at_ms: number): void;
  back(): void;
  /**
   * True if Enter was meant for what was typed, and not for the button in focus. `badge`: what came too fast for a hand;
   * that Enter presses nothing in any case.
   */
  enter(at_ms: number, badge: string | null): boolean;
}

/** Whether a hand's Enter is for a button: the one in focus, or one of a dialog. */
export function enterPresses(): boolean {
  return document.querySelector("dialog[open], button:focus, a:focus") !== null;
}

/** A tap leaves the focus where it is: who taps the digits may press Enter on a keyboard, and means what was typed. */
function keepFocus(event: MouseEvent): void {
  if ((event.target as Element).closest("button") !== null) event.preventDefault();
}

export function useDigitKeys(keys: DigitKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  const reader = useRef(readerAmongHands());
  // With the screen, and not after it: the first key may come at once.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Enter") {
        const badge = reader.current.key("Enter", event.timeStamp);
        if (latest.current.enter(event.timeStamp, badge) || badge !== null) event.preventDefault();
      } else if (event.key === "Backspace") {
        latest.current.back();
        event.preventDefault();
      } else if (isBadgeCharacter(event.key) || /^\p{L}$/u.test(event.key)) {
        reader.current.key(event.key, event.timeStamp);
        latest.current.character(event.key, event.timeStamp);
        event.preventDefault();
      }
    };
    document.addEventListener("keydown", pressed, { capture: true });
    document.addEventListener("mousedown", keepFocus);
    return () => {
      document.removeEventListener("keydown", pressed, { capture: true });
      document.removeEventListener("mousedown", keepFocus);
    };
  }, []);
}
