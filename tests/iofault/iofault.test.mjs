// The calls of a store to its disk fail one by one, once and for good: what was answered stays, and when the disk is
// well again everything goes on. A load that takes a failed commit for done must be found out.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const bin = process.env.MILLRACE_BIN;
// Of the reads and writes, which are many; every other call fails here too.
const STRIDE = { box: 23, relay: 11 };

function runs(part, ...more) {
  const { status, stdout, stderr } = spawnSync(
    join(bin, 'io_runs'),
    [part, '--load', join(bin, 'io_load'), '--library', process.env.MILLRACE_WATCHED_CALLS, ...more],
    { encoding: 'utf8' },
  );
  const [, count, violations] = stdout.match(/^(\d+) runs in .*, (\d+) violations$/m) ?? assert.fail(stdout + stderr);
  return { status, said: stdout + stderr, count: Number(count), violations: Number(violations) };
}

for (const [part, least] of [
  ['box', 350],
  ['relay', 230],
]) {
  test(`no fault makes a ${part} forget what it answered, and it recovers`, () => {
    const { status, said, count } = runs(part, '--stride', STRIDE[part]);
    console.log(said);
    assert.equal(status, 0, said);
    assert.ok(count >= least, `only ${count} faults`);
  });

  test(`a ${part} that takes a failed commit for done is found out`, () => {
    const { status, said, violations } = runs(part, '--stride', STRIDE[part] * 2, '--more=--errors-ignored');
    assert.equal(status, 1, said);
    assert.match(said, /after the fault: answer lost$/m);
    assert.ok(violations > 0);
  });
}
