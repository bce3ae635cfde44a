// Times in the browser's zone, in the console's one language.

import { ageOf } from "../domain/ages.ts";
import { clockTime, shortTime, stepTime } from "../i18n/times.ts";

const kLanguage = "en";
const iso = (ms: number) => new Date(ms).toISOString();

/** With the year where it is another one. */
function withYear(rfc3339: string, words: string): string {
  const year = new Date(rfc3339).getFullYear();
  return year === new Date().getFullYear() ? words : `${words} (${year})`;
}

/** "06:12", with the date where it is not today. */
export const timeOf = (rfc3339: string) => withYear(rfc3339, shortTime(rfc3339, new Date(), kLanguage));
/** "06:12:05", with the date where it is not today. */
export const stepOf = (rfc3339: string) => withYear(rfc3339, stepTime(rfc3339, new Date(), kLanguage));
export const clockOf = (ms: number) => stepTime(iso(ms), new Date(), kLanguage);
export const hourAt = (ms: number) => clockTime(new Date(ms), kLanguage);
export const timeAt = (ms: number) => timeOf(iso(ms));

/** "23 Nov, 06:12 (4 days ago)" */
export const agoOf = (rfc3339: string, now: string) => `${timeOf(rfc3339)} (${ageOf(rfc3339, now)} ago)`;

/** "Mon 23" */
const kDay = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });
export const dayAt = (ms: number) => kDay.format(ms);

/** "06:10–06:20", the date before it where it is not today. */
export const spanOf = ({ from_ms, to_ms }: { from_ms: number; to_ms: number }) =>
  `${timeAt(from_ms)}–${hourAt(to_ms)}`;
