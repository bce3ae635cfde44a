import { useEffect, useState } from "preact/hooks";

const kSecondMs = 1_000;

/** Draws the component again each second. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), kSecondMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
