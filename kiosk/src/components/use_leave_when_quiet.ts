import { useEffect, useRef } from "preact/hooks";
import { kIdleLockMs } from "../domain/idle.ts";

/** Where nobody is signed in there is nothing to warn about: the screen just goes back to the first one. */
export function useLeaveWhenQuiet(leave: () => void, after_ms = kIdleLockMs): void {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => whenQuiet(() => latest.current(), after_ms), [after_ms]);
}

/** Calls once nobody has touched the screen for so long, and again each time somebody did and it is quiet anew. Returns what ends it. */
export function whenQuiet(go: () => void, after_ms: number): () => void {
  let timer = setTimeout(go, after_ms);
  const stir = () => {
    clearTimeout(timer);
    timer = setTimeout(go, after_ms);
  };
  document.addEventListener("pointerdown", stir);
  document.addEventListener("keydown", stir);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("pointerdown", stir);
    document.removeEventListener("keydown", stir);
  };
}
