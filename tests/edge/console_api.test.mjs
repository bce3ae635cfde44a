// docs/console-api.yaml against a real line: the box's own socket gives a pass, a session begins with it, and what the
// console shows and decides is what the log says.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask_socket } from '../support/admin_socket.mjs';
import { ApiDocument, read_document } from '../support/api_document.mjs';
import { assignment_of } from '../support/assignments.mjs';
import { OperatorClient } from '../support/operator_client.mjs';
import { until } from '../support/process.mjs';
import { root, Stack } from '../support/stack.mjs';
import { Screen } from './screen.mjs';

const PIN = '4711';
const TESTS = 5;
const ANSWERS = { one: { choice: 'a' }, many: { choices: ['a'] }, truth: { value: true }, number: { number: '6.1' } };
/// Served as the kiosk's pages: the API is what is looked at here.
const PAGES = join(root, 'kiosk', 'public');
const ARRIVES_WITHIN_MS = 60_000;

/// Only a failing disk or somebody else's hold on the database has them, and each write of the box does (kiosk_api.test.mjs).
const NOT_MET = /^POST \/admin\/v1\/parked\/.* (503|507)$|^POST \/admin\/v1\/passes 409$/;
/// kWrongPinsAtOnce (edge/roster/try_budget.hpp), of which some were used up before.
const WRONG_CODES_AT_ONCE = 60;
/// What no answer of this journey says, each with its reason.
const NEVER_TOLD = {
  'Box.certificates.of = authority': 'kiosks stand on the box itself: https.test.mjs sees it',
  'Box.certificates.of = broker': 'the broker here knows boxes by their addresses',
  'Box.certificates.of = kiosks': 'kiosks stand on the box itself: https.test.mjs sees it',
};
/// How well the machine's clock is kept is the machine's.
const OF_THE_MACHINE = /^Box\.clock_state = /;

let folder;
let stack;
let client;
let done = 0;
const answers = [];
const document = new ApiDocument(read_document('console-api.yaml'));
const screen = () => new Screen(stack.url, answers);

/// Asks on the box's own socket, as the command line does.
async function local(method, path, body = null) {
  const answer = await ask_socket(join(stack.folder, 'edge', 'data'), method, path, body);
  answers.push({ method, path, body, ...answer });
  return answer;
}

const pass = async (who = 'anna') => (await local('POST', '/admin/v1/passes', { for: who })).json;

async function signed_in(who) {
  const console_page = screen();
  const { status, json } = await console_page.ask('POST', '/admin/v1/session', { code: (await pass(who)).code });
  assert.equal(status, 201);
  console_page.write = (method, path, body, headers = {}) =>
    console_page.ask(method, path, body, { 'x-millrace-csrf': json.csrf, ...headers });
  return console_page;
}

/// Takes a test; returns its result.
async function complete() {
  done += 1;
  return client.complete(`as-${done}`, ({ item_id }) => ANSWERS[item_id]);
}

const settled = () =>
  until('everything has its receipt', async () => (await stack.status()).outbox.depth === 0, ARRIVES_WITHIN_MS);

/// As if the relay had refused what waits: no real Service Bus refuses an event of ours for good.
async function park_what_waits(more = '') {
  await stack.edge.stop();
  const db = new DatabaseSync(stack.database);
  db.exec(`UPDATE record SET state = 'parked', reason = 'too large', receipted_at = recorded_at WHERE state = 'pending';
           UPDATE stream SET settled_through = last_sequence; ${more}`);
  db.close();
  await stack.edge.start();
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-console-'));
  stack = await Stack.create({
    folder: join(folder, 'line'),
    operators: [{ id: 'op-1', badge: '100', pin: PIN, name: 'Nadia Petrova', language: 'en' }],
    assignments: [...Array(TESTS).keys()].map((n) => assignment_of({
      assignment_id: `as-${n + 1}`, operator_id: 'op-1', test_id: 'short-check', skill: 'line-check',
    })),
    packages: join(root, 'tests', 'system'),
    kiosk: PAGES,
  });
  await stack.start();
  client = new OperatorClient({ url: stack.url, badge: '100', pin: PIN, kiosk: 'gate-3' });
});

