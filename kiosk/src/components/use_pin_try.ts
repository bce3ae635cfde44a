import { useState } from "preact/hooks";
import type { HandInHindrance } from "../operator/hindrance.ts";
import { plantTime } from "../operator/plant_time.ts";
import { useNow } from "./use_now.ts";

export interface PinTry {
  readonly busy: boolean;
  /** Seconds until the box looks at a PIN again; it counts wrong ones and makes people wait. */
  readonly wait_s: number;
  readonly hindrance: HandInHindrance;
  readonly give: (pin: string) => void;
  /** Nothing of this is about whoever comes next. */
  readonly forget: () => void;
}

/** One try after another of something that takes a PIN. */
export function usePinTry(act: (pin: string) => Promise<HandInHindrance>): PinTry {
  const [busy, setBusy] = useState(false);
  const [hindrance, setHindrance] = useState<HandInHindrance>(null);
  const [open_at_ms, setOpenAt] = useState(0);
  const wait_s = Math.max(0, Math.ceil((open_at_ms - useNow().getTime()) / 1_000));
  const give = async (pin: string) => {
    setBusy(true);
    setHindrance(null);
    const came = await act(pin);
    setBusy(false);
    setHindrance(came);
    if (
      came !== null &&
      typeof came === "object" &&
      came.code === "locked-out" &&
      came.retry_after_s !== null
    ) {
      setOpenAt(plantTime().getTime() + came.retry_after_s * 1_000);
    }
  };
  const forget = () => {
    setHindrance(null);
    setOpenAt(0);
  };
  return { busy, wait_s, hindrance, give: (pin) => void give(pin), forget };
}
