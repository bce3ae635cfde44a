// The plant box's time, as far as it has told it. A kiosk's own clock may be a day off, and a due date with it.

let box_ms = Number.NaN;
let heard_at_ms = 0;

/** The box said what time it is. */
export function hearPlantTime(time: string): void {
  box_ms = Date.parse(time);
  heard_at_ms = performance.now();
}

/** Before the box was heard, the kiosk's own. */
export function plantTime(): Date {
  return Number.isNaN(box_ms) ? new Date() : new Date(box_ms + performance.now() - heard_at_ms);
}
