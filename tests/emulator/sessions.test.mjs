// Sessions with the unmodified SDK: named, next, locked, lost, order, state.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, drain, entities, is_empty, one, pause } from './bus_process.mjs';

const LOCK_MS = 1_500;
let bus;
before(async () => {
  const names = ['named', 'next', 'wait', 'none', 'locked', 'lost', 'renew', 'order', 'state', 'dead', 'back', 'delete', 'deferred', 'peek'];
  const long = { RequiresSession: true };
  const short = { RequiresSession: true, LockDuration: 'PT1.5S' };
  const queues = Object.fromEntries(names.map((name) => [name, ['lost', 'renew'].includes(name) ? short : long]));
  bus = await Bus.start(entities({ queues: { ...queues, plain: {} } }));
});
after(() => bus.close());

const send = (client, queue, sessionId, ...bodies) =>
  client.createSender(queue).sendMessages(bodies.map((body) => ({ body, sessionId })));

test('a named session gives only its own messages', async () => {
  const client = bus.client();
  await send(client, 'named', 'a', 1, 2);
  await send(client, 'named', 'b', 3);
  const receiver = await client.acceptSession('named', 'b');
  assert.equal(receiver.sessionId, 'b');
  assert.ok(receiver.sessionLockedUntilUtc.getTime() > Date.now() + 50_000);
  const message = await one(receiver);
  assert.equal(message.body, 3);
  assert.equal(message.sessionId, 'b');
  await receiver.completeMessage(message);
  assert.ok(await is_empty(receiver));
});

test('an empty session can be accepted and then gets what comes', async () => {
  const client = bus.client();
  const receiver = await client.acceptSession('named', 'empty');
  const waiting = one(receiver, 10_000);
  await pause(100);
  await send(client, 'named', 'empty', 'late');
  assert.equal((await waiting).body, 'late');
});

test('the next session is a free one with messages', async () => {
  const client = bus.client();
  await send(client, 'next', 'a', 1);
  await send(client, 'next', 'b', 2);
  const first = await client.acceptNextSession('next');
  const second = await client.acceptNextSession('next');
  assert.deepEqual([first.sessionId, second.sessionId], ['a', 'b']);
  await first.close();
  const third = await client.acceptNextSession('next');
  assert.equal(third.sessionId, 'a');
});

test('accepting the next session waits for one', async () => {
  const client = bus.client();
  const waiting = client.acceptNextSession('wait');
  await pause(300);
  await send(client, 'wait', 's', 'here');
  const receiver = await waiting;
  assert.equal((await one(receiver)).body, 'here');
});

test('accepting the next session ends in a timeout when there is none', async () => {
  const client = bus.client({ retryOptions: { maxRetries: 0, timeoutInMs: 1_000 } });
  await assert.rejects(client.acceptNextSession('none'), { code: 'ServiceTimeout' });
});

test('a locked session cannot be accepted by another', async () => {
  const client = bus.client();
  const holder = await client.acceptSession('locked', 's');
  await assert.rejects(bus.client().acceptSession('locked', 's'), { code: 'SessionCannotBeLocked' });
  await holder.close();
  const next = await bus.client().acceptSession('locked', 's');
  assert.equal(next.sessionId, 's');
});

test('a session lock that expired is lost, and its messages come again counted', async () => {
  const client = bus.client();
  await send(client, 'lost', 's', 'x');
  const receiver = await client.acceptSession('lost', 's', { maxAutoLockRenewalDurationInMs: 0 });
  const message = await one(receiver);
  await pause(LOCK_MS + 300);
  await assert.rejects(receiver.completeMessage(message), { code: 'SessionLockLost' });
  const again = await client.acceptSession('lost', 's');
  const second = await one(again);
  assert.equal(second.deliveryCount, 1);
  await again.completeMessage(second);
});

test('a renewed session lock holds', async () => {
  const client = bus.client();
  await send(client, 'renew', 's', 'x');
  const receiver = await client.acceptSession('renew', 's', { maxAutoLockRenewalDurationInMs: 0 });
  const message = await one(receiver);
  await pause(LOCK_MS * 0.6);
  const until = await receiver.renewSessionLock();
  assert.ok(until.getTime() > Date.now() + LOCK_MS * 0.5);
  await pause(LOCK_MS * 0.6);
  await receiver.completeMessage(message);
});

