// The real daemons over a disk whose calls fail, once and for good: the edge and the relay meet each fault while an
// operator takes a test, are started again as a service manager does, and in the end the bus holds what was answered.
//
// MILLRACE_IO_STRIDE: every how many-th fault; with 1 all of them.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { COMPLETED } from '../support/consumer.mjs';
import { faults_of_run, public_key, Verifier } from '../support/evidence.mjs';
import { OperatorClient } from '../support/operator_client.mjs';
import { status_of, until } from '../support/process.mjs';
import { root, Stack } from '../support/stack.mjs';
import { held_by_sessions, stored_records } from '../system/ledger.mjs';

const stride = process.env.MILLRACE_IO_STRIDE;
const STRIDE = { edge: Number(stride ?? 71), relay: Number(stride ?? 29) };
const PIN = '4711';
const OPERATOR = 'op-1';
const MOST_TESTS = 10_000;
const DRAINED_WITHIN_MS = 90_000;
const WELL_WITHIN_MS = 30_000;
/// A disk that fails for good is replaced after so long, unless its daemon has refused or stopped before.
const REPLACED_AFTER_MS = 1_000;
/// How a daemon may end: it could not start, or it cannot trust its disk.
const NOT_STARTED = 1;
const STOPPED = 70;
/// In the order of the preloaded library's counters.
const CALLS = ['read', 'write', 'sync', 'open', 'truncate', 'remove', 'rename', 'map'];
const ERRORS = {
  read: ['EIO'],
  write: ['EIO', 'ENOSPC', 'short'],
  sync: ['EIO', 'ENOSPC'],
  open: ['EIO', 'EMFILE', 'EROFS'],
  truncate: ['EIO'],
  map: ['ENOMEM'],
};

let folder;
let stack;
let client;
let restarting = Promise.resolve();
const results = [];
const wrong = [];
const statuses = new Map();

function assignment(n) {
  const nothing = { opens_at: null, due_at: null, expires_at: null, pass_mark_bp: null, time_limit_s: null };
  const test_id = { test_id: 'short-check', test_version: 1, skill: 'line-check', max_attempts: 1 };
  return { assignment_id: `as-${n}`, version: 1, operator_id: OPERATOR, ...test_id, ...nothing };
}

const respond = (item) =>
  ({ one: { choice: 'a' }, many: { choices: ['a', 'c'] }, truth: { value: true }, number: { number: '6.1' } })[item.item_id];

const file = (name) => join(folder, name);

// A process that runs has it mapped: each part has its own.
const counts_of = (part) => file(`counts-${part.name}`);

/// What the process's environment asks of its disk. Counters: eight kinds of calls, and the calls that failed.
function disk_of(part, fault, more = {}) {
  // Never shorter, not for a moment: the part of before still runs, and has the file mapped.
  writeFileSync(counts_of(part), Buffer.alloc(8 * (CALLS.length + 1)), { flag: existsSync(counts_of(part)) ? 'r+' : 'w' });
  return {
    LD_PRELOAD: process.env.MILLRACE_WATCHED_CALLS,
    MILLRACE_WATCHED_FOLDER: join(folder, 'line', part.name, 'data'),
    MILLRACE_IO_COUNTS: counts_of(part),
    ...(fault === null ? {} : { MILLRACE_IO_FAULT: fault }),
    ...more,
  };
}
const counted = (part, at) => Number(readFileSync(counts_of(part)).readBigUInt64LE(8 * at));

/// As systemd does it: a daemon that ends is started again. The next life's disk is well.
function died(part, { code, signal }) {
  if (signal || (code !== NOT_STARTED && code !== STOPPED)) {
    wrong.push(`${part.name} ended with ${signal ?? code} under ${part.env.MILLRACE_IO_FAULT}: ${part.log_tail(5)}`);
  }
  part.env = {};
  restarting = restarting.then(() => start(part));
}
async function start(part) {
  try {
    await part.start();
  } catch (error) {
    // `died` has heard of it, and starts it again.
    if (!error.message.includes('ended at start')) throw error;
  }
}
async function restart(part, env) {
  assert.equal(await part.stop(), 0);
  part.env = env;
  await start(part);
}
async function settled_down() {
  for (let seen; seen !== restarting; ) {
    seen = restarting;
    await seen;
  }
}

/// Runs `work` under the fault, which is up while its file is there.
async function under(part, fault, work) {
  writeFileSync(file('fault'), '');
  const refused = refusals();
  await restart(part, disk_of(part, fault, { MILLRACE_IO_FAULT_WHILE: file('fault') }));
  const until_ms = Date.now() + REPLACED_AFTER_MS;
  const timer = setInterval(() => {
    if (fault.endsWith('for-good') && (refusals() > refused || Date.now() > until_ms)) take_down();
  }, 10);
  try {
    await work();
  } finally {
    clearInterval(timer);
    take_down();
  }
}
const take_down = () => rmSync(file('fault'), { force: true });
const refusals = () => [...statuses].reduce((sum, [status, count]) => sum + (status >= 500 ? count : 0), 0);

