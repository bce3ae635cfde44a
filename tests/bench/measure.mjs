// Times, percentiles, and what a process used.
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const TICKS_PER_S = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const SYNCS = 100;
const BLOCK_BYTES = 4096;

/// The smallest value that a share of all does not exceed.
export function percentile(ascending, share) {
  return ascending.length === 0 ? null : ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
}

export function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(sorted, share));
  return { count: sorted.length, p50, p95, p99, most: sorted.at(-1) ?? null };
}

/// {times: phase → spread, raw: phase → all times, refused, given_up} of all kiosks together.
export function summary(kiosks) {
  const raw = {};
  for (const { times } of kiosks) {
    for (const [phase, list] of times) (raw[phase] ??= []).push(...list);
  }
  const times = Object.fromEntries(Object.entries(raw).map(([phase, list]) => [phase, spread(list)]));
  const all = (name) => kiosks.flatMap((kiosk) => kiosk[name]);
  return { times, raw, refused: all('refused'), given_up: all('given_up') };
}

/// The processor's time that a process has taken so far, in seconds.
function cpu_seconds(pid) {
  // After the name in parentheses: state is field 3, utime and stime are 14 and 15.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/// Call what it returns for the seconds since.
export function stopwatch(pid) {
  const began = performance.now();
  const cpu = cpu_seconds(pid);
  return () => ({ seconds: (performance.now() - began) / 1000, cpu_seconds: cpu_seconds(pid) - cpu });
}

/// The median of appending a block to a file and syncing it: what any durable save pays at least.
export function fsync_ms(folder) {
  const file = openSync(join(folder, 'sync'), 'a');
  const block = Buffer.alloc(BLOCK_BYTES);
  const times = Array.from({ length: SYNCS }, () => {
    const began = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  return spread(times).p50;
}

/// Numbers of [0, 1) from a seed (mulberry32).
export function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}
