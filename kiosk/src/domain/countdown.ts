// Time left. The box owns the timer; between its answers the screen counts on from the last reading.

export interface TimeReading {
  /** As the box said; null where the test has no limit. */
  readonly remaining_s: number | null;
  /** The page's monotonic clock at that moment. */
  readonly read_at_ms: number;
}

/** The last five minutes are shown as a warning, in words too. */
export const kTimeShortS = 300;

export function secondsLeft(reading: TimeReading, now_ms: number): number | null {
  if (reading.remaining_s === null) return null;
  return Math.max(0, Math.ceil(reading.remaining_s - (now_ms - reading.read_at_ms) / 1_000));
}

/** "12:05"; from an hour on "1:02:05". */
export function minutesAndSeconds(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
