import { useEffect, useRef } from "preact/hooks";

/** Long enough that nobody does it by leaning on the glass. */
const kLongPressMs = 2_000;

export interface LongPress {
  readonly onPointerDown: () => void;
  readonly onPointerUp: () => void;
  readonly onPointerLeave: () => void;
  readonly onContextMenu: (event: Event) => void;
}

/** Handlers of an element that does something only when a finger rests on it. */
export function useLongPress(act: () => void): LongPress {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const end = () => clearTimeout(timer.current);
  useEffect(() => end, []);
  return {
    onPointerDown: () => {
      end();
      timer.current = setTimeout(act, kLongPressMs);
    },
    onPointerUp: end,
    onPointerLeave: end,
    // A resting finger also means this to browsers.
    onContextMenu: (event) => event.preventDefault(),
  };
}
