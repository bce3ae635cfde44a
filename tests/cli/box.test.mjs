// A box in the hands of plant IT: the millrace program against the real line, a damaged export, a parked record, a disk
// that is lost.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { assignment_of } from '../support/assignments.mjs';
import { Consumer } from '../support/consumer.mjs';
import { event_of_message } from '../support/evidence.mjs';
import { OperatorClient } from '../support/operator_client.mjs';
import { pause, until } from '../support/process.mjs';
import { bin, root, Stack } from '../support/stack.mjs';

const PIN = '4711';
const OPERATORS = ['op-1', 'op-2'];
const TESTS_EACH = 12;
const ANSWERS = { one: { choice: 'a' }, many: { choices: ['a'] }, truth: { value: true }, number: { number: '6.1' } };
const ARRIVES_WITHIN_MS = 120_000;
/// Debian's user who owns nothing, in the place of the daemon's.
const NOBODY = 65_534;

let folder;
let stack;
let consumer;
let clients;
let taken = 0;
/// Event id → the event as it first came.
const received = new Map();
const config = () => join(stack.folder, 'edge', 'edge.toml');
const data = (name = '') => join(stack.folder, 'edge', 'data', name);

function millrace(...args) {
  const { status, stdout, stderr } = spawnSync(join(bin, 'millrace'), ['--config', config(), ...args], {
    encoding: 'utf8',
    env: { ...process.env, SUDO_USER: 'anna' },
  });
  return { status, stdout, stderr };
}

