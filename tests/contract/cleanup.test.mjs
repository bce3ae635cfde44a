// A run leaves nothing behind: not where deletes are slow or refused for a while, and what is left is named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clean, entities_under, patient, remove } from './cleanup.mjs';

/// A namespace with these queues and topics, which refuses the first deletes of each with what is given.
class Namespace {
  deletes = [];
  constructor({ queues = [], topics = [], refusals = [] }) {
    this.queues = queues;
    this.topics = topics;
    this.refusals = refusals;
  }
  async *listQueues() {
    for (const name of [...this.queues]) yield { name };
  }
  async *listTopics() {
    for (const name of [...this.topics]) yield { name };
  }
  async deleteQueue(name) {
    this.deletes.push(name);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw Object.assign(new Error('refused'), { statusCode: refusal });
    const others = (names) => names.filter((one) => one !== name);
    [this.queues, this.topics] = [others(this.queues), others(this.topics)];
  }
}

const noted = () => {
  const pauses = [];
  return { pauses, pause: async (ms) => void pauses.push(ms) };
};

test('a refused delete is tried again, each time after a longer pause', async () => {
  const namespace = new Namespace({ queues: ['mine-q'], refusals: [409, 500, undefined] });
  const { pauses, pause } = noted();
  await remove(namespace, 'mine-q', pause);
  assert.deepEqual(namespace.queues, []);
  assert.deepEqual(pauses, [1_000, 2_000]);
});

test('what is not there needs one delete', async () => {
  const namespace = new Namespace({ refusals: [404] });
  const { pauses, pause } = noted();
  await remove(namespace, 'mine-gone', pause);
  assert.deepEqual([namespace.deletes, pauses], [['mine-gone'], []]);
});

test('all that begins with the prefix goes, and nothing else', async () => {
  const namespace = new Namespace({ queues: ['MINE-q', 'theirs'], topics: ['mine-t', 'not-mine-t'], refusals: [409] });
  assert.deepEqual(await clean(namespace, 'mine-', noted().pause), []);
  assert.deepEqual([...namespace.queues, ...namespace.topics], ['theirs', 'not-mine-t']);
});

test('what cannot be deleted is named, after a bounded time', async () => {
  const namespace = new Namespace({ queues: ['mine-q'], refusals: Array(1_000).fill(500) });
  const { pauses, pause } = noted();
  assert.deepEqual(await clean(namespace, 'mine-', pause), ['mine-q']);
  assert.ok(pauses.length < 40 && pauses.every((ms) => ms <= 30_000), `${pauses}`);
});

test('a list that begins again ends', async () => {
  async function* endless() {
    for (;;) yield { name: 'mine-q' };
  }
  const namespace = new Namespace({});
  namespace.listQueues = endless;
  assert.deepEqual(await entities_under(namespace, 'mine-'), ['mine-q']);
});

/// Sends one request through the policy; the service answers with these, [status, Retry-After].
async function through(policy, ...answers) {
  const next = async () => {
    const [status, after] = answers.shift();
    return { status, headers: { get: (name) => (name.toLowerCase() === 'retry-after' ? after : undefined) } };
  };
  return (await policy.sendRequest({}, next)).status;
}

test('a busy service is asked again when it says', async () => {
  const { pauses, pause } = noted();
  assert.equal(await through(patient(pause), [429, '7'], [503], [429, '3600'], [429, 'Fri, 27 Nov 2026'], [200]), 200);
  assert.deepEqual(pauses, [7_000, 2_000, 30_000, 8_000]);
});

test('other answers are handed on, and so is the last refusal', async () => {
  const { pauses, pause } = noted();
  assert.equal(await through(patient(pause), [409]), 409);
  assert.deepEqual(pauses, []);
  assert.equal(await through(patient(pause), ...Array(6).fill([429])), 429);
});
