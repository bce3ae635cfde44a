// Every state of the protocol's model is looked at; a rule that is left out is found missing.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const model = join(dirname(fileURLToPath(import.meta.url)), 'delivery.pml');
const folder = mkdtempSync(join(tmpdir(), 'millrace-model-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/// Spin writes the verifier, which looks for broken assertions and for runs in which the line never drains.
function verify(...settings) {
  execFileSync('spin', ['-Pclang-19 -E -x c', '-a', ...settings, model], { cwd: folder, stdio: 'pipe' });
  execFileSync('clang-19', ['-O2', '-w', '-o', 'verify', 'pan.c'], { cwd: folder, stdio: 'pipe' });
  const { status, stdout } = spawnSync('./verify', ['-a', '-m1000000', '-w24'], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  assert.doesNotMatch(stdout, /max search depth too small|out of memory/);
  const [, errors] = stdout.match(/errors: (\d+)/);
  const [, states] = stdout.match(/(\d+) states, stored/);
  console.log(`${settings.join(' ')}: ${states} states, ${errors} errors`);
  return { errors: Number(errors), states: Number(states) };
}

test('three records, three faults: nothing lost, nothing out of order, and it drains', () => {
  const { errors, states } = verify('-DRECORDS=3', '-DWINDOW=2', '-DFAULTS=3');
  assert.equal(errors, 0);
  assert.ok(states > 100_000, 'the model shrank');
});

for (const rule of ['TIMER', 'BASE', 'ORDER', 'DOUBT', 'RECEIPT_FROM_STORAGE']) {
  test(`without ${rule.toLowerCase().replaceAll('_', ' ')} something breaks`, () => {
    assert.ok(verify('-DRECORDS=3', '-DWINDOW=2', '-DFAULTS=3', `-DWITHOUT_${rule}`).errors > 0);
  });
}
