import { uuidV7 } from "../domain/submission_key.ts";

/** A new submission key from this browser's clock and randomness. */
export function newSubmissionKey(): string {
  return uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