test('order holds in a session, and an abandoned message is the next one', async () => {
  const client = bus.client();
  await send(client, 'order', 's', ...Array.from({ length: 50 }, (_, i) => i));
  const receiver = await client.acceptSession('order', 's');
  const first = await one(receiver);
  await receiver.abandonMessage(first);
  const messages = await drain(receiver, 50);
  assert.deepEqual(messages.map((m) => m.body), Array.from({ length: 50 }, (_, i) => i));
  assert.equal(messages[0].deliveryCount, 1);
});

test('the state of a session is kept and can be cleared', async () => {
  const client = bus.client();
  const receiver = await client.acceptSession('state', 's');
  assert.equal(await receiver.getSessionState(), null);
  await receiver.setSessionState({ cursor: 12 });
  assert.deepEqual(await receiver.getSessionState(), { cursor: 12 });
  await receiver.close();
  const again = await client.acceptSession('state', 's');
  assert.deepEqual(await again.getSessionState(), { cursor: 12 });
  await again.setSessionState(null);
  assert.equal(await again.getSessionState(), null);
});

test('dead letters of a session queue are read without a session', async () => {
  const client = bus.client();
  await send(client, 'dead', 's', 'x');
  const receiver = await client.acceptSession('dead', 's');
  await receiver.deadLetterMessage(await one(receiver), { deadLetterReason: 'Bad' });
  const dead = await one(client.createReceiver('dead', { subQueueType: 'deadLetter' }));
  assert.equal(dead.deadLetterReason, 'Bad');
  assert.equal(dead.sessionId, 's');
});

test('closing a session gives back what was not settled, uncounted', async () => {
  const client = bus.client();
  await send(client, 'back', 's', 'x');
  const receiver = await client.acceptSession('back', 's');
  await one(receiver);
  await receiver.close();
  const again = await client.acceptSession('back', 's');
  assert.equal((await one(again)).deliveryCount, 0);
});

test('a client that dies leaves its session free', async () => {
  const client = bus.client();
  await send(client, 'back', 'dying', 'x');
  const dying = bus.client();
  await one(await dying.acceptSession('back', 'dying'));
  await dying.close();
  const receiver = await client.acceptSession('back', 'dying');
  assert.equal((await one(receiver)).body, 'x');
});

test('a session can be read in receive-and-delete mode', async () => {
  const client = bus.client();
  await send(client, 'delete', 's', 1, 2, 3);
  const receiver = await client.acceptSession('delete', 's', { receiveMode: 'receiveAndDelete' });
  const messages = await drain(receiver, 3, { complete: false });
  assert.deepEqual(messages.map((m) => m.body), [1, 2, 3]);
  assert.equal((await receiver.peekMessages(1)).length, 0);
});

test('a deferred message of a session is received by its number', async () => {
  const client = bus.client();
  await send(client, 'deferred', 's', 'x', 'y');
  const receiver = await client.acceptSession('deferred', 's');
  const first = await one(receiver);
  await receiver.deferMessage(first);
  assert.equal((await one(receiver)).body, 'y');
  const [deferred] = await receiver.receiveDeferredMessages([first.sequenceNumber]);
  assert.equal(deferred.body, 'x');
  await receiver.completeMessage(deferred);
});

test('peeking in a session sees that session only', async () => {
  const client = bus.client();
  await send(client, 'peek', 'a', 1);
  await send(client, 'peek', 'b', 2);
  const receiver = await client.acceptSession('peek', 'b');
  assert.deepEqual((await receiver.peekMessages(10)).map((m) => m.body), [2]);
});

test('sessions are required where they are required, and refused elsewhere', async () => {
  const client = bus.client();
  await assert.rejects(client.createReceiver('named').receiveMessages(1), /requires sessions/);
  // The SDK says this of any attach that does not come back with the session.
  await assert.rejects(client.acceptSession('plain', 's'), { code: 'SessionCannotBeLocked' });
  await assert.rejects(client.createSender('named').sendMessages({ body: 1 }), /SessionId was not set/);
});
