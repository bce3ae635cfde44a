// Ten rounds of faults, one of each kind at least. `./dev rounds` runs as many as one likes.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { moved_clock, write_offset } from '../support/moved_clock.mjs';
import { plan } from './plan.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const ROUNDS = 10;
// Always the same: what a change of the product breaks is then found by it, and not by luck.
// Ten rounds of this one hold records in every state, and kill and wipe whatever can be.
const SEED = 2_019;

test('the same seed draws the same faults, another one others', () => {
  const drawn = plan({ seed: SEED, rounds: 200 });
  assert.deepEqual(plan({ seed: SEED, rounds: 200 }), drawn);
  assert.notDeepEqual(plan({ seed: SEED + 1, rounds: 200 }), drawn);
});

test('ten rounds have met every kind of fault', () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const kinds = new Set(plan({ seed, rounds: ROUNDS }).flatMap(({ faults }) => faults.map(({ what }) => what)));
    assert.deepEqual([...kinds].sort(), ['clock', 'full disk', 'kill', 'kill two', 'stop', 'tcp', 'wipe']);
  }
});

test('the clock of a running process moves, there and back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-clock-'));
  const file = join(folder, 'offset');
  const teller = spawn('bash', ['-c', "while read; do printf '%(%s)T\\n' -1; done"], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...moved_clock(file) },
  });
  for (const offset_s of [0, 3_600, -3_600, 315_360_000, -1_700_000_000, 0]) {
    write_offset(file, offset_s);
    teller.stdin.write('\n');
    const [told] = await once(teller.stdout, 'data');
    assert.ok(Math.abs(Number(told) - offset_s - Date.now() / 1000) < 10, `${offset_s}: ${told}`);
  }
  teller.stdin.end();
  await once(teller, 'exit');
  rmSync(folder, { recursive: true });
});

test('no record is lost, altered or out of order under any of them', () => {
  const { status } = spawnSync(process.execPath, [join(here, 'main.mjs'), `--rounds=${ROUNDS}`, `--seed=${SEED}`], { stdio: 'inherit' });
  assert.equal(status, 0);
});
