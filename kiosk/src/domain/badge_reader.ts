// A badge reader is a keyboard: it types the number and Enter. A person may do the same, slower.

/** Longer pauses start a new number, so that a stray key in the morning does not spoil the next badge. */
export const kBadgeKeyGapMs = 4_000;
export const kBadgeCharactersMost = 32;

/** Collects keys into badge numbers. */
export class BadgeReader {
  private text = "";
  private last_ms = 0;

  /** The whole badge at Enter, else null. */
  key(key: string, now_ms: number): string | null {
    if (now_ms - this.last_ms > kBadgeKeyGapMs) this.text = "";
    this.last_ms = now_ms;
    if (key === "Enter") {
      const badge = this.text;
      this.text = "";
      return badge === "" ? null : badge;
    }
    if (/^[0-9A-Za-z-]$/.test(key) && this.text.length < kBadgeCharactersMost) this.text += key;
    return null;
  }

  /** True while a number is being typed: Enter then belongs to it and not to the button in focus. */
  get reading(): boolean {
    return this.text !== "";
  }
}
