import { expect, test } from "vitest";
import { codeIn } from "../../src/domain/console_code.ts";
import {
  certificateView,
  clockOff,
  clockWords,
  diskMark,
  kioskView,
  linkMark,
  needsOf,
  quotaMark,
} from "../../src/domain/console_view.ts";
import { kReasonBytesMost, reasonTrouble } from "../../src/domain/decision_reason.ts";
import { kDayMs, kNow, report } from "../console/reports.ts";

const at = (ms: number) => new Date(Date.parse(kNow) + ms).toISOString();
const ends = (ms: number) => certificateView({ of: "broker", names: [], until: at(ms) }, kNow);

test.each([
  [384 * kDayMs, "good", "384 days left"],
  [30.5 * kDayMs, "good", "30 days left"],
  [30 * kDayMs, "warn", "30 days left"],
  [7.1 * kDayMs, "warn", "7 days left"],
  [7 * kDayMs, "bad", "7 days left"],
  [3_600_000, "bad", "less than a day left"],
  [0, "bad", "ran out 0 s ago"],
  [-3 * kDayMs, "bad", "ran out 3 days ago"],
])("a certificate that ends in %s ms is %s: %s", (ms, mark, left) => {
  expect(ends(ms)).toMatchObject({ mark, left });
});

const kiosk = (more: object) => ({
  name: "gate-3",
  address: "10.0.0.3",
  app: "1.0+a",
  last_seen: kNow,
  ...more,
});

test("a kiosk is gone when nobody heard of it for five minutes, and not before", () => {
  expect(kioskView(kiosk({ last_seen: at(-299_999) }), report()).gone).toBeNull();
  expect(kioskView(kiosk({ last_seen: at(-300_000) }), report()).gone).toBe("not seen for 5 min");
});

test("a kiosk's app is another than the box's only where both are known", () => {
  const other = (app: string, served: string) =>
    kioskView(kiosk({ app }), report({ versions: { edge: "1", app: served, schema: 7 } })).other_app;
  expect([other("1.0+a", "1.0+a"), other("0.9+b", "1.0+a"), other("", "1.0+a"), other("1.0+a", "")]).toEqual([
    false,
    true,
    false,
    false,
  ]);
  expect(kioskView(kiosk({ app: "" }), report()).app).toBe("app not known");
});

test("the clocks differ only where they do so for sure by more than two seconds", () => {
  const off = (ms: number, slack_ms = 20) => clockOff(kNow, { at_ms: Date.parse(kNow) - ms, slack_ms });
  expect([off(0), off(2_000), off(-2_010)]).toEqual([null, null, null]);
  expect(off(2_100)).toBe("2 s ahead of");
  expect(off(-90_000)).toBe("1 min behind");
  // An answer that took eight seconds tells the time to four.
  expect([off(5_000, 4_000), off(6_500, 4_000)]).toEqual([null, "6 s ahead of"]);
});

test("what the page does not know is not known", () => {
  expect(linkMark({ state: "unknown", since: null })).toBe("unknown");
  expect(clockWords("drifting")).toEqual(["unknown", "Not known: the box says “drifting”"]);
  expect(clockWords("untrusted")[0]).toBe("bad");
});

test("room is little from four fifths on, or when it ends within a month", () => {
  const disk = (free_bytes: number, days_until_full: number | null) =>
    diskMark({ ...report().disk, total_bytes: 100, free_bytes, days_until_full });
  expect([disk(20, null), disk(19, null), disk(50, 31), disk(50, 30)]).toEqual([
    "good",
    "warn",
    "good",
    "warn",
  ]);
  const quota = (bytes: number) => quotaMark({ ...report().outbox, bytes, quota_bytes: 100 });
  expect([quota(79), quota(80), quota(100)]).toEqual(["good", "warn", "bad"]);
});

test("nothing needs anybody at a box where all is well", () => {
  expect(needsOf(report())).toEqual([]);
});

test("alarms come first, and what an alarm tells of is not told twice", () => {
  const alarms = [
    { name: "records-parked", reason: "2 are parked", since: kNow },
    { name: "certificate-expires", reason: "https.pem", since: kNow },
  ];
  const outbox = { ...report().outbox, parked: 2 };
  const certificates = [
    { of: "kiosks", names: [], until: at(3 * kDayMs) },
    { of: "broker", names: [], until: at(20 * kDayMs) },
  ] as const;
  const names = (more: object) => needsOf(report(more)).map(({ name, mark }) => `${name} ${mark}`);
  expect(names({ alarms, outbox, certificates })).toEqual([
    "records-parked bad",
    "certificate-expires bad",
    "certificate warn",
  ]);
  expect(names({ outbox, certificates, clock_state: "untrusted" })).toEqual([
    "records-parked warn",
    "clock warn",
    "certificate bad",
    "certificate warn",
  ]);
});

test("little room needs somebody, and is not told twice where an alarm tells of it", () => {
  const disk = { ...report().disk, total_bytes: 100_000_000_000, free_bytes: 19_000_000_000 };
  const outbox = { ...report().outbox, bytes: 80_000_000, quota_bytes: 100_000_000 };
  const told = (more: object) => needsOf(report({ disk, outbox, ...more })).map(({ name }) => name);
  expect(needsOf(report({ disk, outbox }))).toEqual([
    { name: "outbox", reason: "80.0 MB of the outbox’s 100 MB wait for receipts", since: null, mark: "warn" },
    { name: "disk", reason: "19.0 GB of 100 GB are free", since: null, mark: "warn" },
  ]);
  const ends = { ...report().disk, days_until_full: 12.5 };
  expect(needsOf(report({ disk: ends }))).toMatchObject([
    { reason: "20.0 GB of 32.0 GB are free; full in 12 days, if the database goes on growing" },
  ]);
  const alarm = (name: string) => ({ alarms: [{ name, reason: "", since: kNow }] });
  expect(told(alarm("outbox-filling"))).toEqual(["outbox-filling", "disk"]);
  expect(told(alarm("storage-full"))).toEqual(["storage-full"]);
});

test("a code is taken alone, or from the address at whose end it stands", () => {
  const code = "7Q2K-9MXD";
  expect([code, `#${code}`, ` https://box:8080/console.html#${code}\n`].map(codeIn)).toEqual([
    code,
    code,
    code,
  ]);
  expect(codeIn("  ")).toBe("");
});

test("a reason has one byte at the least, and no more than the box takes", () => {
  expect([reasonTrouble("  \n"), reasonTrouble("x"), reasonTrouble("x".repeat(kReasonBytesMost))]).toEqual([
    "missing",
    null,
    null,
  ]);
  expect(reasonTrouble("ö".repeat(kReasonBytesMost / 2 + 1))).toBe("too-long");
});
