// Settling with the unmodified SDK: complete, abandon, dead-letter, defer, lock expiry and renewal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { string_to_uuid, types } from 'rhea-promise';
import { Bus, entities, is_empty, one, pause } from './bus_process.mjs';

const LOCK_MS = 1_500;
let bus;
before(async () => {
  const names = ['complete', 'abandon', 'dead', 'most', 'expiry', 'renew', 'defer', 'closed', 'other'];
  const properties = { LockDuration: 'PT1.5S', MaxDeliveryCount: 3 };
  const queues = Object.fromEntries(names.map((name) => [name, properties]));
  // Its locks last longer than all that is done with them.
  bus = await Bus.start(entities({ queues: { ...queues, several: { LockDuration: 'PT1M' } } }));
});
after(() => bus.close());

async function with_message(queue, body = 'x') {
  const client = bus.client();
  await client.createSender(queue).sendMessages({ body, applicationProperties: { kept: 1 } });
  const receiver = client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
  return { client, receiver, message: await one(receiver) };
}

test('a completed message is gone', async () => {
  const { client, receiver, message } = await with_message('complete');
  await receiver.completeMessage(message);
  assert.ok(await is_empty(receiver));
  assert.equal((await client.createReceiver('complete').peekMessages(1)).length, 0);
});

test('an abandoned message comes again, counted, with its changed properties', async () => {
  const { receiver, message } = await with_message('abandon');
  await receiver.abandonMessage(message, { why: 'busy' });
  const again = await one(receiver);
  assert.equal(again.deliveryCount, 1);
  assert.deepEqual(again.applicationProperties, { kept: 1, why: 'busy' });
  assert.equal(again.body, 'x');
  await receiver.completeMessage(again);
});

test('a dead-lettered message is read from the sub-queue with its reason', async () => {
  const { client, receiver, message } = await with_message('dead');
  await receiver.deadLetterMessage(message, {
    deadLetterReason: 'Broken',
    deadLetterErrorDescription: 'no such operator',
    line: 'L4',
  });
  assert.ok(await is_empty(receiver));
  const dead_letters = client.createReceiver('dead', { subQueueType: 'deadLetter' });
  const dead = await one(dead_letters);
  assert.equal(dead.deadLetterReason, 'Broken');
  assert.equal(dead.deadLetterErrorDescription, 'no such operator');
  assert.equal(dead.applicationProperties.line, 'L4');
  assert.equal(dead.applicationProperties.kept, 1);
  assert.equal(dead.body, 'x');
  await dead_letters.completeMessage(dead);
  assert.ok(await is_empty(dead_letters));
});

test('the third failed delivery dead-letters the message', async () => {
  const { client, receiver, message } = await with_message('most');
  await receiver.abandonMessage(message);
  await receiver.abandonMessage(await one(receiver));
  await receiver.abandonMessage(await one(receiver));
  assert.ok(await is_empty(receiver));
  const dead = await one(client.createReceiver('most', { subQueueType: 'deadLetter' }));
  assert.equal(dead.deadLetterReason, 'MaxDeliveryCountExceeded');
});

test('a lock that expired is lost, and the message comes again', async () => {
  const { receiver, message } = await with_message('expiry');
  await pause(LOCK_MS + 200);
  await assert.rejects(receiver.completeMessage(message), { code: 'MessageLockLost' });
  const again = await one(receiver);
  assert.equal(again.deliveryCount, 1);
  await receiver.completeMessage(again);
});

test('a renewed lock holds', async () => {
  const { receiver, message } = await with_message('renew');
  const before_ms = message.lockedUntilUtc.getTime();
  await pause(LOCK_MS * 0.6);
  const until = await receiver.renewMessageLock(message);
  assert.ok(until.getTime() > before_ms);
  await pause(LOCK_MS * 0.6);
  await receiver.completeMessage(message);
  await assert.rejects(receiver.renewMessageLock(message), { code: 'MessageLockLost' });
});

