// Submission keys: UUIDv7, made here, so that a write can be sent again and counts once.

const kRandomBytes = 10;

/** RFC 9562, version 7: 48 bits of Unix milliseconds, then `random` (10 bytes) less version and variant. */
export function uuidV7(unix_ms: number, random: Uint8Array): string {
  if (random.length < kRandomBytes) throw new RangeError("uuidV7 needs 10 random bytes");
  const bytes = new Uint8Array(16);
  let time = unix_ms;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes.set(random.subarray(0, kRandomBytes), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
