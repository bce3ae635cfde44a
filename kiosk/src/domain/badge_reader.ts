// A badge reader is a keyboard: it types the number and Enter. A person may do the same, slower.

/** Longer pauses start a new number, so that a stray key in the morning does not spoil the next badge. */
export const kBadgeKeyGapMs = 4_000;
/** As the box's roster has them: edge/roster/roster.cpp. */
export const kBadgeCharactersMost = 64;
/** Longer than any reader waits between two keys: what a hand typed before such a pause is no part of a badge. */
export const kHandPauseMs = 500;
/** A reader's keys, and the Enter after them, are no further apart; of a hand's, two may be, but not five in a row. */
export const kReaderKeyGapMs = 50;
/** As short as a PIN may be: nothing shorter is sent as one, and three keys and Enter might be a quick hand's. */
export const kReaderCharactersLeast = 4;

/** Printable ASCII without the space. The keys with names, as Shift, are longer. */
export function isBadgeCharacter(key: string): boolean {
  return /^[!-~]$/.test(key);
}

/** Where a hand types: takes for a badge what came too fast for a hand, and nothing else. */
export function readerAmongHands(): BadgeReader {
  return new BadgeReader(kReaderKeyGapMs, kReaderCharactersLeast);
}

/** Collects keys into badge numbers. */
export class BadgeReader {
  private readonly gap_ms: number;
  private readonly characters_least: number;
  private text = "";
  /** Where it goes on after the last pause of a hand. */
  private after_pause = 0;
  private last_ms = 0;

  constructor(gap_ms = kBadgeKeyGapMs, characters_least = 1) {
    this.gap_ms = gap_ms;
    this.characters_least = characters_least;
  }

  /** How much of a badge has come. */
  get length(): number {
    return this.text.length;
  }

  /** The whole badge at Enter, else null. `by_reader`: that Enter was a reader's, and so was what stands before it. */
  key(key: string, now_ms: number, by_reader = false): string | null {
    // A reader stays where it is.
    if (now_ms - this.last_ms > this.gap_ms || key === "Tab") this.text = "";
    if (this.text === "") this.after_pause = 0;
    else if (now_ms - this.last_ms > kHandPauseMs) this.after_pause = this.text.length;
    this.last_ms = now_ms;
    if (key === "Enter") {
      const badge = by_reader ? this.text.slice(this.after_pause) : this.text;
      this.text = "";
      return badge.length < this.characters_least ? null : badge;
    }
    if (isBadgeCharacter(key) && this.text.length < kBadgeCharactersMost) this.text += key;
    return null;
  }
}