after(async () => {
  const troubles = (await stack?.stop()) ?? [];
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(troubles, []);
});

test('without a pass of the socket nobody sees or decides anything', async () => {
  const stranger = screen();
  for (const path of ['session', 'box', 'history?hours=24', 'parked', 'conflicts']) {
    assert.equal((await stranger.ask('GET', `/admin/v1/${path}`)).status, 401, path);
  }
  const decision = `/admin/v1/parked/${crypto.randomUUID()}/1/`;
  for (const action of ['replay', 'discard']) {
    assert.equal((await stranger.ask('POST', decision + action, { reason: 'x' })).status, 401, action);
  }
  assert.equal((await stranger.ask('DELETE', '/admin/v1/session')).status, 401);
  assert.equal((await fetch(`${stack.url}/admin/v1/passes`, { method: 'POST' })).status, 404, 'passes are for the socket');
  await client.sign_in();
  const operator = screen();
  await operator.sign_in('100', PIN);
  answers.pop();
  assert.equal((await operator.ask('GET', '/admin/v1/box')).status, 401, 'an operator is not plant IT');
});

test('a pass is good once, and from the box\'s own page alone', async () => {
  const { code, addresses } = await pass();
  assert.deepEqual(addresses, [`${stack.url}/console.html`]);
  const page = screen();
  assert.equal((await page.ask('POST', '/admin/v1/session', { code }, { origin: 'https://elsewhere.example' })).status, 403);
  assert.equal((await page.ask('POST', '/admin/v1/session', { code }, { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await page.ask('POST', '/admin/v1/session', { code, more: 1 })).status, 400);
  assert.equal((await page.ask('POST', '/admin/v1/session', { code: 'A'.repeat(43) })).json.type, 'urn:millrace:problem:unknown-code');
  const begun = await page.ask('POST', '/admin/v1/session', { code });
  assert.equal(begun.status, 201);
  assert.match(begun.json.actor, / for anna$/);
  assert.equal((await screen().ask('POST', '/admin/v1/session', { code })).status, 401, 'it is used up');
  assert.deepEqual((await page.ask('GET', '/admin/v1/session')).json.csrf, begun.json.csrf);
  assert.equal((await local('POST', '/admin/v1/passes', { for: 'x'.repeat(25) })).status, 400);
});

test('the cookie is for this box\'s console alone, and no script sees it', async () => {
  const { code } = await pass();
  const answer = await fetch(`${stack.url}/admin/v1/session`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }),
  });
  const [cookie] = answer.headers.getSetCookie();
  for (const part of ['Path=/admin/v1', 'HttpOnly', 'SameSite=Strict']) assert.match(cookie, new RegExp(part));
});

test('the box tells how it is, on the socket as in the browser', async () => {
  await complete();
  await settled();
  const told = { 'x-millrace-kiosk': encodeURIComponent('Tor 3 – Süd'), 'x-millrace-app': '0.1.0+12ab34cd' };
  await fetch(`${stack.url}/api/v1/status`, { headers: told });
  await fetch(`${stack.url}/api/v1/status`, { headers: { 'x-millrace-kiosk': '%zz' } });
  const page = await signed_in();
  const { json: box } = await page.ask('GET', '/admin/v1/box');
  const { json: same } = await local('GET', '/admin/v1/box');
  assert.deepEqual({ ...same, now: 0 }, { ...box, now: 0 });
  assert.deepEqual([box.links.plant.state, box.links.centre.state], ['up', 'up']);
  assert.deepEqual(box.relays.map(({ through }) => through), [true]);
  assert.ok(box.relays[0].since >= box.started_at && box.relays[0].since <= box.now);
  assert.deepEqual([box.outbox.depth, box.outbox.oldest, box.outbox.parked], [0, null, 0]);
  assert.ok(box.outbox.last_receipt !== null);
  assert.equal(box.kiosks.length, 1);
  assert.equal(box.kiosks[0].name, 'Tor 3 – Süd');
  assert.equal(box.kiosks[0].app, '0.1.0+12ab34cd');
  assert.deepEqual(box.content, { operators: 1, assignments: TESTS, packages: 1 });
  const { json: history } = await page.ask('GET', '/admin/v1/history?hours=24');
  assert.equal(history.recorded.at(-1), history.received.at(-1));
  assert.ok(history.recorded.at(-1) >= 1);
  assert.equal(history.waiting.at(-1), 0);
  assert.equal((await page.ask('GET', '/admin/v1/history?hours=168')).json.waiting.length, 168);
  for (const wrong of ['?hours=25', '']) assert.equal((await page.ask('GET', `/admin/v1/history${wrong}`)).status, 400);
});

