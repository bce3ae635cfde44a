import { expect, test } from "vitest";
import { uuidV7 } from "../../src/domain/submission_key.ts";

test("a key is a UUID of version 7 with its time in front", () => {
  const random = Uint8Array.from({ length: 10 }, (_, i) => 0xf0 + i);
  // The example of RFC 9562, appendix A.6, has this time.
  expect(uuidV7(0x017f22e279b0, random)).toBe("017f22e2-79b0-70f1-b2f3-f4f5f6f7f8f9");
});

test("keys made later sort later", () => {
  const most = new Uint8Array(10).fill(0xff);
  const least = new Uint8Array(10);
  expect(uuidV7(1_700_000_000_000, most) < uuidV7(1_700_000_000_001, least)).toBe(true);
});

test("too little randomness is refused", () => {
  expect(() => uuidV7(0, new Uint8Array(9))).toThrow(RangeError);
});
