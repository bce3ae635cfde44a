// Messages for a later time, with the unmodified SDK.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, entities, is_empty, one } from './bus_process.mjs';

const SOON_MS = 1_500;
const LATER_MS = 3_600_000;

let bus;
before(async () => {
  bus = await Bus.start(
    entities({
      queues: { plain: {}, cancelled: {}, restart: {}, sessions: { RequiresSession: true } },
      topics: {
        events: {
          subscriptions: {
            red: {
              rules: [{ Name: 'red', Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression: "colour = 'red'" } } }],
            },
            all: {},
          },
        },
      },
    }),
  );
});
after(async () => bus.close());

const at = (ms) => new Date(Date.now() + ms);

test('scheduled messages come at their time, with a new number', async () => {
  const client = bus.client();
  const sender = client.createSender('plain');
  const time = at(SOON_MS);
  const numbers = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], time);
  assert.deepEqual(numbers.map(Number), [1, 2]);
  await sender.sendMessages({ body: 'now' });
  const receiver = client.createReceiver('plain');
  const first = await one(receiver);
  assert.equal(first.body, 'now');
  await receiver.completeMessage(first);
  const peeked = await client.createReceiver('plain').peekMessages(10);
  assert.deepEqual(peeked.map((m) => [m.body, m.state]), [['a', 'scheduled'], ['b', 'scheduled']]);
  assert.equal(peeked[0].scheduledEnqueueTimeUtc.getTime(), time.getTime());
  const second = await one(receiver);
  assert.ok(Date.now() >= time.getTime(), 'not before its time');
  assert.equal(second.body, 'a');
  assert.equal(Number(second.sequenceNumber), 4);
  assert.equal(second.state, 'active');
  assert.ok(second.enqueuedTimeUtc >= time);
});

test('the property of an ordinary send does the same', async () => {
  const client = bus.client();
  const time = at(SOON_MS);
  await client.createSender('sessions').sendMessages({ body: 1, sessionId: 's', scheduledEnqueueTimeUtc: time });
  const receiver = await client.acceptSession('sessions', 's');
  assert.ok(await is_empty(receiver));
  assert.equal((await one(receiver)).body, 1);
  assert.ok(Date.now() >= time.getTime());
});

test('a cancelled one never comes, and cannot be cancelled again', async () => {
  const client = bus.client();
  const sender = client.createSender('cancelled');
  const [a, b] = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], at(SOON_MS));
  await sender.cancelScheduledMessages(a);
  await assert.rejects(sender.cancelScheduledMessages(a), { code: 'MessageNotFound' });
  const receiver = client.createReceiver('cancelled');
  const message = await one(receiver);
  assert.equal(message.body, 'b');
  await receiver.completeMessage(message);
  assert.ok(await is_empty(receiver));
  await assert.rejects(sender.cancelScheduledMessages(b), { code: 'MessageNotFound' });
});

test('a topic keeps them; the rules decide when they come', async () => {
  const client = bus.client();
  const sender = client.createSender('events');
  await sender.scheduleMessages(
    [
      { body: 'r', applicationProperties: { colour: 'red' } },
      { body: 'g', applicationProperties: { colour: 'green' } },
    ],
    at(SOON_MS),
  );
  const [number] = await sender.scheduleMessages({ body: 'never' }, at(SOON_MS));
  await sender.cancelScheduledMessages(number);
  assert.equal((await client.createReceiver('events', 'all').peekMessages(10)).length, 0);
  const red = client.createReceiver('events', 'red');
  assert.equal((await one(red)).body, 'r');
  assert.ok(await is_empty(red));
  const all = await client.createReceiver('events', 'all').receiveMessages(5, { maxWaitTimeInMs: 1_000 });
  assert.deepEqual(all.map((m) => m.body), ['r', 'g']);
});

test('they survive kill -9, and those whose time came meanwhile come at once', async () => {
  let client = bus.client();
  let sender = client.createSender('restart');
  await sender.scheduleMessages([{ body: 'soon' }], at(300));
  const [number] = await sender.scheduleMessages([{ body: 'later' }], at(LATER_MS));
  await bus.stop('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 400));
  await bus.start();
  client = bus.client();
  const receiver = client.createReceiver('restart');
  assert.equal((await one(receiver)).body, 'soon');
  assert.deepEqual((await client.createReceiver('restart').peekMessages(10)).map((m) => [m.body, m.state]), [
    ['later', 'scheduled'],
    ['soon', 'active'],
  ]);
  sender = client.createSender('restart');
  await sender.cancelScheduledMessages(number);
});
