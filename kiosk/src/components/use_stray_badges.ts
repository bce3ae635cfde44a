// A badge that is held to the reader where none is asked for presses nothing and writes nothing.

import { useEffect } from "preact/hooks";
import { isBadgeCharacter, readerAmongHands } from "../domain/badge_reader.ts";

export function useStrayBadges(): void {
  useEffect(() => {
    const reader = readerAmongHands();
    let undo = () => {};
    // Last of all that listen: what asks for a badge has kept the browser from the keys that it took.
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const badge = reader.key(event.key, event.timeStamp);
      // Shift comes before a capital, and is no beginning.
      if (reader.length === 1 && isBadgeCharacter(event.key)) undo = textAsItStands();
      if (badge === null || event.defaultPrevented) return;
      event.preventDefault();
      undo();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

/** Writes again what stands in the field in focus now, as if it were typed; nothing without such a field. */
function textAsItStands(): () => void {
  const field = document.activeElement;
  const is_field =
    field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === "text");
  if (!is_field) return () => {};
  const { value, selectionStart, selectionEnd } = field;
  return () => {
    field.value = value;
    field.setSelectionRange(selectionStart, selectionEnd);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
}
