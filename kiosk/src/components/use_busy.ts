import { useState } from "preact/hooks";

/** Whether the act is under way, and what begins it. */
export function useBusy(act: () => Promise<unknown>): [boolean, () => void] {
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  return [busy, () => void begin()];
}
