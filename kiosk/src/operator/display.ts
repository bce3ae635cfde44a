// How the screen shows things: the size of a millimetre, of the text, motion and colours.

import { effect, signal } from "@preact/signals";
import { kMmPxDefault, readMmPx } from "../domain/calibration.ts";
import type { Kiosk } from "./kiosk.ts";

export type TextSize = "100" | "150" | "200";
export type Motion = "auto" | "off";
export type Theme = "auto" | "light" | "dark";

/** In per cent of the usual size. */
export const kTextSizes: readonly TextSize[] = ["100", "150", "200"];
export const kThemes: readonly Theme[] = ["auto", "light", "dark"];

/** CSS pixels to a millimetre of this screen's glass. */
export const mmPx = signal(kMmPxDefault);
export const textSize = signal<TextSize>("100");
export const motion = signal<Motion>("auto");
export const theme = signal<Theme>("auto");

let store_name = "";
let text_at_start: TextSize = "100";

/** Takes up what this kiosk was told before, and from here on what the signals say is what the page shows. */
export function startDisplay(kiosk_name: string, asked: URLSearchParams): void {
  store_name = `millrace.mm_px.${kiosk_name}`;
  mmPx.value = readMmPx(kept()) ?? kMmPxDefault;
  text_at_start = kTextSizes.find((size) => size === asked.get("text")) ?? "100";
  textSize.value = text_at_start;
  const page = document.documentElement;
  effect(() => page.style.setProperty("--mm", `${mmPx.value}px`));
  effect(() => {
    page.dataset.text = textSize.value;
    page.dataset.motion = motion.value;
    page.dataset.theme = theme.value;
  });
}

/** What somebody wished ends whenever the first screen is shown; what the start address asks for stays. */
export function followOperator(kiosk: Kiosk): void {
  effect(() => {
    if (kiosk.operator.value !== null || kiosk.screen.value.name !== "attract") return;
    textSize.value = text_at_start;
    motion.value = "auto";
    theme.value = "auto";
  });
}

/** False where the browser keeps nothing: then it holds until the page is loaded again. */
export function keepMmPx(mm_px: number): boolean {
  mmPx.value = mm_px;
  try {
    localStorage.setItem(store_name, String(mm_px));
    return true;
  } catch {
    return false;
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(store_name);
  } catch {
    return null;
  }
}
