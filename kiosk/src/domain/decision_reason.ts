// The reason that stands in the audit beside what was decided on a parked record.

import { utf8Bytes } from "./ages.ts";

/** The box takes no more. */
export const kReasonBytesMost = 512;

/** What is wrong with it; null: it can be sent. */
export function reasonTrouble(reason: string): "missing" | "too-long" | null {
  const bytes = utf8Bytes(reason.trim());
  return bytes === 0 ? "missing" : bytes > kReasonBytesMost ? "too-long" : null;
}
