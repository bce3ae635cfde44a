// Times as people read them, in the plant's own time zone.

import { localeOf } from "../domain/locale.ts";

const kDayMs = 86_400_000;

/** Midnight is 00:00, also where people would write 24:00. */
const kClock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** "06:12" */
export function clockTime(time: Date, language: string): string {
  return format(language, kClock, time);
}

/** "06:12:33" */
export function exactTime(rfc3339: string, language: string): string {
  return format(language, { ...kClock, second: "2-digit" }, new Date(rfc3339));
}

/** The time alone on the same day, with the date on others. */
export function shortTime(rfc3339: string, now: Date, language: string): string {
  const time = new Date(rfc3339);
  const today = Math.abs(now.getTime() - time.getTime()) < kDayMs && time.getDate() === now.getDate();
  return today
    ? clockTime(time, language)
    : format(language, { day: "numeric", month: "short", ...kClock }, time);
}

/** "Monday, 23 November" */
export function longDate(time: Date, language: string): string {
  return format(language, { weekday: "long", day: "numeric", month: "long" }, time);
}

/** "17 Dec 2027" */
export function mediumDate(rfc3339: string, language: string): string {
  return format(language, { day: "numeric", month: "short", year: "numeric" }, new Date(rfc3339));
}

export type DayPart = "morning" | "day" | "evening" | "night";

export function dayPart(time: Date): DayPart {
  const hour = time.getHours();
  if (hour >= 4 && hour < 11) return "morning";
  if (hour >= 11 && hour < 18) return "day";
  return hour >= 18 && hour < 22 ? "evening" : "night";
}

function format(language: string, style: Intl.DateTimeFormatOptions, time: Date): string {
  return new Intl.DateTimeFormat(localeOf(language), style).format(time);
}
