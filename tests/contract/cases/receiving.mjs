import assert from 'node:assert/strict';
import { becomes, bodies, one, quiet, refused, take, until } from '../namespace.mjs';

export default [
  ['receive.complete', '3', 'what was completed does not come again', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT5S' });
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await take(receiver, 1);
    await becomes('the queue is empty', async () => (await c.admin.getQueueRuntimeProperties(queue)).activeMessageCount === 0);
    await quiet(receiver);
  }],
  ['receive.several', '3', 'several messages come at once', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.sender(queue).sendMessages([1, 2, 3].map((body) => ({ body })));
    const receiver = c.receiver(queue);
    const got = [];
    while (got.length < 3) got.push(...(await receiver.receiveMessages(3, { maxWaitTimeInMs: 20_000 })));
    assert.deepEqual(bodies(got), [1, 2, 3]);
  }],
  ['receive.nothing', '3', 'an empty queue answers a drain', ['Listen'], async (c) => {
    const queue = await c.queue();
    const receiver = c.receiver(queue);
    const start = Date.now();
    assert.deepEqual(await receiver.receiveMessages(5, { maxWaitTimeInMs: 500 }), []);
    assert.deepEqual(await receiver.receiveMessages(5, { maxWaitTimeInMs: 500 }), []);
    assert.ok(Date.now() - start < 20_000);
  }],
  ['receive.drain', '3', 'a drain is answered: the link stays', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const receiver = c.receiver(queue);
    assert.deepEqual(await receiver.receiveMessages(2, { maxWaitTimeInMs: 500 }), []);
    // Where no answer comes, the SDK gives the link up.
    assert.ok(receiver._batchingReceiver.isOpen());
    const other = c.client().createReceiver(queue);
    await c.send(queue, 'late');
    assert.equal((await one(other)).body, 'late', 'the first receiver holds no credit, and no message');
  }],
  ['receive.subscribe', '3', 'a subscribed handler gets what comes', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const got = [];
    const receiver = c.receiver(queue);
    receiver.subscribe({ processMessage: async (message) => void got.push(message.body), processError: async () => {} });
    await c.send(queue, 1, 2, 3);
    await becomes('three came', () => got.length === 3);
    assert.deepEqual(got, [1, 2, 3]);
  }],
  ['receive.delete', '3', 'receive-and-delete takes the message with the transfer', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2);
    const receiver = c.receiver(queue, { receiveMode: 'receiveAndDelete' });
    assert.deepEqual(bodies(await take(receiver, 2, async () => {})), [1, 2]);
    await becomes('the queue is empty', async () => (await c.admin.getQueueRuntimeProperties(queue)).totalMessageCount === 0);
  }],
  ['receive.delete_has_no_lock', '3', 'what was deleted cannot be settled', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue, { receiveMode: 'receiveAndDelete' });
    const message = await one(receiver);
    assert.equal(message.lockToken, undefined);
    await assert.rejects(receiver.completeMessage(message));
  }],
  ['receive.locked', '3', 'a locked message is nobody else’s', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    await one(c.receiver(queue));
    await quiet(c.client().createReceiver(queue));
  }],
  ['receive.lock_token', '3', 'each delivery has a lock token and says how long it is locked', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT30S' });
    await c.send(queue, 1);
    const message = await one(c.receiver(queue));
    assert.match(message.lockToken, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i);
    const left = message.lockedUntilUtc.getTime() - Date.now();
    assert.ok(left > 5_000 && left < 90_000, `${left} ms`);
  }],
  ['receive.no_sessions', '11', 'a receiver without a session is refused where sessions are required', ['Listen'], async (c) => {
    const queue = await c.queue({ requiresSession: true });
    await assert.rejects(c.receiver(queue).receiveMessages(1, { maxWaitTimeInMs: 1000 }));
  }],
  ['receive.topic', '11', 'nobody receives from a topic', ['Listen'], async (c) => {
    const topic = await c.topic();
    await assert.rejects(c.receiver(topic).receiveMessages(1, { maxWaitTimeInMs: 1000 }));
  }],
  ['receive.nowhere', '11', 'receiving from what is not there is refused as such', ['Listen'], async (c) => {
    await refused(c.receiver(c.unused()).receiveMessages(1, { maxWaitTimeInMs: 1000 }), 'MessagingEntityNotFound');
  }],
  ['receive.nowhere_subscription', '11', 'so is a subscription that is not there', ['Listen'], async (c) => {
    const topic = await c.topic();
    await refused(c.receiver([topic, 'none']).receiveMessages(1, { maxWaitTimeInMs: 1000 }), 'MessagingEntityNotFound');
  }],
  ['lock.expires', '3', 'a lock that runs out gives the message back', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT5S' });
    await c.send(queue, 1);
    const receiver = c.receiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    await one(receiver);
    assert.equal((await one(receiver)).body, 1);
  }],
  ['lock.expiry_counts', '3', 'a lock that ran out counts as a delivery', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT5S' });
    await c.send(queue, 1);
    const receiver = c.receiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    assert.equal((await one(receiver)).deliveryCount, 0);
    assert.equal((await one(receiver)).deliveryCount, 1);
  }],
  ['lock.lost', '3', 'settling after the lock ran out is refused', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT5S' });
    await c.send(queue, 1);
    const receiver = c.receiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    const message = await one(receiver);
    await one(receiver);
    await refused(receiver.completeMessage(message), 'MessageLockLost');
  }],
  ['lock.renewed', '4', 'a renewed lock holds on', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT10S' });
    await c.send(queue, 1);
    const receiver = c.receiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    const message = await one(receiver);
    const first = message.lockedUntilUtc.getTime();
    await until(first - 4_000);
    const renewed = await receiver.renewMessageLock(message);
    assert.ok(renewed.getTime() > first, `${renewed.toISOString()}`);
    await until(first + 2_000);
    await receiver.completeMessage(message);
  }],
  ['lock.renew_lost', '4', 'a lock that is gone cannot be renewed', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    const message = await one(receiver);
    await receiver.completeMessage(message);
    await refused(receiver.renewMessageLock(message), 'MessageLockLost');
  }],
  ['lock.outlives_link', '3', 'the lock outlives the link: another receiver gets nothing until it ends', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT30S' });
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await one(receiver);
    await receiver.close();
    await quiet(c.client().createReceiver(queue));
  }],
  ['settle.abandon', '3', 'an abandoned message comes again, and it counts', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.abandonMessage(await one(receiver));
    const again = await one(receiver);
    assert.equal(again.deliveryCount, 1);
  }],
  ['settle.abandon_first', '3', 'it comes again before later ones', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2);
    const receiver = c.receiver(queue);
    await receiver.abandonMessage(await one(receiver));
    assert.deepEqual(bodies(await take(receiver, 2)), [1, 2]);
  }],
  ['settle.abandon_properties', '3', 'what abandon adds is there the next time', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 1, applicationProperties: { kept: 'k', changed: 'before' } });
    const receiver = c.receiver(queue);
    await receiver.abandonMessage(await one(receiver), { changed: 'after', added: 7 });
    assert.deepEqual({ ...(await one(receiver)).applicationProperties }, { kept: 'k', changed: 'after', added: 7 });
  }],
  ['settle.twice', '3', 'a message is settled once', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    const message = await one(receiver);
    await receiver.completeMessage(message);
    await assert.rejects(receiver.completeMessage(message));
  }],
  ['defer.hides', '3', 'a deferred message does not come by itself', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2);
    const receiver = c.receiver(queue);
    await receiver.deferMessage(await one(receiver));
    assert.equal((await one(receiver)).body, 2);
    await quiet(receiver);
  }],
  ['defer.by_number', '4', 'it comes by its number, and can be settled', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    const message = await one(receiver);
    await receiver.deferMessage(message, { why: 'later' });
    const [again] = await receiver.receiveDeferredMessages(message.sequenceNumber);
    assert.equal(again.body, 1);
    assert.equal(again.state, 'deferred');
    assert.equal(again.applicationProperties.why, 'later');
    await receiver.completeMessage(again);
    await refused(receiver.receiveDeferredMessages(message.sequenceNumber), 'MessageNotFound');
  }],
  ['defer.several', '4', 'several come in one call', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2, 3);
    const receiver = c.receiver(queue);
    const numbers = (await take(receiver, 3, (message) => receiver.deferMessage(message))).map((m) => m.sequenceNumber);
    const again = await receiver.receiveDeferredMessages(numbers);
    assert.deepEqual(bodies(again).sort(), [1, 2, 3]);
  }],
  ['defer.delete', '4', 'a deferred message can be received and deleted', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    const message = await one(receiver);
    await receiver.deferMessage(message);
    const deleting = c.receiver(queue, { receiveMode: 'receiveAndDelete' });
    assert.equal((await deleting.receiveDeferredMessages(message.sequenceNumber))[0].body, 1);
    await becomes('the queue is empty', async () => (await c.admin.getQueueRuntimeProperties(queue)).totalMessageCount === 0);
  }],
  ['defer.twice_in_one_call', '4', 'a number that is named twice takes its message once, and the entity goes on', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2);
    const receiver = c.receiver(queue);
    const [first, second] = (await take(receiver, 2, (message) => receiver.deferMessage(message))).map((m) => m.sequenceNumber);
    // Whether doubles are refused is not known; that one message is not two is.
    const taken = async (from, number) => {
      const got = await from.receiveDeferredMessages([number, number]).catch(() => from.receiveDeferredMessages(number));
      assert.equal(got.length, 1);
      return got[0];
    };
    assert.equal((await taken(c.receiver(queue, { receiveMode: 'receiveAndDelete' }), first)).body, 1);
    const locked = await taken(receiver, second);
    assert.equal(locked.body, 2);
    await receiver.completeMessage(locked);
    await assert.rejects(receiver.completeMessage(locked));
    await c.send(queue, 3);
    assert.equal((await one(receiver)).body, 3);
  }],
  ['defer.in_hand', '4', 'a deferred message that is in hand is not given out again', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    const message = await one(receiver);
    await receiver.deferMessage(message);
    const [again] = await receiver.receiveDeferredMessages(message.sequenceNumber);
    await assert.rejects(c.client().createReceiver(queue).receiveDeferredMessages(message.sequenceNumber));
    await receiver.completeMessage(again);
  }],
  ['defer.unknown', '4', 'a number that nothing deferred has is refused', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    const [message] = await receiver.peekMessages(1);
    await refused(receiver.receiveDeferredMessages(message.sequenceNumber), 'MessageNotFound');
  }],
  ['defer.abandon', '3', 'a deferred message that is abandoned stays deferred', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    const message = await one(receiver);
    await receiver.deferMessage(message);
    const [again] = await receiver.receiveDeferredMessages(message.sequenceNumber);
    await receiver.abandonMessage(again);
    await quiet(receiver);
    assert.equal((await receiver.receiveDeferredMessages(message.sequenceNumber))[0].body, 1);
  }],
  ['peek.order', '4', 'peek shows messages in order and locks none', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2, 3);
    const receiver = c.receiver(queue);
    assert.deepEqual(bodies(await receiver.peekMessages(3)), [1, 2, 3]);
    assert.deepEqual(bodies(await take(receiver, 3)), [1, 2, 3]);
  }],
  ['peek.goes_on', '4', 'the next peek goes on behind the last', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2, 3);
    const receiver = c.receiver(queue);
    assert.deepEqual(bodies(await receiver.peekMessages(2)), [1, 2]);
    assert.deepEqual(bodies(await receiver.peekMessages(2)), [3]);
    assert.deepEqual(await receiver.peekMessages(2), []);
  }],
  ['peek.from', '4', 'peek begins at a number', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2, 3);
    const receiver = c.receiver(queue);
    const [, second] = await receiver.peekMessages(2);
    assert.deepEqual(bodies(await receiver.peekMessages(5, { fromSequenceNumber: second.sequenceNumber })), [2, 3]);
  }],
  ['peek.omits_body', '4', 'peek leaves the bodies out on request, and nothing else', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 'x', subject: 's', applicationProperties: { n: 1 } }, { body: Buffer.from('y') });
    const shown = await c.receiver(queue).peekMessages(2, { omitMessageBody: true });
    assert.deepEqual(bodies(shown), [undefined, undefined]);
    assert.equal(shown[0].subject, 's');
    assert.deepEqual(shown[0].applicationProperties, { n: 1 });
    const again = { fromSequenceNumber: shown[0].sequenceNumber, omitMessageBody: false };
    assert.deepEqual(bodies(await c.receiver(queue).peekMessages(1, again)), ['x']);
  }],
  ['peek.locked', '4', 'peek shows locked and deferred messages with their state', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2, 3);
    const receiver = c.receiver(queue);
    await receiver.deferMessage(await one(receiver));
    await one(receiver);
    const shown = await receiver.peekMessages(5);
    assert.deepEqual(bodies(shown), [1, 2, 3]);
    assert.deepEqual(shown.map((message) => message.state), ['deferred', 'active', 'active']);
  }],
  ['peek.nothing', '4', 'an empty queue has nothing to peek at', ['Listen'], async (c) => {
    assert.deepEqual(await c.receiver(await c.queue()).peekMessages(3), []);
  }],
];
