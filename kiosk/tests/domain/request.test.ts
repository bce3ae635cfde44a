import { expect, test } from "vitest";
import {
  dayAfter,
  isFilled,
  kPeopleMost,
  localDay,
  newDraft,
  partsOf,
  type RequestChoices,
  reasonsFor,
  togglePerson,
  withChange,
} from "../../src/domain/request.ts";

const kChoices: RequestChoices = {
  skills: [{ id: "press", title: { en: "Press" } }],
  reasons: [
    { code: "new-task", title: { en: "New task" }, kinds: ["training"] },
    { code: "expires", title: { en: "Expires" }, kinds: ["recertification", "training"] },
    { code: "failed", title: { en: "Failed" }, kinds: ["retest"] },
  ],
  people: [],
};

const codes = (reasons: RequestChoices["reasons"]) => reasons.map(({ code }) => code);

test("a reason is offered only with the kinds of request that it goes with", () => {
  expect(codes(reasonsFor(kChoices, "training"))).toEqual(["new-task", "expires"]);
  expect(codes(reasonsFor(kChoices, "accommodation"))).toEqual([]);
  expect(reasonsFor(kChoices, null)).toEqual([]);
});

test("another kind keeps the reason where it still fits, and drops it where it does not", () => {
  const draft = withChange(
    newDraft("k", false, "en"),
    { kind: "training", reason_code: "expires" },
    kChoices,
  );
  expect(withChange(draft, { kind: "recertification" }, kChoices).reason_code).toBe("expires");
  expect(withChange(draft, { kind: "retest" }, kChoices).reason_code).toBeNull();
});

test("what was sent and got no answer changes no more", () => {
  const frozen = { ...newDraft("k", false, "en"), frozen: true };
  expect(withChange(frozen, { comment: "more" }, kChoices)).toBe(frozen);
});

test("only a leader's request has a part for the people", () => {
  expect(partsOf(newDraft("k", false, "en"))).toEqual([
    "kind",
    "skill",
    "reason",
    "when",
    "comment",
    "check",
  ]);
  expect(partsOf(newDraft("k", true, "en"))[0]).toBe("people");
});

test("each part is filled by what the box wants of it, and a comment may stay away", () => {
  const empty = newDraft("k", true, "en");
  expect(partsOf(empty).filter((part) => isFilled(empty, part))).toEqual(["when", "comment", "check"]);
  const full = {
    ...empty,
    operator_ids: ["a"],
    kind: "training",
    skill: "press",
    reason_code: "new-task",
  } as const;
  expect(partsOf(full).every((part) => isFilled(full, part))).toBe(true);
  expect(isFilled(newDraft("k", false, "en"), "people")).toBe(false);
});

test("as many people as the box takes, and a second tap takes one back", () => {
  const ids = Array.from({ length: kPeopleMost }, (_, i) => `op-${i}`);
  const all = ids.reduce<readonly string[]>(togglePerson, []);
  expect(all).toEqual(ids);
  expect(togglePerson(all, "one-more")).toBe(all);
  expect(togglePerson(all, "op-3")).not.toContain("op-3");
  expect(isFilled({ ...newDraft("k", true, "en"), operator_ids: all }, "people")).toBe(true);
  expect(isFilled({ ...newDraft("k", true, "en"), operator_ids: [...all, "one-more"] }, "people")).toBe(
    false,
  );
});

test("a day can be moved over the ends of months and years, and never before today", () => {
  expect(dayAfter("2026-12-28", 7, "2026-12-01")).toBe("2027-01-04");
  expect(dayAfter("2028-02-28", 1, "2028-02-01")).toBe("2028-02-29");
  expect(dayAfter("2026-12-08", -7, "2026-12-03")).toBe("2026-12-03");
  expect(localDay(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
});
