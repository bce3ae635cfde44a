// What was accepted survives kill -9; what was settled stays settled.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, drain, entities, is_empty, one } from './bus_process.mjs';

let bus;
before(async () => {
  bus = await Bus.start(
    entities({
      queues: {
        plain: { MaxDeliveryCount: 5 },
        unique: { RequiresDuplicateDetection: true, RequiresSession: true },
        state: { RequiresSession: true },
        odd: {},
        reconnect: {},
        busy: { RequiresDuplicateDetection: true },
      },
      topics: { events: { subscriptions: { a: {}, b: {} } } },
    }),
  );
});
after(async () => assert.equal(await bus.close(), 0, 'SIGTERM ends the bus with exit code 0'));

async function kill_and_restart() {
  await bus.stop('SIGKILL');
  await bus.start();
}

test('accepted messages, delivery counts and dead letters survive kill -9', async () => {
  let client = bus.client();
  await client.createSender('plain').sendMessages([{ body: 'done' }, { body: 'dead' }, { body: 'again' }, { body: 'untouched' }]);
  await client.createSender('events').sendMessages({ body: 'event' });
  const receiver = client.createReceiver('plain');
  const [done, dead, again] = await drain(receiver, 3, { complete: false });
  await receiver.completeMessage(done);
  await receiver.deadLetterMessage(dead, { deadLetterReason: 'Bad' });
  await receiver.abandonMessage(again, { why: 'busy' });
  await client.createReceiver('events', 'a').receiveMessages(1).then(async ([message]) => assert.equal(message.body, 'event'));
  await kill_and_restart();

  client = bus.client();
  const after_restart = client.createReceiver('plain');
  const left = await drain(after_restart, 2);
  assert.deepEqual(left.map((m) => m.body), ['again', 'untouched']);
  assert.equal(left[0].deliveryCount, 1);
  assert.equal(left[0].applicationProperties.why, 'busy');
  assert.ok(await is_empty(after_restart));
  const dead_letter = await one(client.createReceiver('plain', { subQueueType: 'deadLetter' }));
  assert.equal(dead_letter.body, 'dead');
  assert.equal(dead_letter.deadLetterReason, 'Bad');
  for (const name of ['a', 'b']) assert.equal((await one(client.createReceiver('events', name))).body, 'event');
  await client.createSender('plain').sendMessages({ body: 'new' });
  assert.equal(Number((await one(after_restart)).sequenceNumber), 5);
});

test('numbers that JSON cannot write survive kill -9', async () => {
  const client = bus.client();
  await client.createSender('odd').sendMessages({ body: 1 });
  const receiver = client.createReceiver('odd');
  await receiver.abandonMessage(await one(receiver), { most: Infinity, least: -Infinity, odd: 0.12345678901234567 });
  await client.createRuleManager('events', 'b').createRule('limit', { applicationProperties: { limit: Infinity } });
  await kill_and_restart();

  const { most, least, odd } = (await one(bus.client().createReceiver('odd'))).applicationProperties;
  assert.deepEqual([most, least, odd], [Infinity, -Infinity, 0.12345678901234567]);
  await bus.client().createRuleManager('events', 'b').deleteRule('limit');
});

test('the duplicate history and session state survive kill -9', async () => {
  let client = bus.client();
  await client.createSender('unique').sendMessages({ body: 1, messageId: 'x', sessionId: 's' });
  let receiver = await client.acceptSession('unique', 's');
  await receiver.completeMessage(await one(receiver));
  const stateful = await client.acceptSession('state', 's');
  await stateful.setSessionState('half-way');
  await kill_and_restart();

  client = bus.client();
  await client.createSender('unique').sendMessages({ body: 2, messageId: 'x', sessionId: 's' });
  receiver = await client.acceptSession('unique', 's');
  assert.ok(await is_empty(receiver));
  assert.equal(await (await client.acceptSession('state', 's')).getSessionState(), 'half-way');
});

test('nothing accepted is lost when the bus is killed in the middle of sending', async () => {
  const accepted = new Set();
  const client = bus.client({ retryOptions: { maxRetries: 0, timeoutInMs: 2_000 } });
  const senders = Array.from({ length: 4 }, () => client.createSender('busy'));
  let stopped = false;
  const sending = senders.map(async (sender, s) => {
    for (let i = 0; !stopped; ++i) {
      const messageId = `${s}-${i}`;
      try {
        await sender.sendMessages({ body: messageId, messageId });
        accepted.add(messageId);
      } catch {
        return;
      }
    }
  });
  while (accepted.size < 200) await new Promise((resolve) => setTimeout(resolve, 5));
  await bus.stop('SIGKILL');
  stopped = true;
  await bus.start();
  await Promise.all(sending);
  const receiver = bus.client().createReceiver('busy', { receiveMode: 'receiveAndDelete' });
  const stored = [];
  for (;;) {
    const batch = await receiver.receiveMessages(500, { maxWaitTimeInMs: 500 });
    if (batch.length === 0) break;
    stored.push(...batch.map((m) => m.body));
  }
  assert.equal(new Set(stored).size, stored.length, 'no message twice');
  const missing = [...accepted].filter((id) => !stored.includes(id));
  assert.deepEqual(missing, []);
});

test('a sender goes on after a restart', async () => {
  const client = bus.client();
  const sender = client.createSender('reconnect');
  await sender.sendMessages({ body: 'before' });
  await kill_and_restart();
  await sender.sendMessages({ body: 'after' });
  const messages = await drain(bus.client().createReceiver('reconnect'), 2);
  assert.deepEqual(messages.map((m) => m.body), ['before', 'after']);
});