/// Runs it, expects that it works, and returns what it printed.
function done(...args) {
  const { status, stdout, stderr } = millrace(...args);
  assert.equal(status, 0, `millrace ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}

/// Both operators take a test each. Returns the event ids.
async function complete() {
  taken += 1;
  const results = await Promise.all(
    clients.map((client, i) => client.complete(`as-${OPERATORS[i]}-${taken}`, ({ item_id }) => ANSWERS[item_id])),
  );
  return results.map(({ event_id }) => event_id);
}

const all_arrived = (ids) =>
  until('the events have arrived', async () => ids.every((id) => received.has(id)), ARRIVES_WITHIN_MS);
const settled = () =>
  until('everything has its receipt', async () => (await stack.status()).outbox.depth === 0, ARRIVES_WITHIN_MS);

/// What the centre got, as the CloudEvents JSON lines that `verify` takes.
const line_of = ({ attributes, data: bytes }) => JSON.stringify({ ...attributes, data_base64: bytes.toString('base64') });
function exported(name, change = (lines) => lines) {
  const file = join(folder, name);
  writeFileSync(file, change([...received.values()].map(line_of)).join('\n'));
  return file;
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  const packages = join(folder, 'packages');
  mkdirSync(packages);
  cpSync(join(root, 'tests/system/short_check.json'), join(packages, 'short_check.json'));
  stack = await Stack.create({
    folder: join(folder, 'line'),
    operators: OPERATORS.map((id, i) => ({ id, badge: `10${i}`, pin: PIN, name: `Person ${i}`, language: 'en' })),
    assignments: OPERATORS.flatMap((id) =>
      [...Array(TESTS_EACH).keys()].map((n) => assignment_of({
        assignment_id: `as-${id}-${n + 1}`,
        operator_id: id,
        test_id: 'short-check',
        skill: 'line-check',
      })),
    ),
    packages,
  });
  await stack.start();
  clients = OPERATORS.map((_, i) => new OperatorClient({ url: stack.url, badge: `10${i}`, pin: PIN, kiosk: `k${i}` }));
  for (const client of clients) await client.sign_in();
  consumer = new Consumer({
    connection_string: stack.connection_string,
    subscription: 'training',
    sessions_at_once: OPERATORS.length,
    on_message: (message) => {
      if (!received.has(message.messageId)) received.set(message.messageId, event_of_message(message));
    },
  });
  consumer.start();
});

after(async () => {
  await Promise.race([consumer?.stop(), pause(2_000)]);
  const troubles = (await stack?.stop()) ?? [];
  rmSync(folder, { recursive: true, force: true });
  // The SDK holds a socket open for a while.
  setTimeout(() => process.exit(process.exitCode ?? 0), 1_000).unref();
  assert.deepEqual(troubles, []);
});

test('the log of a running box is listed, shown and verified', async () => {
  const ids = [...(await complete()), ...(await complete())];
  await all_arrived(ids);
  await settled();
  const listed = done('events', 'list');
  for (const id of ids) assert.match(listed, new RegExp(`settled .*${id} millrace.test.completed.v1, operator:op-`));
  assert.equal(done('events', 'list', '--last', '1').match(/millrace\.test\.completed/g).length, 1);
  assert.equal(done('events', 'list', '--state', 'parked'), '');
  const shown = done('events', 'show', ids[0]);
  assert.match(shown, /state {6}settled/);
  assert.match(shown, /"testId": "short-check"/, 'the data are decoded');
  assert.match(done('events', 'verify'), /4 records with good hash and signature, .* 0 faults/);
});

test('how the running box is, it says itself', () => {
  const told = done('status');
  for (const line of [/^box +demo \/ box-1, /m, /^plant +up, since /m, /^centre +up, since /m, /^outbox +0 waiting; 0 parked; last receipt /m]) {
    assert.match(told, line);
  }
  assert.match(done('status', '--json'), /^\{"now":"[^\n]*\}\n$/);
  // Its pages are not served here.
  assert.match(millrace('console').stderr, /serves no pages: set http\.kiosk_dir/);
});

test('two writes under one key are listed, and both are shown', async () => {
  assert.match(millrace('conflicts', 'list').stderr, /none/);
  const key = clients[0].last.body.submission_key;
  const refused = await clients[0].reuse_key('as-op-1-1');
  assert.equal(refused.status, 409);
  const { reference } = JSON.parse(refused.text);
  const time = String.raw`\d{4}-\d\d-\d\dT\S+Z`;
  assert.match(done('conflicts', 'list'), new RegExp(`^${reference} +${time} +${time} +op-1, k0$`, 'm'));
  const [, came, first] = done('conflicts', 'show', reference).match(
    new RegExp(`^${reference} under the key ${key}\n  came ${time} from op-1 at k0\n([^]*)  first saved ${time} from op-1\n([^]*)$`),
  );
  assert.match(came, /^ {4}open\n {6}assignment +as-op-1-1\n {6}language +en\n$/);
  assert.match(first, /^ {4}submit\n {6}attempt +[0-9a-f-]{36}\n$/);
  assert.match(millrace('conflicts', 'show', 'KC-99').stderr, /there is no such conflict/);

  const backup = join(folder, 'conflicts.backup');
  done('backup', backup);
  const db = new DatabaseSync(backup);
  db.exec(`UPDATE key_conflict SET kiosk = 'k' || char(27) || '[2J', body = body || 'more' || char(27)`);
  db.close();
  assert.match(done('conflicts', 'list', '--database', backup), /op-1, k\?\[2J$/m);
  assert.match(done('conflicts', 'show', reference, '--database', backup), /at k\?\[2J\n[^]* more\?\n/);
  // As after the time for which single answers are kept.
  const later = new DatabaseSync(backup);
  later.exec('DELETE FROM submission');
  later.close();
  assert.match(done('conflicts', 'list', '--database', backup), new RegExp(`^${reference} .* gone `, 'm'));
  assert.match(done('conflicts', 'show', reference, '--database', backup), /first saved is gone/);
});

test('what is missing, altered or foreign in an export is named', () => {
  const verify = (file) => millrace('events', 'verify', '--file', file);
  const good = verify(exported('good.jsonl'));
  assert.equal(good.status, 0, good.stdout);
  assert.match(good.stdout, /records 1 to 4\n/);

  const by_sequence = (lines) => lines.sort((a, b) => (JSON.parse(a).sequence < JSON.parse(b).sequence ? -1 : 1));
  const missing = verify(exported('missing.jsonl', (lines) => by_sequence(lines).toSpliced(1, 1)));
  assert.equal(missing.status, 1);
  assert.match(missing.stdout, /record 2: missing: 2 to 2 are not there/);

  const altered = verify(exported('altered.jsonl', (lines) => [lines[0].replace(/"subject":"[^"]*"/, '"subject":"x"'), ...lines.slice(1)]));
  assert.equal(altered.status, 1);
  assert.match(altered.stdout, /line 1, stream .*: the signature does not hold/);

  const twice = verify(exported('twice.jsonl', (lines) => [...lines, lines[0]]));
  assert.equal(twice.status, 0);
  assert.match(twice.stdout, /4 records with good hash and signature, 1 copies/);

  const nonsense = verify(exported('nonsense.jsonl', (lines) => [...lines, '{"id": 1', '']));
  assert.equal(nonsense.status, 1);
  assert.match(nonsense.stdout, /line 5: it is not JSON/);

  const listed = join(folder, 'listed.jsonl');
  writeFileSync(listed, done('events', 'list', '--json'));
  assert.match(done('events', 'verify', '--file', listed), /4 records .* 0 faults/, 'what list prints, verify reads');
  assert.match(millrace('events', 'verify', '--file', '/nowhere').stderr, /cannot be read/);
});

test('a parked record is replayed with a reason, arrives, and the audit says who', async () => {
  await stack.relay.stop();
  const [first, second] = await complete();
  await stack.edge.stop();
  // As if the relay had refused both: no real Service Bus refuses an event of ours for good.
  const db = new DatabaseSync(data('edge.db'));
  db.exec(`UPDATE record SET state = 'parked', reason = 'too large' WHERE state = 'pending';
           UPDATE stream SET settled_through = last_sequence`);
  db.close();
  await stack.edge.start();
  await stack.relay.start();
  for (const client of clients) await client.sign_in();
  assert.equal((await stack.status()).outbox.parked, 2, 'for the first screen to tell');

  const listed = done('parked', 'list');
  assert.match(listed, /parked .*\n +too large/);
  const [, stream] = listed.match(/stream (\S+)/);
  const place_of = (id) => `${stream}/${listed.match(new RegExp(`(\\d+)  parked .*${id}`))[1]}`;

  assert.equal(millrace('parked', 'replay', place_of(first)).status, 2, 'a reason is needed');
  assert.match(millrace('parked', 'replay', `${stream}/1`, '--reason', 'x').stderr, /record 1 is settled, not parked/);
  assert.match(millrace('parked', 'replay', 'nonsense', '--reason', 'x').stderr, /is not a record/);

  assert.match(done('parked', 'replay', place_of(first), '--reason', 'the limit was raised'), /recorded again as/);
  done('parked', 'discard', place_of(second), '--reason', 'taken again on paper');
  await all_arrived([first]);
  await settled();
  assert.equal(received.get(first).attributes.replayof, place_of(first));
  assert.equal(received.has(second), false);
  assert.equal((await stack.status()).outbox.parked, 0);
  assert.match(millrace('parked', 'list').stderr, /none/);
  assert.match(done('parked', 'show', first), /replay by \S+ for anna: the limit was raised/);
  assert.match(done('events', 'show', second), /discard by \S+ for anna: taken again on paper/);
  assert.match(millrace('parked', 'replay', place_of(first), '--reason', 'x').stderr, /is replayed, not parked/);
  assert.match(done('events', 'verify'), / 0 faults/);
});

test('a disk is lost: the backup goes back, the box opens a new stream, and everything is there', async () => {
  const [, old_key] = [stack.boxes[0].id, stack.boxes[0].public_key];
  await stack.relay.stop();
  const waiting = await complete();
  const backup = join(folder, 'box.backup');
  assert.match(done('backup', backup), /records, .* bytes, whole/);
  assert.equal(statSync(backup).mode & 0o077, 0, 'nobody else may read it');
  assert.match(millrace('backup', backup).stderr, /exists already/);
  assert.match(done('events', 'list', '--database', backup), new RegExp(waiting[0]));
  assert.match(done('events', 'verify', '--database', backup), / 0 faults/);
  assert.match(millrace('restore', backup).stderr, /the box runs: stop it first/);
  await stack.relay.start();
  const later = await complete();
  await all_arrived([...waiting, ...later]);

  await stack.edge.stop();
  rmSync(data(), { recursive: true });
  const broken = join(folder, 'broken.backup');
  writeFileSync(broken, 'this is no database, and longer than its header would be'.repeat(40));
  const refused = millrace('restore', broken);
  assert.equal(refused.status, 2);
  assert.equal(existsSync(data('edge.db')), false, 'nothing was changed');
  // As on a box: the folder is the daemon's, and the command is root's.
  const daemon = process.geteuid() === 0 ? NOBODY : process.geteuid();
  rmSync(data(), { recursive: true });
  mkdirSync(data());
  chownSync(data(), daemon, daemon === NOBODY ? NOBODY : process.getegid());
  done('restore', backup);
  for (const name of readdirSync(data())) assert.equal(statSync(data(name)).uid, daemon, `${name} is the daemon's`);
  // A new disk has a new key, which plant IT enters at the relay.
  const printed = spawnSync(join(bin, 'millrace-edge'), ['--config', config(), '--print-public-key'], { encoding: 'utf8' });
  const [id, key] = printed.stdout.trim().split(' ');
  appendFileSync(
    join(stack.folder, 'relay/boxes.d/demo-box-1.toml'),
    `[[key]]\nid = "${id}"\npublic_key = "${key}"\n`,
  );
  await stack.edge.start();
  for (const client of clients) await client.sign_in();
  const last = await complete().catch((error) => error);
  assert.ok(Array.isArray(last), `the box goes on: ${last}`);
  await all_arrived(last);
  await settled();
  for (const event of [...waiting, ...later, ...last]) assert.ok(received.has(event));
  const keys = ['--public-key', old_key, '--public-key', key];
  assert.match(done('events', 'verify', ...keys), / 0 faults/);
  const everything = millrace('events', 'verify', '--file', exported('all.jsonl'), ...keys);
  assert.doesNotMatch(everything.stdout, /does not hold|is broken|another record/);
  assert.match(done('events', 'list', '--state', 'moved'), new RegExp(waiting[0]));
});

test('a second restore keeps the database that it replaces', async () => {
  const backup = join(folder, 'second.backup');
  done('backup', backup);
  await stack.edge.stop();
  assert.match(done('restore', backup), /the database that was there is .*edge\.db\.before-restore-/);
  assert.match(millrace('parked', 'discard', `${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}/1`, '--reason', 'x').stderr, /the box must run/);
  await stack.edge.start();
  await settled();
});
