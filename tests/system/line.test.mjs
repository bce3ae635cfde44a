// The whole line with real processes: completions by many operators through the HTTP API, while every part is killed
// and the broker comes back empty. What was answered, stored and received is a history, which the ledger judges; that it
// is signed and prompt is looked at here.
//
// MILLRACE_LINE: "full" (1,000 completions, every part killed twice), "small" (for the sanitizers' builds), or
// "figures" (no kills; what ./dev bench prints).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assignment_of } from '../support/assignments.mjs';
import { Consumer, envelope_of } from '../support/consumer.mjs';
import { decode_event } from '../support/events.mjs';
import { faults_of_run, public_key, Verifier } from '../support/evidence.mjs';
import { OperatorClient } from '../support/operator_client.mjs';
import { until } from '../support/process.mjs';
import { root, Stack } from '../support/stack.mjs';
import { BACKLOG_LEAST, play_faults } from './faults.mjs';
import { held_by_sessions, History, stored_outcomes, stored_records, tell_received, tell_stored } from './ledger.mjs';

const SIZES = {
  // faulted: completions while parts die; quiet: for the latency; held: pile up behind a stopped relay, for the drain.
  full: { operators: 50, faulted: 700, quiet: 100, held: 200, rounds: 2 },
  small: { operators: 20, faulted: 300, quiet: 40, held: 60, rounds: 1 },
  figures: { operators: 50, faulted: 0, quiet: 400, held: 600, rounds: 0 },
};
const size = SIZES[process.env.MILLRACE_LINE ?? 'full'];
const total = size.faulted + size.quiet + size.held;
const CLIENTS = 8;
const PIN = '4711';
const DRAINED_WITHIN_MS = 120_000;
// A session whose link the SDK lost with its connection stays locked for a minute, and only then comes to another.
const SEEN_WITHIN_MS = 90_000;
// What this run has to show.
const HELD = ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I9', 'I12'];

const say = (text) => console.log(`  ${text}`);
const operator_id = (i) => `op-${2000 + i}`;
const session_of = (i) => `operator:${operator_id(i)}`;

let folder;
let history;
let stack;
let consumer;
let clients;
/// [{i: operator, event_id, sequence, score_bp}] as the clients were told.
const results = [];
/// Event id → time of first arrival at the live consumer, and each session's first arrivals in order.
const arrivals = new Map();
const live = new Map();

function assignment(i, n) {
  return assignment_of({
    assignment_id: `as-${2000 + i}-${n}`,
    operator_id: operator_id(i),
    test_id: 'short-check',
    skill: 'line-check',
  });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-line-'));
  const packages = join(folder, 'packages');
  mkdirSync(packages);
  cpSync(join(root, 'tests/system/short_check.json'), join(packages, 'short_check.json'));
  history = new History(join(folder, 'history.jsonl'), { boxes: ['box-1'] });
  const people = [...Array(size.operators).keys()];
  const each = Math.ceil(total / size.operators);
  stack = await Stack.create({
    folder: join(folder, 'line'),
    operators: people.map((i) => ({
      id: operator_id(i),
      badge: String(20_000 + i),
      pin: PIN,
      name: `Operator ${i}`,
      language: 'en',
    })),
    assignments: people.flatMap((i) => [...Array(each).keys()].map((n) => assignment(i, n))),
    packages,
    on_death: (part, end) => {
      history.tell('unhealthy', { what: `${part.name} ended by itself (${end.signal ?? end.code}):\n${part.log_tail()}` });
    },
  });
  await stack.start();
  consumer = new Consumer({
    connection_string: stack.connection_string,
    subscription: 'training',
    sessions_at_once: size.operators,  // else the wait for a turn would be measured
    on_message: (message, at) => {
      const { id, session } = envelope_of(message);
      if (arrivals.has(id)) return;
      arrivals.set(id, at);
      if (!live.has(session)) live.set(session, []);
      live.get(session).push(id);
    },
  });
  consumer.start();
  clients = people.map((i) => new OperatorClient({ url: stack.url, badge: String(20_000 + i), pin: PIN }));
});

after(async () => {
  await Promise.race([consumer?.stop(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  await stack?.stop();
  if (results.length === total) rmSync(folder, { recursive: true, force: true });
  else say(`Logs and data are kept in ${folder}`);
  // The SDK holds a socket open for a while.
  setTimeout(() => process.exit(process.exitCode ?? 0), 1_000).unref();
});

/// Right or wrong by turns, so that scores differ.
function respond(item, position) {
  const right = { one: { choice: 'a' }, many: { choices: ['a', 'c'] }, truth: { value: true }, number: { number: '6.1' } };
  const wrong = { one: { choice: 'b' }, many: { choices: ['b'] }, truth: { value: false }, number: { number: '9' } };
  return (results.length + position) % 3 === 0 ? wrong[item.item_id] : right[item.item_id];
}

/// The event's id is the submission's.
function tell_answer(assignment_id, i, { event_id }) {
  const body_hash = createHash('sha256').update(assignment_id).digest('hex');
  history.tell('invoked', { submission: event_id, session: session_of(i), body_hash });
  history.tell('answered', { submission: event_id, body_hash, status: 200, saved: true, event_id });
}

let next_job = 0;

/// `count` more completions: each client serves its own operators by turns, so that each operator's are in order.
async function complete(count) {
  const last = next_job + count;
  const jobs = Array.from({ length: count }, (_, k) => next_job + k);
  next_job = last;
  const began = Date.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, c) => {
      for (const job of jobs) {
        const i = job % size.operators;
        if (i % CLIENTS !== c) continue;
        const assignment_id = `as-${2000 + i}-${Math.floor(job / size.operators)}`;
        const result = await clients[i].complete(assignment_id, respond);
        results.push({ i, ...result });
        tell_answer(assignment_id, i, result);
      }
    }),
  );
  return count / ((Date.now() - began) / 1000);
}

