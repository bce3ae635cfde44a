import { expect, test } from "vitest";
import type { Item, Response } from "../../src/domain/attempt.ts";
import { shownAnswer } from "../../src/domain/given.ts";
import {
  type AnswerRow,
  answeredElsewhere,
  referenceOf,
  settlesSubmission,
} from "../../src/domain/outbox_row.ts";

const item = (response: Response | null, more: Partial<Item> = {}): Item => ({
  item_id: "q1",
  version: 1,
  position: 1,
  type: "single_choice",
  stem: { en: "Which?" },
  options: ["a", "b", "c"].map((id) => ({ id, text: { en: `Option ${id}` } })),
  response,
  flagged: false,
  ...more,
});

const row = (submission_key: string, base: Response | null, response: Response | null) =>
  ({
    kind: "answer",
    submission_key,
    base,
    answer: { submission_key, item_id: "q1", response, flagged: false },
  }) as AnswerRow;

const a: Response = { choice: "a" };
const b: Response = { choice: "b" };
const c: Response = { choice: "c" };

test.each<[string, Response | null, AnswerRow[], string[]]>([
  ["the box has what it had before", null, [row("k1", null, a)], []],
  ["the box has the answer already", a, [row("k1", null, a)], []],
  ["the box has the first of two", a, [row("k1", null, a), row("k2", a, b)], []],
  ["another screen answered", c, [row("k1", null, a)], ["k1"]],
  ["another screen answered after two", c, [row("k1", null, a), row("k2", a, b)], ["k1", "k2"]],
  ["another screen took an answer back", null, [row("k1", a, b)], ["k1"]],
])("%s", (_, response, rows, keys) => {
  expect(answeredElsewhere([item(response)], rows)).toEqual(keys);
});

test("the reference is the box's, else the end of the key", () => {
  const key = "0192f0c0-1111-7222-8333-4444445f9a21";
  expect(referenceOf({ code: "x", reference: "KC-12" }, key)).toBe("KC-12");
  expect(referenceOf({ code: "x", reference: null }, key)).toBe("S-5F9A21");
});

test.each([
  [409, "attempt-closed", true, true],
  [409, "stale-lease", true, true],
  [409, "key-reused", true, true],
  [401, "wrong-pin", true, false],
  [401, "wrong-badge", true, false],
  [429, "locked-out", true, false],
  [401, "wrong-witness", true, false],
  [403, "witness-not-allowed", true, false],
  [401, "not-signed-in", false, false],
  [403, "bad-csrf", false, false],
  [429, "too-many-requests", false, false],
  [507, "no-space", false, false],
])(
  "a submission answered with %i %s is settled: %s, and after a try without an answer: %s",
  (status, code, at_first, later) => {
    const problem = { status, code, detail: "", retry_after_s: null };
    expect(settlesSubmission(problem, false)).toBe(at_first);
    expect(settlesSubmission(problem, true)).toBe(later);
  },
);

test("answers are kept in words", () => {
  const given = (response: unknown, more: object = {}) =>
    shownAnswer(item(null, more), 3, response as Response | null).given;
  expect(given(a)).toEqual([{ kind: "text", text: { en: "Option a" } }]);
  expect(given({ choices: ["a", "c"] })).toHaveLength(2);
  expect(given({ order: ["c", "a", "b"] })[0]).toEqual({ kind: "text", text: { en: "Option c" } });
  expect(given({ value: false })).toEqual([{ kind: "truth", value: false }]);
  expect(given({ number: "7" }, { unit: "mm" })).toEqual([{ kind: "number", number: "7", unit: "mm" }]);
  expect(given({ region: "r" }, { regions: [{ id: "r", label: { en: "Valve" } }] })).toEqual([
    { kind: "text", text: { en: "Valve" } },
  ]);
  const sides = { left: [{ id: "l", text: { en: "L" } }], right: [{ id: "r", text: { en: "R" } }] };
  expect(given({ pairs: { l: "r" } }, sides)).toEqual([
    { kind: "pair", left: { en: "L" }, right: { en: "R" } },
  ]);
  expect(given({ choice: "gone" })).toEqual([{ kind: "text", text: { en: "gone" } }]);
  expect(given(null)).toEqual([]);
});
