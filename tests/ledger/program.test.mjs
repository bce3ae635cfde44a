// The program on files: what it prints, and with which code it ends.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'millrace-ledger-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const STREAM = '00000000-0000-7000-8000-000000000099';
const EVENT = '00000000-0000-7000-8000-000000000001';
const BODY = '7'.repeat(64);
const HASH = '1'.padStart(64, '0');
const NOTHING = '0'.repeat(64);

const record = { stream: STREAM, sequence: 1, event_id: EVENT, session: 'operator:op-1', hash: HASH };
const run = { kind: 'run', boxes: ['box-1'], bounds: { edge: { descriptors: 100 } } };
const invoked = { kind: 'invoked', submission: EVENT, session: record.session, body_hash: BODY };
const answered = {
  kind: 'answered', submission: EVENT, status: 201, saved: true, body_hash: BODY,
  event_id: EVENT, stream: STREAM, sequence: 1,
};
const captured = { kind: 'captured', box: 'box-1', ...record, prevhash: NOTHING, submission: EVENT };
const received = { kind: 'received', ...record, notice: false, marked: false };
const settled = { kind: 'settled', box: 'box-1', event_id: EVENT, stream: STREAM, sequence: 1 };
const fault = { kind: 'fault', what: 'kill -9', part: 'relay', state: 'in flight' };
const drained = { kind: 'drained', within_ms: 5, bound_ms: 100 };
const counts = { kind: 'counts', answered: 1, outcomes: 1, records: 1, received_distinct: 1 };
const end = { kind: 'end' };
const good = [run, invoked, answered, captured, received, settled, fault, drained, counts, end];

function judged(lines) {
  const file = join(folder, 'history.jsonl');
  writeFileSync(file, lines.map((line, i) => `${JSON.stringify({ at_ms: i, ...line })}\n`).join(''));
  const { status, stdout, stderr } = spawnSync(join(process.env.MILLRACE_BIN, 'millrace_ledger'), [file], { encoding: 'utf8' });
  /// Invariant → held, violated, or not looked at.
  const verdicts = Object.fromEntries([...stdout.matchAll(/^(I\d+) +(held|violated|not looked at) /gm)].map(([, id, is]) => [id, is]));
  return { status, stdout, stderr, verdicts };
}

test('a good history is held, and what it says nothing about is not looked at', () => {
  const { status, verdicts, stdout } = judged(good);
  assert.equal(status, 0, stdout);
  const silent = { I3: true, I5: true, I8: true, I10: true, I11: true };
  const expected = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => `I${i + 1}`).map((id) => [id, silent[id] ? 'not looked at' : 'held']),
  );
  assert.deepEqual(verdicts, expected);
  assert.match(stdout, /^I11 +not looked at .*the history lacks a scan/m);
});

test('a lost record is violated, with its line and its name', () => {
  const { status, stdout, verdicts } = judged([run, invoked, answered, captured, end]);
  assert.equal(status, 1);
  assert.equal(verdicts.I1, 'violated');
  assert.equal(verdicts.I7, 'held');
  assert.match(stdout, new RegExp(`^ +line 3: ${EVENT} was saved, and neither arrived nor is in sight$`, 'm'));
});

test('a history that does not end is no proof, and a violation in it still counts', () => {
  const cut = judged(good.slice(0, -1));
  assert.equal(cut.status, 2);
  assert.match(cut.stderr, /the history does not end/);
  assert.equal(cut.verdicts.I1, 'not looked at');
  assert.equal(judged([run, { kind: 'leak', where: 'edge.log', canary: 'c1' }]).status, 1);
});

test('a malformed line is an error that names it', () => {
  const { status, stderr } = judged([run, { ...captured, hash: 'x' }, end]);
  assert.equal(status, 2);
  assert.match(stderr, /history\.jsonl: line 2: 'hash' is not 32 bytes in hex/);
});

test('a file that is not there is an error', () => {
  assert.equal(spawnSync(join(process.env.MILLRACE_BIN, 'millrace_ledger'), [join(folder, 'nothing')]).status, 2);
});