async function drained() {
  const began = Date.now();
  await until(
    'every record is receipted',
    async () => (await stack.status()).outbox.depth === 0,
    DRAINED_WITHIN_MS,
  );
  history.tell('drained', { within_ms: Date.now() - began, bound_ms: DRAINED_WITHIN_MS });
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))];

test('captures go on while every part of the line is killed, and everything drains', { skip: size.faulted === 0 }, async () => {
  const captured = () => results.length;
  const [rate, faults] = await Promise.all([
    complete(size.faulted),
    play_faults({ stack, rounds: size.rounds, total: size.faulted, captured, history, say }),
  ]);
  const began = Date.now();
  await drained();
  for (const part of ['broker', 'relay', 'edge', 'bus']) {
    const kills = faults.filter(({ kill }) => kill === part);
    assert.equal(kills.length, size.rounds);
    for (const { depth } of kills) assert.ok(depth >= BACKLOG_LEAST);
  }
  const retries = clients.reduce((sum, client) => sum + client.retries, 0);
  say(`captured under faults: ${rate.toFixed(0)}/s; requests made again: ${retries}`);
  say(`drained ${((Date.now() - began) / 1000).toFixed(1)} s after the last capture`);
});

test('a quiet line delivers promptly', async () => {
  const first = results.length;
  const rate = await complete(size.quiet);
  await drained();
  const quiet = results.slice(first);
  await until('the live consumer has them', () => quiet.every(({ event_id }) => arrivals.has(event_id)), SEEN_WITHIN_MS);
  const latencies = quiet
    .map(({ event_id, saved_at }) => arrivals.get(event_id) - Date.parse(saved_at))
    .sort((a, b) => a - b);
  say(`captured by ${CLIENTS} clients: ${rate.toFixed(0)} completions/s`);
  say(
    `saved to received: p50 ${percentile(latencies, 50)} ms, p95 ${percentile(latencies, 95)} ms, ` +
      `p99 ${percentile(latencies, 99)} ms, most ${latencies.at(-1)} ms`,
  );
});

test('a backlog drains by itself', async () => {
  stack.relay.signal('SIGSTOP');
  await complete(size.held);
  const { outbox } = await stack.status();
  assert.ok(outbox.depth >= size.held, `${outbox.depth} records wait`);
  const began = Date.now();
  stack.relay.signal('SIGCONT');
  await drained();
  const seconds = (Date.now() - began) / 1000;
  say(`drained ${outbox.depth} records in ${seconds.toFixed(2)} s: ${(outbox.depth / seconds).toFixed(0)}/s`);
  await until('the live consumer has them', () => results.every(({ event_id }) => arrivals.has(event_id)), SEEN_WITHIN_MS);
  for (const part of stack.parts) {
    const { now, most } = part.memory_kib();
    say(`memory of ${part.name.padEnd(6)}: ${(now / 1024).toFixed(1)} MiB, at most ${(most / 1024).toFixed(1)} MiB`);
  }
});

test('the consumers hold exactly what the box stored, once, in order, proven', async () => {
  const sessions = [...Array(size.operators).keys()].map(session_of);
  const held = await held_by_sessions(stack.connection_string, 'analytics', sessions);
  assert.equal(await stack.edge.stop(), 0);
  const stored = stored_records(stack.database);
  const all = [...held.values()].flat();
  const verifier = new Verifier(stack.boxes);
  tell_stored(history, stored);
  for (const one of all) {
    const { ok, why, hash } = verifier.check(one.message);
    assert.ok(ok, `${one.id}: ${why}`);
    tell_received(history, one, hash, stored.get(one.id));
  }
  history.tell('counts', {
    answered: results.length,
    outcomes: stored_outcomes(stack.database),
    records: stored.size,
    received_distinct: new Set(all.map(({ id }) => id)).size,
  });
  const { status, said, verdicts } = history.judged();
  assert.equal(status, 0, said);
  for (const invariant of HELD) assert.equal(verdicts[invariant], 'held', said);
  say(said.trimEnd().replaceAll('\n', '\n  '));

  assert.equal(results.length, total);
  for (const [i, session] of sessions.entries()) {
    const told = results.filter((result) => result.i === i);
    assert.deepEqual(live.get(session), told.map(({ event_id }) => event_id), `${session}: as the live consumer saw it`);
  }
  for (const { event_id, sequence } of results) assert.equal(sequence, stored.get(event_id).sequence);
  const scores = new Map(results.map(({ event_id, score_bp }) => [event_id, score_bp]));
  for (const { id, event } of all) {
    assert.equal(stored.get(id).state, 'settled');
    if (scores.has(id)) assert.equal(decode_event(event).score_bp, scores.get(id));
  }
  const keys = Object.fromEntries(stack.boxes.map(({ id, public_key: text }) => [id, public_key(text)]));
  assert.deepEqual(faults_of_run(all.map(({ event }) => event), keys), [], 'the chain, from the first record');
  say(`${all.length} completions of ${sessions.length} operators: signed, and as the live consumer saw them`);
});

test('every part stops when it is told to, with exit code 0', async () => {
  assert.deepEqual(await stack.stop(), []);
});
