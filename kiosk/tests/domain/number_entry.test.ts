import { describe, expect, test } from "vitest";
import {
  cleanTyped,
  kNumberEntryCharactersMost,
  type NumberKey,
  pressKey,
  toNumber,
} from "../../src/domain/number_entry.ts";

/** A sign, a mark, and nine digits on each side: the most that the box takes. */
const kLongest = "-123456789.123456789";

const typed = (keys: readonly NumberKey[], mark: "," | "." = ",") =>
  keys.reduce((text, key) => pressKey(text, key, mark), "");

describe("the pad", () => {
  test("writes digits and one decimal mark", () => {
    expect(typed(["1", "2", "mark", "5", "mark", "0"])).toBe("12,50");
  });

  test("puts a nought before a leading mark", () => {
    expect(typed(["mark", "5"])).toBe("0,5");
    expect(typed(["sign", "mark", "5"], ".")).toBe("-0.5");
  });

  test("does not keep a leading nought before a digit", () => {
    expect(typed(["0", "0", "7"])).toBe("7");
    expect(typed(["sign", "0", "7"])).toBe("-7");
  });

  test("turns the sign back and forth", () => {
    expect(typed(["5", "sign"])).toBe("-5");
    expect(typed(["5", "sign", "sign"])).toBe("5");
  });

  test("deletes one character, or all", () => {
    expect(typed(["1", "2", "back"])).toBe("1");
    expect(typed(["1", "2", "clear"])).toBe("");
  });

  test("writes every number that a package may ask for", () => {
    const longest = [...kLongest.replace("-", "")].map((one) => (one === "." ? "mark" : one) as NumberKey);
    expect(typed([...longest, "sign"], ".")).toBe(kLongest);
    expect(typed(["sign", ...longest], ".")).toBe(kLongest);
    expect(kLongest).toHaveLength(kNumberEntryCharactersMost);
  });

  test("stops at nine digits on each side of the mark", () => {
    const nines = Array<NumberKey>(12).fill("9");
    expect(typed(nines)).toBe("999999999");
    expect(typed(["sign", ...nines, "mark", ...nines])).toBe("-999999999,999999999");
    expect(typed(["0", "mark", ...nines])).toBe("0,999999999");
  });
});

describe("the number for the box", () => {
  test.each([
    ["12,50", "12.50"],
    ["12.5", "12.5"],
    ["-0,2", "-0.2"],
    ["007", "7"],
    ["0", "0"],
    ["12,", "12"],
    [kLongest, kLongest],
  ])("%s is %s", (text, number) => {
    expect(toNumber(text)).toBe(number);
  });

  test.each(["", "-", ",", "1,2,3", "1e3", " 1"])("'%s' is no number yet", (text) => {
    expect(toNumber(text)).toBeNull();
  });
});

test("a keyboard leaves digits, one mark and a leading minus", () => {
  expect(cleanTyped("-1a2.3,4")).toBe("-12.34");
  expect(cleanTyped("5-")).toBe("5");
  expect(cleanTyped(kLongest)).toBe(kLongest);
  expect(cleanTyped("1234567890,1234567890")).toBe("123456789,123456789");
});
