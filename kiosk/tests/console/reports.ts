// What a box in good order tells of itself.

import type { BoxReport } from "../../src/domain/box_report.ts";

export const kNow = "2026-11-27T06:12:05.000Z";
export const kDayMs = 86_400_000;

export function report(more: Partial<BoxReport> = {}): BoxReport {
  return {
    now: kNow,
    started_at: "2026-11-20T06:00:00.000Z",
    site: "demo",
    edge: "box-1",
    station: "Hall 3",
    versions: { edge: "0.1.0", app: "1.0+a", schema: 7 },
    clock_state: "synced",
    alarms: [],
    links: { plant: { state: "up", since: kNow }, centre: { state: "up", since: kNow } },
    relays: [{ name: "relay", through: true, since: kNow }],
    outbox: {
      depth: 0,
      oldest: null,
      parked: 0,
      conflicts: 0,
      bytes: 0,
      quota_bytes: 1_000_000_000,
      last_receipt: null,
      bytes_per_day: null,
      days_until_full: null,
    },
    disk: {
      total_bytes: 32_000_000_000,
      free_bytes: 20_000_000_000,
      database_bytes: 1_000_000,
      bytes_per_day: null,
      days_until_full: null,
    },
    certificates: [],
    kiosks: [],
    sessions: 0,
    content: { operators: 1, assignments: 1, packages: 1 },
    ...more,
  };
}
