import { expect, test } from "vitest";
import { initials } from "../../src/domain/initials.ts";
import { beginningWith, folded, lettersAfter, padLetters } from "../../src/domain/roster.ts";
import { isClockUnset, isLeader, type Operator, serviceOf } from "../../src/domain/status.ts";

const kPeople = [
  { id: "1", name: "Zoë Yılmaz" },
  { id: "2", name: "Anna Kowalska" },
  { id: "3", name: "Łukasz Groß" },
  { id: "4", name: "Ana Maria de Souza" },
  { id: "5", name: "محمد علي" },
];
const found = (letters: string) => beginningWith(kPeople, letters).map(({ id }) => id);

test.each([
  ["YIL", ["1"]],
  ["an", ["4", "2"]],
  ["ANA M", ["4"]],
  ["lukasz", ["3"]],
  ["gross", ["3"]],
  ["souza", ["4"]],
  ["علي", ["5"]],
  ["owalska", []],
  [" ", []],
])("%s finds whose name, or a part of it, begins so", (letters, ids) => {
  expect(found(letters)).toEqual(ids);
});

test("only letters that lead to somebody are offered next", () => {
  expect([...lettersAfter(kPeople, "an")].sort()).toEqual(["A", "N"]);
  expect([...lettersAfter(kPeople, "anax")]).toEqual([]);
});

test("the pad has the Latin letters, and after them the others that can come next, and no more", () => {
  const keys = (letters: string) => padLetters(lettersAfter(kPeople, letters));
  expect(keys("").slice(0, 26).join("")).toBe("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  expect(keys("").slice(26)).toEqual(["ع", "م"]);
  expect(keys("م").slice(26)).toEqual(["ح"]);
  expect(keys("an").slice(26)).toEqual([]);
});

test("a plant of Chinese names has a key for each family name, and then for what comes after it", () => {
  const people = ["王小明", "王芳", "李娜"].map((name) => ({ id: name, name }));
  expect(padLetters(lettersAfter(people, "")).slice(26)).toEqual(["李", "王"]);
  expect(padLetters(lettersAfter(people, "王")).slice(26)).toEqual(["小", "芳"]);
});

test("case and accents do not count", () => {
  expect(folded("ŁUKASZ Ævar Groß")).toBe("lukasz aevar gross");
});

test.each([
  ["Anna Kowalska", "AK"],
  ["Ana Maria de Souza", "AS"],
  ["Mei", "M"],
  ["  ", ""],
  ["𠮷野 家", "𠮷家"],
])("the initials of %s are %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

const kStatus = { storage: "ok" } as Parameters<typeof serviceOf>[0] & object;

test("a kiosk is in service when the box answers and can store", () => {
  expect(serviceOf(null, true)).toBe("starting");
  expect(serviceOf(kStatus, true)).toBe("in_service");
  expect(serviceOf({ ...kStatus, storage: "full" }, true)).toBe("out_of_service");
  expect(serviceOf({ ...kStatus, storage: "full" }, false)).toBe("no_box");
});

test.each([
  ["synced", false],
  ["holdover", false],
  ["untrusted", true],
])("a clock that is %s: the screens say that it is not set: %s", (clock_state, is_said) => {
  expect(isClockUnset({ ...kStatus, clock_state })).toBe(is_said);
  expect(isClockUnset(null)).toBe(false);
});

test("a leader is who has the role, and an older box that tells no roles has none", () => {
  const person: Operator = { id: "1", name: "A", language: "en" };
  expect(isLeader({ ...person, roles: ["operator", "team_leader"] })).toBe(true);
  expect(isLeader({ ...person, roles: ["witness"] })).toBe(false);
  expect(isLeader(person)).toBe(false);
  expect(isLeader(null)).toBe(false);
});
