// Ages, spans and sizes in words, as exact as one needs them and no more exact.

const kMinuteS = 60;
const kHourS = 3_600;
const kDayS = 86_400;
/** From here on the next larger unit says enough. */
const kHoursInHoursMost = 48;
const kDaysInDaysMost = 730;
const kDaysOfYear = 365;

/** "40 s", "3 min", "2 h", "4 days": whole units that have passed. */
export function ageWords(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < kMinuteS) return `${s} s`;
  if (s < kHourS) return `${Math.floor(s / kMinuteS)} min`;
  if (s < kHoursInHoursMost * kHourS) return `${Math.floor(s / kHourS)} h`;
  return `${groupedWords(Math.floor(s / kDayS))} days`;
}

/** How old `time` was at `now`, both RFC 3339. */
export function ageOf(time: string, now: string): string {
  return ageWords((Date.parse(now) - Date.parse(time)) / 1_000);
}

/** "less than a day", "1 day", "12 days", "3 years". */
export function daysWords(days: number): string {
  const whole = Math.floor(days);
  if (whole < 1) return "less than a day";
  if (whole === 1) return "1 day";
  if (whole < kDaysInDaysMost) return `${whole} days`;
  return `${groupedWords(Math.floor(whole / kDaysOfYear))} years`;
}

/** "1 204 382": figures in groups, which no break parts. */
export function groupedWords(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function countWords(count: number, one: string, many: string): string {
  return `${groupedWords(count)} ${count === 1 ? one : many}`;
}

const kByteUnits = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** "512 bytes", "4.2 MB", "29.8 GB", in thousands, as disks are sold. */
export function bytesWords(bytes: number): string {
  let [value, unit] = [Math.max(0, bytes), 0];
  // What rounds to a thousand belongs to the next unit.
  while (value >= 999.5 && unit < kByteUnits.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const text = unit > 0 && value < 99.95 ? value.toFixed(1) : groupedWords(Math.round(value));
  return `${text} ${kByteUnits[unit]}`;
}

/** As the box counts a text. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
