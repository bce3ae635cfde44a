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

/** The time alone on the same day, with the date on others: "06:12", "23 Nov, 06:12". */
export function shortTime(rfc3339: string, now: Date, language: string): string {
  return sinceDay(kClock, rfc3339, now, language);
}

/** The same to the second: "06:12:33", "23 Nov, 06:12:33". */
export function stepTime(rfc3339: string, now: Date, language: string): string {
  return sinceDay({ ...kClock, second: "2-digit" }, rfc3339, now, language);
}

function sinceDay(clock: Intl.DateTimeFormatOptions, rfc3339: string, now: Date, language: string): string {
  const time = new Date(rfc3339);
  const today = Math.abs(now.getTime() - time.getTime()) < kDayMs && time.getDate() === now.getDate();
  return format(language, today ? clock : { day: "numeric", month: "short", ...clock }, time);
}

/** A day of the calendar, "2026-12-01", is that day in every time zone: read as a time it would be the day before in America. */
export function dateOf(text: string): Date {
  return new Date(text.includes("T") ? text : `${text}T12:00:00`);
}

/** "Monday, 23 November" */
export function longDate(time: Date, language: string): string {
  return format(language, { weekday: "long", day: "numeric", month: "long" }, time);
}

/** "17 Dec 2027", of a time or of a day of the calendar. */
export function mediumDate(text: string, language: string): string {
  return format(language, { day: "numeric", month: "short", year: "numeric" }, dateOf(text));
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
