import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Kiosk } from "../operator/kiosk.ts";

export const KioskContext = createContext<Kiosk | null>(null);

export function useKiosk(): Kiosk {
  const kiosk = useContext(KioskContext);
  if (kiosk === null) throw new Error("a screen was drawn outside the kiosk");
  return kiosk;
}
