// How large a millimetre is on this screen, found with a bank card held to the glass.

/** ISO/IEC 7810 ID-1: every bank card, and most badges. */
export const kCardWidthMm = 85.6;
export const kCardHeightMm = 53.98;

/** CSS's own guess: 96 px to the inch. */
export const kMmPxDefault = 96 / 25.4;
/** From a wall screen read from afar to a dense tablet; beyond that someone has mistaken the card. */
export const kMmPxLeast = 2;
export const kMmPxMost = 12;

export function clampMmPx(mm_px: number): number {
  if (!Number.isFinite(mm_px)) return kMmPxDefault;
  return Math.min(Math.max(mm_px, kMmPxLeast), kMmPxMost);
}

/** The calibration after the drawn card has become wider by so many pixels. */
export function widened(mm_px: number, by_px: number): number {
  return clampMmPx(mm_px + by_px / kCardWidthMm);
}

/** What was kept, or null where nothing sensible was. */
export function readMmPx(kept: string | null): number | null {
  if (kept === null || !/^\d+(\.\d+)?$/.test(kept)) return null;
  const mm_px = Number(kept);
  return mm_px >= kMmPxLeast && mm_px <= kMmPxMost ? mm_px : null;
}
