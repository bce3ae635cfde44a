// Every state of the protocol's model is looked at; a rule that is left out is found missing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { verifier } from './spin.mjs';

const FAULTS = process.env.MILLRACE_MODEL_FAULTS ?? '2';

/// Looks for broken assertions and for runs in which the line never drains.
function verify(...settings) {
  const program = verifier(settings);
  const { status, stdout } = spawnSync(program, ['-a', '-m1000000', '-w26'], { cwd: dirname(program), encoding: 'utf8' });
  rmSync(dirname(program), { recursive: true });
  assert.equal(status, 0, stdout);
  assert.doesNotMatch(stdout, /max search depth too small|out of memory/);
  const [, errors] = stdout.match(/errors: (\d+)/);
  const [, states] = stdout.match(/(\d+) states, stored/);
  console.log(`${settings.join(' ')}: ${states} states, ${errors} errors`);
  return { errors: Number(errors), states: Number(states) };
}

test(`three records, ${FAULTS} faults: nothing lost, nothing out of order, and it drains`, () => {
  const { errors, states } = verify('-DRECORDS=3', '-DWINDOW=2', `-DFAULTS=${FAULTS}`);
  assert.equal(errors, 0);
  assert.ok(states > 300_000, 'the model shrank');
});

for (const rule of ['TIMER', 'BASE', 'ORDER', 'DOUBT', 'RECEIPT_FROM_STORAGE']) {
  test(`without ${rule.toLowerCase().replaceAll('_', ' ')} something breaks`, () => {
    assert.ok(verify('-DRECORDS=3', '-DWINDOW=2', `-DFAULTS=${FAULTS}`, `-DWITHOUT_${rule}`).errors > 0);
  });
}
