import { useEffect, useRef } from "preact/hooks";
import { kIdleLockMs } from "../domain/idle.ts";

/** Where nobody is signed in there is nothing to warn about: the screen just goes back to the first one. */
export function useLeaveWhenQuiet(leave: () => void): void {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    const go = () => latest.current();
    let timer = setTimeout(go, kIdleLockMs);
    const stir = () => {
      clearTimeout(timer);
      timer = setTimeout(go, kIdleLockMs);
    };
    document.addEventListener("pointerdown", stir);
    document.addEventListener("keydown", stir);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerdown", stir);
      document.removeEventListener("keydown", stir);
    };
  }, []);
}
