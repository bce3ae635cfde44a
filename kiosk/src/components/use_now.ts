import { signal } from "@preact/signals";
import { plantTime } from "../operator/plant_time.ts";

const kSecondMs = 1_000;

/** One clock for all that shows the time: it is drawn together, and a tap meets one drawing a second at the most. */
const now = signal(plantTime());
setInterval(() => {
  now.value = plantTime();
}, kSecondMs);

/** The plant's time; draws the component again each second. */
export function useNow(): Date {
  return now.value;
}
