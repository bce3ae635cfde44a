import { useState } from "preact/hooks";
import { secondsLeft, type TimeReading } from "../domain/countdown.ts";
import { pinWait } from "../domain/outcome.ts";
import type { HandInHindrance } from "../operator/hindrance.ts";
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

const kNoWait: TimeReading = { remaining_s: null, read_at_ms: 0 };

/** One try after another of something that takes a PIN. */
export function usePinTry(act: (pin: string) => Promise<HandInHindrance>): PinTry {
  const [busy, setBusy] = useState(false);
  const [hindrance, setHindrance] = useState<HandInHindrance>(null);
  const [wait, setWait] = useState(kNoWait);
  useNow();
  const wait_s = secondsLeft(wait, performance.now()) ?? 0;
  const give = async (pin: string) => {
    setBusy(true);
    setHindrance(null);
    const came = await act(pin);
    setBusy(false);
    setHindrance(came);
    // The wrong PIN that begins a wait says so itself: the right one would come too late to be told.
    const wait_s = came !== null && typeof came === "object" ? pinWait(came) : null;
    if (wait_s !== null) setWait({ remaining_s: wait_s, read_at_ms: performance.now() });
  };
  const forget = () => {
    setHindrance(null);
    setWait(kNoWait);
  };
  return { busy, wait_s, hindrance, give: (pin) => void give(pin), forget };
}
