// Sending and receiving with the unmodified SDK: single, batch, large, both receive modes, peeking.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, drain, entities, is_empty, one } from './bus_process.mjs';

let bus;
before(async () => {
  const names = ['single', 'body', 'batch', 'atomic', 'large', 'delete', 'peek', 'ttl', 'metrics', 'subscribe', 'many', 'accessed'];
  bus = await Bus.start(
    entities({
      queues: {
        ...Object.fromEntries(names.map((name) => [name, {}])),
        brief: { DefaultMessageTimeToLive: 'PT1M' },
        unique: { RequiresDuplicateDetection: true },
        sessions: { RequiresSession: true },
      },
    }),
  );
});
after(() => bus.close());

test('a single message arrives with everything that was set', async () => {
  const client = bus.client();
  const sent_at = Date.now();
  await client.createSender('single').sendMessages({
    body: { level: 3 },
    messageId: 'm-1',
    subject: 'millrace.test.completed.v1',
    correlationId: 'c-1',
    contentType: 'application/json',
    to: 'someone',
    replyTo: 'sender',
    timeToLive: 60_000,
    applicationProperties: { cloudEvents_type: 'x', count: 7, ratio: 0.5, flag: true, at: new Date(1_000) },
  });
  const message = await one(client.createReceiver('single'));
  assert.deepEqual(message.body, { level: 3 });
  assert.equal(message.messageId, 'm-1');
  assert.equal(message.subject, 'millrace.test.completed.v1');
  assert.equal(message.correlationId, 'c-1');
  assert.equal(message.contentType, 'application/json');
  assert.equal(message.to, 'someone');
  assert.equal(message.replyTo, 'sender');
  assert.equal(message.timeToLive, 60_000);
  assert.deepEqual(message.applicationProperties, {
    cloudEvents_type: 'x',
    count: 7,
    ratio: 0.5,
    flag: true,
    at: 1_000, // the SDK gives times as numbers
  });
  assert.equal(message.deliveryCount, 0);
  assert.equal(message.sequenceNumber.toString(), '1');
  assert.equal(message.state, 'active');
  assert.ok(Math.abs(message.enqueuedTimeUtc.getTime() - sent_at) < 5_000);
  assert.ok(message.lockedUntilUtc.getTime() > Date.now() + 50_000);
  assert.match(message.lockToken, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('a body of bytes comes back byte for byte', async () => {
  const client = bus.client();
  const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  await client.createSender('body').sendMessages({ body });
  const receiver = client.createReceiver('body', { skipParsingBodyAsJson: true });
  assert.ok(body.equals((await one(receiver)).body));
});

test('an array and a batch arrive in order, numbered without gaps', async () => {
  const client = bus.client();
  const sender = client.createSender('batch');
  await sender.sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
  const batch = await sender.createMessageBatch();
  for (let i = 4; i <= 20; ++i) assert.ok(batch.tryAddMessage({ body: i }));
  await sender.sendMessages(batch);
  await sender.sendMessages([{ body: 21 }]);
  const messages = await drain(client.createReceiver('batch'), 21);
  assert.deepEqual(messages.map((m) => m.body), Array.from({ length: 21 }, (_, i) => i + 1));
  assert.deepEqual(messages.map((m) => Number(m.sequenceNumber)), Array.from({ length: 21 }, (_, i) => i + 1));
});

test('a batch with one bad message is refused whole', async () => {
  const client = bus.client();
  const sender = client.createSender('sessions');
  await assert.rejects(sender.sendMessages([{ body: 1, sessionId: 's' }, { body: 2 }]), /SessionId was not set/);
  const receiver = await client.acceptSession('sessions', 's');
  assert.ok(await is_empty(receiver));
});

test('a body of 200 KB arrives whole, alone and in a batch', async () => {
  const client = bus.client();
  const body = Buffer.alloc(200 * 1024, 'm');
  body.write('start');
  body.write('end', body.length - 3);
  const sender = client.createSender('large');
  await sender.sendMessages({ body });
  await sender.sendMessages([{ body }]);
  const receiver = client.createReceiver('large', { skipParsingBodyAsJson: true });
  for (const message of await drain(receiver, 2)) assert.ok(body.equals(message.body));
});

test('a message over 256 KB is refused as too large', async () => {
  const sender = bus.client().createSender('large');
  await assert.rejects(sender.sendMessages({ body: Buffer.alloc(300 * 1024) }), { code: 'MessageSizeExceeded' });
  const batch = await sender.createMessageBatch();
  assert.equal(batch.maxSizeInBytes, 262_144);
  assert.equal(batch.tryAddMessage({ body: Buffer.alloc(300 * 1024) }), false);
});

test('receive-and-delete takes the message away at once', async () => {
  const client = bus.client();
  await client.createSender('delete').sendMessages([{ body: 'a' }, { body: 'b' }]);
  const receiver = client.createReceiver('delete', { receiveMode: 'receiveAndDelete' });
  const messages = await drain(receiver, 2, { complete: false });
  assert.deepEqual(messages.map((m) => m.body), ['a', 'b']);
  assert.ok(await is_empty(client.createReceiver('delete')));
  assert.equal((await client.createReceiver('delete').peekMessages(10)).length, 0);
});

test('a second message with the same id is accepted and dropped', async () => {
  const client = bus.client();
  const sender = client.createSender('unique');
  await sender.sendMessages({ body: 'first', messageId: 'x' });
  await sender.sendMessages({ body: 'second', messageId: 'x' });
  await sender.sendMessages([{ body: 'third', messageId: 'x' }, { body: 'other', messageId: 'y' }]);
  const receiver = client.createReceiver('unique');
  const messages = await drain(receiver, 2);
  assert.deepEqual(messages.map((m) => m.body), ['first', 'other']);
  await sender.sendMessages({ body: 'after it was completed', messageId: 'x' });
  assert.ok(await is_empty(receiver));
});

test('peeking shows messages in order and takes nothing', async () => {
  const client = bus.client();
  await client.createSender('peek').sendMessages(Array.from({ length: 5 }, (_, i) => ({ body: i })));
  const receiver = client.createReceiver('peek');
  const locked = await one(receiver);
  assert.deepEqual((await receiver.peekMessages(3)).map((m) => m.body), [0, 1, 2]);
  assert.deepEqual((await receiver.peekMessages(3)).map((m) => m.body), [3, 4]);
  assert.deepEqual(await receiver.peekMessages(3), []);
  const again = await receiver.peekMessages(1, { fromSequenceNumber: locked.sequenceNumber });
  assert.equal(again[0].body, 0);
});

test('a message that expired is not delivered', async () => {
  const client = bus.client();
  await client.createSender('ttl').sendMessages([{ body: 'short', timeToLive: 1 }, { body: 'long' }]);
  assert.equal((await one(client.createReceiver('ttl'))).body, 'long');
});

test('a message says until when it lives here, whatever its sender said', async () => {
  const client = bus.client();
  const sender = client.createSender('brief');
  await sender.sendMessages({ body: 'x'.repeat(10_000), timeToLive: 3_600_000, correlationId: 'c', applicationProperties: { a: 1 } });
  await sender.sendMessages({ body: 'none' });
  const receiver = client.createReceiver('brief');
  const told = async (message) => {
    const { absoluteExpiryTime, creationTime } = message._rawAmqpMessage.properties;
    assert.equal(absoluteExpiryTime, message.enqueuedTimeUtc.getTime() + 60_000);
    assert.equal(message.timeToLive, 60_000);
    return creationTime;
  };
  const first = await one(receiver);
  // Some clients take the difference of the two for the time to live.
  assert.equal(await told(first), first.enqueuedTimeUtc.getTime());
  await receiver.abandonMessage(first, { a: 2 });
  const again = await one(receiver);
  assert.equal(await told(again), again.enqueuedTimeUtc.getTime());
  assert.equal(again.body, 'x'.repeat(10_000));
  assert.equal(again.correlationId, 'c');
  assert.deepEqual({ ...again.applicationProperties }, { a: 2 });
  assert.equal(await told(await one(receiver)), undefined);
});

test('a missing entity is reported as such', async () => {
  const client = bus.client();
  const missing = { code: 'MessagingEntityNotFound', retryable: false };
  await assert.rejects(client.createSender('nowhere').sendMessages({ body: 1 }), missing);
  await assert.rejects(client.createReceiver('nowhere').receiveMessages(1), missing);
  await assert.rejects(client.createReceiver('nowhere', 'nobody').receiveMessages(1), missing);
  await assert.rejects(client.createReceiver('nowhere').peekMessages(1), missing);
});

test('administration says when an entity was last used', async () => {
  const accessed = async () =>
    Date.parse(/<AccessedAt>([^<]+)</.exec(await (await fetch(`http://${bus.http}/accessed`)).text())[1]);
  let start = Date.now();
  await bus.client().createSender('accessed').sendMessages({ body: 1 });
  assert.ok((await accessed()) >= start, 'a message was sent');
  start = Date.now();
  await one(bus.client().createReceiver('accessed'));
  assert.ok((await accessed()) >= start, 'it was received');
});

test('subscribe delivers to the handler and completes by itself', async () => {
  const client = bus.client();
  const receiver = client.createReceiver('subscribe');
  const seen = [];
  const all = new Promise((resolve, reject) => {
    receiver.subscribe(
      {
        processMessage: async (message) => {
          seen.push(message.body);
          if (seen.length === 10) resolve();
        },
        processError: async ({ error }) => reject(error),
      },
      { maxConcurrentCalls: 2 },
    );
  });
  await client.createSender('subscribe').sendMessages(Array.from({ length: 10 }, (_, i) => ({ body: i })));
  await all;
  await receiver.close();
  assert.deepEqual(seen.sort((a, b) => a - b), Array.from({ length: 10 }, (_, i) => i));
});

test('twenty clients at once send and receive', async () => {
  const clients = Array.from({ length: 20 }, () => bus.client());
  await Promise.all(clients.map((client, i) => client.createSender('many').sendMessages({ body: i })));
  const messages = await Promise.all(clients.map((client) => one(client.createReceiver('many'))));
  assert.equal(new Set(messages.map((m) => m.body)).size, 20);
});

test('health, readiness and metrics answer over HTTP', async () => {
  const get = async (path) => fetch(`http://${bus.http}${path}`);
  assert.deepEqual(await (await get('/health')).json(), { status: 'healthy' });
  assert.equal((await get('/healthz')).status, 200);
  assert.equal((await get('/readyz')).status, 200);
  await bus.client().createSender('metrics').sendMessages({ body: 1 });
  const text = await (await get('/metrics')).text();
  assert.match(text, /millrace_bus_messages_accepted_total [1-9]/);
  assert.match(text, /millrace_bus_messages\{entity="metrics"\} 1/);
});
