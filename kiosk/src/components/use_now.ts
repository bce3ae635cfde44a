import { useEffect, useState } from "preact/hooks";
import { plantTime } from "../operator/plant_time.ts";

const kSecondMs = 1_000;

/** The plant's time; draws the component again each second. */
export function useNow(): Date {
  const [now, setNow] = useState(() => plantTime());
  useEffect(() => {
    const timer = setInterval(() => setNow(plantTime()), kSecondMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
