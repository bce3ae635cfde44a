// A power cut at any moment: every state of the disk that it can leave holds what was answered. A store that does not
// sync its commits must be found out.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

// Most moments have few writes that wait, and so few states: the others make up for them, but not for all.
const STATES = 21_000;
const STATES_LEAST = 20_000;
const STATES_OF_CONTROL = 4_000;
const bin = process.env.MILLRACE_BIN;
const folder = mkdtempSync(join(tmpdir(), 'millrace-crash-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/// Lets the store work, and returns the log of what it did to its disk.
function logged(name, ...more) {
  const box = join(folder, name);
  const log = join(folder, `${name}.log`);
  mkdirSync(box);
  const load = spawnSync(join(bin, 'crash_load'), [box, ...more], {
    encoding: 'utf8',
    env: { LD_PRELOAD: process.env.MILLRACE_WATCHED_CALLS, MILLRACE_WATCHED_FOLDER: box, MILLRACE_WRITE_LOG: log },
  });
  assert.equal(load.status, 0, load.stderr);
  return log;
}

function checked(log, states) {
  const { status, stdout, stderr } = spawnSync(join(bin, 'crash_states'), [log, '--states', states], { encoding: 'utf8' });
  console.log(stdout);
  return { status, said: stdout + stderr };
}

test('what was answered is in every state that a power cut can leave', () => {
  const { status, said } = checked(logged('synced'), STATES);
  assert.equal(status, 0, said);
  const [, states] = said.match(/^(\d+) different states/m);
  assert.ok(states >= STATES_LEAST, `only ${states} states differ`);
});

test('a store that does not sync its commits is found out', () => {
  const { status, said } = checked(logged('unsynced', '--unsynced'), STATES_OF_CONTROL);
  assert.equal(status, 1, said);
  assert.match(said, /^ *\d+ {2}answer lost$/m);
});
