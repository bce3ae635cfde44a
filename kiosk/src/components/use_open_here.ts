import { useLayoutEffect, useState } from "preact/hooks";
import { useKiosk } from "./kiosk_context.ts";

/** Whether a dialog of the bar is open, and what opens and closes it. It does not outlast the screen under it. */
export function useOpenHere(): [boolean, (open: boolean) => void] {
  const shown = useKiosk().screen.value;
  // The list of one's work is shown anew by itself, to the same person.
  const screen = shown.name === "work" ? shown.name : shown;
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => () => setOpen(false), [screen]);
  return [open, setOpen];
}
