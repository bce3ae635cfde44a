// A wall clock that is moved for one process and its children; the monotonic clock goes on as before
// (tests/rounds/clock_step.cpp).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin } from './stack.mjs';

const LIBRARY = join(bin, '..', 'tests', 'rounds', 'libmillrace_clock_step.so');

/// Read by the library at each look at the clock: written in place, in one go.
export function write_offset(file, seconds, flag = 'r+') {
  const nanoseconds = Buffer.alloc(8);
  nanoseconds.writeBigInt64LE(BigInt(seconds) * 1_000_000_000n);
  writeFileSync(file, nanoseconds, { flag });
}

/// The environment under which a process's clock is what `file` says; it begins with `seconds`.
export function moved_clock(file, seconds = 0) {
  write_offset(file, seconds, 'w');
  return { LD_PRELOAD: LIBRARY, MILLRACE_CLOCK_OFFSET: file };
}
