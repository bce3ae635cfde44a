import { useLayoutEffect, useState } from "preact/hooks";
import { useKiosk } from "./kiosk_context.ts";

/** Whether a dialog of the bar is open, and what opens and closes it. It does not outlast the screen under it. */
export function useOpenHere(): [boolean, (open: boolean) => void] {
  const screen = useKiosk().screen.value.name;
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => () => setOpen(false), [screen]);
  return [open, setOpen];
}
