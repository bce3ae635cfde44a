import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Measure {
  /** CSS pixels; 0 before it was measured. */
  readonly width: number;
  /** Of its text. */
  readonly em: number;
}

/** How wide a place is and how large its text, so that a drawing keeps its letters undistorted. */
export function useMeasure(): [RefObject<HTMLDivElement | null>, Measure] {
  const place = useRef<HTMLDivElement>(null);
  const [measure, setMeasure] = useState<Measure>({ width: 0, em: 0 });
  useLayoutEffect(() => {
    const measured = place.current;
    if (measured === null) return;
    const watch = new ResizeObserver(() =>
      setMeasure({ width: measured.clientWidth, em: Number.parseFloat(getComputedStyle(measured).fontSize) }),
    );
    watch.observe(measured);
    return () => watch.disconnect();
  }, []);
  return [place, measure];
}
