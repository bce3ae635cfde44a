// What plant IT is told about a box: what needs somebody, and how good or bad a state is. Nothing here is guessed: what
// the box does not say is not known.

import { ageOf, ageWords, bytesWords, countWords, daysWords } from "./ages.ts";
import type { BoxReport, Certificate, SeenKiosk } from "./box_report.ts";
import type { Link } from "./status.ts";

const kDayMs = 86_400_000;
const kCertificateWarnDays = 30;
const kCertificateBadDays = 7;
/** A kiosk that nobody uses asks the box every five seconds. */
const kKioskGoneMs = 5 * 60_000;
/** The clocks of two machines that have a time server are closer. */
const kClockOffMs = 2_000;
const kFillingDays = 30;
const kFullShare = 0.8;

export type Mark = "good" | "warn" | "bad" | "unknown";

export function linkMark({ state }: Link): Mark {
  return state === "up" ? "good" : state === "down" ? "bad" : "unknown";
}

/** What a link is called that the box says is up, down or not known. */
export function linkWords({ state }: Link): string {
  return state === "up" ? "Up" : state === "down" ? "Down" : "Not known";
}

export interface CertificateView {
  readonly title: string;
  readonly mark: Mark;
  readonly left: string;
}

const kCertificateOf = {
  kiosks: "For kiosks",
  authority: "The box’s own authority",
  broker: "For the broker",
} as const;

export function certificateView({ of, until }: Certificate, now: string): CertificateView {
  const left_ms = Date.parse(until) - Date.parse(now);
  const days = left_ms / kDayMs;
  const mark = days <= kCertificateBadDays ? "bad" : days <= kCertificateWarnDays ? "warn" : "good";
  return {
    title: kCertificateOf[of] ?? of,
    mark,
    left: left_ms <= 0 ? `ran out ${ageOf(until, now)} ago` : `${daysWords(days)} left`,
  };
}

export interface KioskView {
  /** Not seen for so long, in words; null: it was seen of late. */
  readonly gone: string | null;
  readonly app: string;
  readonly other_app: boolean;
}

export function kioskView({ app, last_seen }: SeenKiosk, { now, versions }: BoxReport): KioskView {
  const gone = Date.parse(now) - Date.parse(last_seen) >= kKioskGoneMs;
  return {
    gone: gone ? `not seen for ${ageOf(last_seen, now)}` : null,
    app: app === "" ? "app not known" : `app ${app}`,
    // A box without an app of its own has none to compare with.
    other_app: app !== "" && versions.app !== "" && app !== versions.app,
  };
}

/** What was heard, by the browser's clock: in the middle of the request, give or take half of it. */
export interface HeardAt {
  readonly at_ms: number;
  readonly slack_ms: number;
}

/** "12 s ahead of"; null where the clocks agree as far as can be told. */
export function clockOff(now: string, { at_ms, slack_ms }: HeardAt): string | null {
  const off_ms = Date.parse(now) - at_ms;
  if (Math.abs(off_ms) - slack_ms <= kClockOffMs) return null;
  return `${ageWords(Math.abs(off_ms) / 1_000)} ${off_ms > 0 ? "ahead of" : "behind"}`;
}

const kClockStates: Readonly<Record<string, readonly [Mark, string]>> = {
  synced: ["good", "Kept by a time server"],
  holdover: ["warn", "No time server just now; the clock runs on by itself"],
  untrusted: ["bad", "Not trusted by the box itself: set it, or give it a time server"],
};

export function clockWords(state: string): readonly [Mark, string] {
  return kClockStates[state] ?? ["unknown", `Not known: the box says “${state}”`];
}

export function diskMark({ total_bytes, free_bytes, days_until_full }: BoxReport["disk"]): Mark {
  const tight = total_bytes > 0 && free_bytes / total_bytes < 1 - kFullShare;
  return tight || (days_until_full !== null && days_until_full <= kFillingDays) ? "warn" : "good";
}

export function quotaMark({ bytes, quota_bytes }: BoxReport["outbox"]): Mark {
  if (bytes >= quota_bytes) return "bad";
  return bytes >= quota_bytes * kFullShare ? "warn" : "good";
}

export interface Need {
  readonly name: string;
  readonly reason: string;
  readonly since: string | null;
  readonly mark: "warn" | "bad";
}

const has = (report: BoxReport, name: string) => report.alarms.some((alarm) => alarm.name === name);

/** A full disk and a full outbox have alarms of their own, which come later. */
function roomNeeds(report: BoxReport): Need[] {
  const { disk, outbox } = report;
  const needs: Need[] = [];
  const quota = quotaMark(outbox);
  const full = has(report, "storage-full");
  if ((quota === "warn" || quota === "bad") && !full && !has(report, "outbox-filling")) {
    const reason = `${bytesWords(outbox.bytes)} of the outbox’s ${bytesWords(outbox.quota_bytes)} wait for receipts`;
    needs.push({ name: "outbox", reason, since: null, mark: quota });
  }
  if (diskMark(disk) === "warn" && !full) {
    const days = disk.days_until_full;
    const ends = days === null ? "" : `; full in ${daysWords(days)}, if the database goes on growing`;
    const reason = `${bytesWords(disk.free_bytes)} of ${bytesWords(disk.total_bytes)} are free${ends}`;
    needs.push({ name: "disk", reason, since: null, mark: "warn" });
  }
  return needs;
}

/** What wants somebody, worst first: the box's alarms, and what it tells of without an alarm. */
export function needsOf(report: BoxReport): readonly Need[] {
  const needs: Need[] = report.alarms.map((alarm) => ({ ...alarm, mark: "bad" }));
  const { parked } = report.outbox;
  if (parked > 0 && !has(report, "records-parked")) {
    needs.push({
      name: "records-parked",
      reason: `${countWords(parked, "record waits", "records wait")} for a decision`,
      since: null,
      mark: "warn",
    });
  }
  needs.push(...roomNeeds(report));
  if (report.clock_state === "untrusted") {
    needs.push({ name: "clock", reason: clockWords("untrusted")[1], since: null, mark: "warn" });
  }
  for (const certificate of report.certificates) {
    const { title, mark, left } = certificateView(certificate, report.now);
    const told = certificate.of !== "broker" && has(report, "certificate-expires");
    if (told || (mark !== "warn" && mark !== "bad")) continue;
    needs.push({ name: "certificate", reason: `${title}: ${left}`, since: null, mark });
  }
  return needs;
}