test('what waits while the relay is away is told, and when each kiosk was last seen outlives a restart', async () => {
  await stack.relay.stop();
  await complete();
  const page = await signed_in();
  await until('the box knows that the relay is gone', async () =>
    (await page.ask('GET', '/admin/v1/box')).json.links.centre.state !== 'up', ARRIVES_WITHIN_MS);
  const { json: box } = await page.ask('GET', '/admin/v1/box');
  assert.equal(box.outbox.depth, 1);
  assert.ok(box.outbox.oldest !== null);
  assert.equal((await page.ask('GET', '/admin/v1/history?hours=24')).json.waiting.at(-1), 1);
  // The next look at what is new stores it.
  await until('the kiosk is stored', () => {
    const db = new DatabaseSync(stack.database, { readOnly: true });
    const [{ known }] = db.prepare('SELECT count(*) AS known FROM kiosk').all();
    db.close();
    return known === 1;
  }, ARRIVES_WITHIN_MS);
  await stack.edge.stop();
  await stack.edge.start();
  assert.equal((await page.ask('GET', '/admin/v1/box')).status, 401, 'sessions end with the box');
  const again = await signed_in();
  assert.deepEqual((await again.ask('GET', '/admin/v1/box')).json.kiosks, box.kiosks);
  await stack.broker.stop();
  await until('the box knows that the broker is gone', async () =>
    (await again.ask('GET', '/admin/v1/box')).json.links.plant.state === 'down', ARRIVES_WITHIN_MS);
  assert.equal((await again.ask('GET', '/admin/v1/box')).json.links.centre.state, 'unknown', 'nobody can tell');
  await stack.broker.start();
});

test('a parked record is replayed or given up with a reason, which stands in the audit under the name of who did it', async () => {
  await complete();
  await park_what_waits();
  const page = await signed_in('berta');
  const { json: parked } = await page.ask('GET', '/admin/v1/parked');
  assert.equal(parked.records.length, 2);
  assert.equal(parked.more, false);
  const [first, second] = parked.records;
  assert.deepEqual([first.reason, first.type, first.partition], ['too large', 'millrace.test.completed.v1', 'operator:op-1']);
  const path = ({ stream_id, sequence }, action) => `/admin/v1/parked/${stream_id}/${sequence}/${action}`;

  assert.equal((await page.ask('POST', path(first, 'replay'), { reason: 'x' })).status, 403, 'a page needs the token');
  assert.equal((await page.write('POST', path(first, 'discard'), { reason: 'x' }, { origin: 'https://elsewhere.example' })).status, 403);
  assert.equal((await page.ask('DELETE', '/admin/v1/session')).status, 403);
  for (const [action, good] of [['replay', 'it fits now'], ['discard', 'taken on paper']]) {
    assert.equal((await page.write('POST', path(first, action), { reason: good }, { 'content-type': 'text/plain' })).status, 415);
    for (const reason of ['', 'x'.repeat(513)]) {
      assert.equal((await page.write('POST', path(first, action), { reason })).status, 400);
    }
    assert.equal((await page.write('POST', path(first, action), { reason: good, for: 'carla' })).status, 400, 'under one\'s own name');
    assert.equal((await page.write('POST', path({ ...first, sequence: 999 }, action), { reason: good })).status, 404);
    assert.equal((await page.write('POST', path({ ...first, sequence: 1 }, action), { reason: good })).status, 409);
  }
  const longest = 'ü'.repeat(256);
  const replayed = await page.write('POST', path(first, 'replay'), { reason: longest });
  assert.equal(replayed.status, 200);
  assert.ok(replayed.json.sequence > second.sequence);
  assert.equal((await page.write('POST', path(second, 'discard'), { reason: 'taken on paper' })).status, 204);
  const { json: after_it } = await page.ask('GET', '/admin/v1/parked');
  assert.deepEqual(after_it.records, []);
  assert.deepEqual(after_it.decisions.map(({ action, sequence, reason }) => [action, sequence, reason]), [
    ['discard', second.sequence, 'taken on paper'], ['replay', first.sequence, longest],
  ]);
  for (const { actor } of after_it.decisions) assert.match(actor, / for berta$/);
  await stack.relay.start();
  await settled();
});