async function complete() {
  results.push(await client.complete(`as-${results.length}`, respond));
}
const drained = () =>
  until(
    'every record is receipted',
    async () => {
      await settled_down();
      return (await status_of(`${stack.url}/healthz`)) === 200 && (await stack.status()).outbox.depth === 0;
    },
    DRAINED_WITHIN_MS,
  );

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-io-'));
  const packages = file('packages');
  mkdirSync(packages);
  cpSync(join(root, 'tests/system/short_check.json'), join(packages, 'short_check.json'));
  stack = await Stack.create({
    folder: file('line'),
    operators: [{ id: OPERATOR, badge: '100', pin: PIN, name: 'Operator', language: 'en' }],
    assignments: Array.from({ length: MOST_TESTS }, (_, n) => assignment(n)),
    packages,
    on_death: died,
  });
  await stack.start();
  client = new OperatorClient({
    url: stack.url,
    badge: '100',
    pin: PIN,
    watch: { answered: ({ status }) => statuses.set(status, (statuses.get(status) ?? 0) + 1) },
  });
});

after(async () => {
  await stack?.stop();
  if (wrong.length === 0) rmSync(folder, { recursive: true, force: true });
  // The SDK holds a socket open for a while.
  setTimeout(() => process.exit(process.exitCode ?? 0), 1_000).unref();
});

/// Every fault of a run of this part: its calls are counted in one without.
async function faults_of(part) {
  await restart(part, disk_of(part, null));
  await complete();
  await drained();
  const all = Object.entries(ERRORS).flatMap(([call, errors]) =>
    Array.from({ length: counted(part, CALLS.indexOf(call)) }, (_, n) => n + 1).flatMap((at) =>
      errors.flatMap((error) => ['once', 'for-good'].map((lasting) => `${call},${at},${error},${lasting}`)),
    ),
  );
  return all.filter((_, n) => n % STRIDE[part.name] === 0);
}

for (const name of ['edge', 'relay']) {
  test(`whatever call of the ${name} to its disk fails, every answer stands and everything drains`, async () => {
    const part = stack[name];
    const faults = await faults_of(part);
    assert.ok(faults.length > 0);
    let met = 0;
    for (const fault of faults) {
      await under(part, fault, async () => {
        await complete();
        await drained();
      });
      if (counted(part, CALLS.length) > 0) met += 1;
      // One that was not met yet would spoil the stop.
      if (part.env.LD_PRELOAD) await part.kill();
      part.env = {};
      await start(part);
      await settled_down();
      assert.deepEqual(wrong, [], fault);
    }
    console.log(`  ${name}: ${faults.length} faults, ${met} met; answers so far: ${JSON.stringify([...statuses])}`);
    // How often a daemon writes depends on how fast its peers are: some are not met.
    assert.ok(met > faults.length / 3, `${met} met`);
    for (const status of statuses.keys()) assert.ok(status < 500 || status === 503 || status === 507, `${status} was answered`);
  });
}

test('a full disk is refused with 507, and once there is room everything goes on by itself', async () => {
  for (const part of [stack.edge, stack.relay]) {
    await restart(part, disk_of(part, 'write,1,ENOSPC,for-good', { MILLRACE_IO_FAULT_WHILE: file('fault') }));
  }
  await drained();
  const lives = [stack.edge.pid, stack.relay.pid];
  const refused = statuses.get(507) ?? 0;
  writeFileSync(file('fault'), '');
  const done = complete();
  await until('the edge refuses', async () => (statuses.get(507) ?? 0) > refused);
  await until('the edge says why', async () => (await stack.status()).storage === 'full');
  take_down();
  await done;
  await drained();
  await until('the edge is ready', async () => (await status_of(`${stack.url}/readyz`)) === 200, WELL_WITHIN_MS);
  assert.deepEqual([stack.edge.pid, stack.relay.pid], lives, 'nobody started anything again');
});

test('the bus holds every answer once, in order, proven', async () => {
  assert.deepEqual(wrong, []);
  const session = `operator:${OPERATOR}`;
  const all = (await held_by_sessions(stack.connection_string, 'analytics', [session])).get(session);
  const completions = all.filter(({ type }) => type === COMPLETED);
  assert.deepEqual(completions.map(({ id }) => id), results.map(({ event_id }) => event_id));
  assert.equal(new Set(completions.map(({ id }) => id)).size, results.length);
  assert.equal(await stack.edge.stop(), 0);
  assert.equal(stored_records(stack.database).size, results.length);
  const verifier = new Verifier(stack.boxes);
  for (const { id, message } of all) assert.ok(verifier.check(message).ok, id);
  const keys = Object.fromEntries(stack.boxes.map(({ id, public_key: text }) => [id, public_key(text)]));
  assert.deepEqual(faults_of_run(all.map(({ event }) => event), keys), []);
  console.log(`  ${results.length} completions`);
});