test('a deferred message is received by its number and settled over $management', async () => {
  const { receiver, message } = await with_message('defer');
  await receiver.deferMessage(message);
  assert.ok(await is_empty(receiver));
  const [peeked] = await receiver.peekMessages(1, { fromSequenceNumber: message.sequenceNumber });
  assert.equal(peeked.state, 'deferred');
  const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber);
  assert.equal(deferred.body, 'x');
  await receiver.completeMessage(deferred);
  await assert.rejects(receiver.receiveDeferredMessages(message.sequenceNumber), { code: 'MessageNotFound' });
});

/// A request for several locks, which the SDK knows only one at a time.
async function of_locks(receiver, operation, messages, more = {}) {
  const management = receiver._context.getManagementClient(receiver.entityPath);
  const options = await management.initWithUniqueReplyTo({});
  const tokens = types.wrap_array(messages.map(({ lockToken }) => string_to_uuid(lockToken)), 0x98, undefined);
  const request = {
    body: { 'lock-tokens': tokens, ...more },
    reply_to: management.replyTo,
    application_properties: { operation: `com.microsoft:${operation}` },
  };
  return management._makeManagementRequest(request, { verbose() {}, logError() {} }, options);
}

test('several locks in one request are good together or not at all, and one that is named twice is one', async () => {
  const { client, receiver, message: first } = await with_message('several', 1);
  await client.createSender('several').sendMessages([{ body: 2 }, { body: 3 }]);
  const [second, third] = [await one(receiver), await one(receiver)];
  const completed = { 'disposition-status': 'completed' };
  await receiver.completeMessage(third);
  await assert.rejects(of_locks(receiver, 'update-disposition', [first, third], completed), { code: 'MessageLockLost' });
  await assert.rejects(of_locks(receiver, 'renew-lock', [first, third]), { code: 'MessageLockLost' });
  const renewed = await of_locks(receiver, 'renew-lock', [first, second, first]);
  assert.equal(renewed.body.expirations.length, 3);
  await of_locks(receiver, 'update-disposition', [first, second, first], completed);
  assert.deepEqual(await receiver.peekMessages(3, { fromSequenceNumber: first.sequenceNumber }), []);
});

test('more properties than a message may get are refused, for all of a request, and the message stays', async () => {
  const { client, receiver, message: first } = await with_message('several', 1);
  await client.createSender('several').sendMessages({ body: 2 });
  await receiver.abandonMessage(first, { n: 'x'.repeat(40_000) });
  const second = await one(receiver);
  assert.equal(second.body, 1);
  await assert.rejects(receiver.abandonMessage(second, { m: 'x'.repeat(40_000) }), /properties that were added/);
  const other = await one(receiver);
  const more = { 'disposition-status': 'abandoned', 'properties-to-modify': { m: 'x'.repeat(40_000) } };
  await assert.rejects(of_locks(receiver, 'update-disposition', [other, second], more), /properties that were added/);
  await of_locks(receiver, 'update-disposition', [other, second], { 'disposition-status': 'completed' });
  assert.deepEqual(await receiver.peekMessages(3, { fromSequenceNumber: first.sequenceNumber }), []);
});

test('a lock outlives its link', async () => {
  const { client, receiver, message } = await with_message('closed');
  const other = client.createReceiver('closed');
  await receiver.close();
  assert.ok(await is_empty(other));
  await pause(LOCK_MS);
  const again = await one(other);
  assert.equal(again.deliveryCount, message.deliveryCount + 1);
  await other.completeMessage(again);
});

test('two receivers never hold the same message', async () => {
  const client = bus.client();
  await client.createSender('other').sendMessages([{ body: 1 }, { body: 2 }]);
  const [a, b] = await Promise.all([one(client.createReceiver('other')), one(client.createReceiver('other'))]);
  assert.notEqual(a.body, b.body);
});