test('a damaged record can only be given up', async () => {
  await stack.relay.stop();
  await complete();
  await park_what_waits(`UPDATE payload SET data = CAST(data || x'00' AS BLOB)
    WHERE id = (SELECT payload FROM record WHERE state = 'parked')`);
  const page = await signed_in();
  const [record] = (await page.ask('GET', '/admin/v1/parked')).json.records;
  assert.equal(record.damaged, true);
  const path = `/admin/v1/parked/${record.stream_id}/${record.sequence}`;
  assert.equal((await page.write('POST', `${path}/replay`, { reason: 'x' })).status, 409);
  assert.equal((await page.write('POST', `${path}/discard`, { reason: 'x' })).status, 204);
  await stack.relay.start();
});

test('of more parked records than a page shows the first stand there, and that there are more', async () => {
  await stack.relay.stop();
  await complete();
  await park_what_waits(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
    INSERT INTO record (stream, sequence, event_id, attributes, payload, size_bytes, prevhash, hash, signature, key_id, state, reason, recorded_at)
    SELECT stream, sequence + i, randomblob(16), attributes, payload, size_bytes, prevhash, hash, signature, key_id, state, reason, recorded_at
    FROM record JOIN n WHERE state = 'parked'`);
  const page = await signed_in();
  const { json: parked } = await page.ask('GET', '/admin/v1/parked');
  assert.equal(parked.records.length, 200);
  assert.equal(parked.more, true);
  const { json: box } = await page.ask('GET', '/admin/v1/box');
  assert.equal(box.outbox.parked, 201);
  await stack.relay.start();
});

test('a submission under a used key is found by the reference that the operator\'s screen shows', async () => {
  const { text } = await client.reuse_key('as-1');
  const page = await signed_in();
  const { json } = await page.ask('GET', '/admin/v1/conflicts');
  assert.equal(json.conflicts.length, 1);
  const [{ reference, operator_id, kiosk, same_operator }] = json.conflicts;
  assert.equal(reference, JSON.parse(text).reference);
  assert.deepEqual([operator_id, kiosk, same_operator], ['op-1', 'gate-3', true]);
});

test('after signing out nothing is left', async () => {
  const page = await signed_in();
  assert.equal((await page.write('DELETE', '/admin/v1/session')).status, 204);
  assert.equal((await page.ask('GET', '/admin/v1/box')).status, 401);
});

test('a machine that tries codes has to wait, and its operators sign in all the same', async () => {
  const page = screen();
  const tries = [];
  for (let i = 0; i <= WRONG_CODES_AT_ONCE && tries.at(-1) !== 429; i += 1) {
    tries.push((await page.ask('POST', '/admin/v1/session', { code: 'wrong' })).status);
  }
  assert.equal(tries.at(-1), 429);
  assert.equal((await page.ask('POST', '/admin/v1/session', { code: (await pass()).code })).status, 429);
  await screen().sign_in('100', PIN);
  answers.pop();
});

test('every answer of this journey is as described, and it met every status that is', () => {
  assert.deepEqual(answers.flatMap((answer) => document.faults_of(answer)), []);
  assert.deepEqual(document.statuses.filter((name) => !document.seen.has(name) && !NOT_MET.test(name)), []);
  for (const { path, headers } of answers) assert.equal(headers['cache-control'], 'no-store', path);
});

test('whatever an answer may say is said in some answer', () => {
  for (const answer of answers) document.faults_of(answer);
  assert.deepEqual(document.never_told.filter((word) => !OF_THE_MACHINE.test(word)), Object.keys(NEVER_TOLD));
});
