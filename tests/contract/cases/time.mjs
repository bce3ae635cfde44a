// Scheduling, expiry and dead letters.
import assert from 'node:assert/strict';
import { becomes, bodies, one, pause, quiet, refused, take } from '../namespace.mjs';

/// A message that lives so long, and was sent just now, is over. A wait of its own length needs no clock to agree with the
/// service's; a receiver that came sooner would lock the message, and what is locked does not expire.
const over = (lifetime_ms) => pause(lifetime_ms + 1_000);

/// Nobody gets what is over, and it is counted no more. Expiry is lazy, certain only where somebody receives: so this does.
async function gone(c, queue) {
  const receiver = c.receiver(queue);
  await becomes('it is gone', async () => {
    await quiet(receiver);
    return (await c.admin.getQueueRuntimeProperties(queue)).totalMessageCount === 0;
  });
}

const from_now = (ms) => new Date(Date.now() + ms);

export default [
  ['schedule.waits', '6', 'a scheduled message does not come before its time', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const at = from_now(10_000);
    await c.sender(queue).scheduleMessages({ body: 'later' }, at);
    const receiver = c.receiver(queue);
    await quiet(receiver);
    const message = await one(receiver);
    assert.equal(message.body, 'later');
    assert.ok(Date.now() >= at.getTime() - 1_000);
  }],
  ['schedule.property', '6', 'it may be scheduled by a property of its own', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 'later', scheduledEnqueueTimeUtc: from_now(10_000) });
    const receiver = c.receiver(queue);
    await quiet(receiver);
    assert.equal((await one(receiver)).body, 'later');
  }],
  ['schedule.numbers', '6', 'each scheduled message gets a number', ['Send'], async (c) => {
    const queue = await c.queue();
    const numbers = await c.sender(queue).scheduleMessages([{ body: 1 }, { body: 2 }], from_now(3_600_000));
    assert.equal(numbers.length, 2);
    assert.notEqual(numbers[0].toString(), numbers[1].toString());
  }],
  ['schedule.new_number', '6', 'when it is enqueued it gets a new number and the time of its enqueueing', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const at = from_now(5_000);
    const [number] = await c.sender(queue).scheduleMessages({ body: 1 }, at);
    const message = await one(c.receiver(queue));
    assert.notEqual(message.sequenceNumber.toString(), number.toString());
    assert.ok(message.enqueuedTimeUtc.getTime() >= at.getTime() - 2_000);
  }],
  ['schedule.past', '6', 'a time that is over is now', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.sender(queue).scheduleMessages({ body: 'now' }, from_now(-60_000));
    assert.equal((await one(c.receiver(queue))).body, 'now');
  }],
  ['schedule.cancel', '6', 'a cancelled message never comes', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const sender = c.sender(queue);
    const [number] = await sender.scheduleMessages({ body: 'never' }, from_now(10_000));
    await sender.cancelScheduledMessages(number);
    await sender.scheduleMessages({ body: 'marker' }, from_now(11_000));
    assert.equal((await one(c.receiver(queue))).body, 'marker');
  }],
  ['schedule.cancel_twice', '6', 'a message is cancelled once', ['Send'], async (c) => {
    const sender = c.sender(await c.queue());
    const [number] = await sender.scheduleMessages({ body: 'never' }, from_now(3_600_000));
    await sender.cancelScheduledMessages(number);
    await refused(sender.cancelScheduledMessages(number), 'MessageNotFound');
  }],
  ['schedule.peek', '6', 'a scheduled message is shown by peek', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.sender(queue).scheduleMessages({ body: 'later' }, from_now(3_600_000));
    const [shown] = await c.receiver(queue).peekMessages(1);
    assert.equal(shown.body, 'later');
    assert.equal(shown.state, 'scheduled');
  }],
  ['schedule.counted', '10', 'and counted as scheduled', ['Send', 'Manage'], async (c) => {
    const queue = await c.queue();
    await c.sender(queue).scheduleMessages({ body: 'later' }, from_now(3_600_000));
    await becomes('one is scheduled', async () => {
      const counts = await c.admin.getQueueRuntimeProperties(queue);
      return counts.scheduledMessageCount === 1 && counts.activeMessageCount === 0;
    });
  }],
  ['schedule.session', '6', 'a scheduled message joins its session', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ requiresSession: true });
    await c.sender(queue).scheduleMessages({ body: 1, sessionId: 'a' }, from_now(3_000));
    const session = await c.accept(queue, 'a');
    assert.equal((await one(session)).body, 1);
  }],
  ['schedule.topic', '6', 'messages wait at the topic, and then reach its subscriptions', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.topic();
    await c.subscription(topic, 's');
    await c.sender(topic).scheduleMessages({ body: 'later' }, from_now(10_000));
    const receiver = c.receiver([topic, 's']);
    await quiet(receiver);
    assert.equal((await one(receiver)).body, 'later');
  }],
  ['schedule.partition_key', '6', 'the rules of a topic see its partition key', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered({ sqlExpression: "sys.PartitionKey = 'p'" });
    await c.sender(topic).scheduleMessages([{ body: 1, partitionKey: 'p' }], from_now(3_000));
    assert.equal((await one(c.receiver([topic, 's0']))).body, 1);
  }],
  ['expiry.message', '7', 'a message is gone when its time is over', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 'short', timeToLive: 3_000 });
    await over(3_000);
    await gone(c, queue);
  }],
  ['expiry.entity', '7', 'the entity’s time counts when it is shorter', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ defaultMessageTimeToLive: 'PT5S' });
    await c.send(queue, { body: 'short', timeToLive: 3_600_000 });
    await over(5_000);
    await gone(c, queue);
  }],
  ['expiry.dead_letter', '7', 'where it is asked for, it goes to the dead letters', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ deadLetteringOnMessageExpiration: true });
    await c.send(queue, { body: 'short', timeToLive: 2_000 });
    const listening = c.receiver(queue);
    const dead = c.dead_letters(queue);
    await over(2_000);
    let message;
    await becomes('it is among the dead letters', async () => {
      await quiet(listening);
      [message] = await dead.receiveMessages(1, { maxWaitTimeInMs: 1_000 });
      return message !== undefined;
    });
    assert.equal(message.deadLetterReason, 'TTLExpiredException');
  }],
  ['expiry.locked', '7', 'a locked message does not expire', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT45S' });
    await c.send(queue, { body: 'held', timeToLive: 12_000 });
    const receiver = c.receiver(queue);
    const message = await one(receiver);
    await over(12_000);
    await receiver.completeMessage(message);
  }],
  ['expiry.says_when', '7', 'a message says when it expires', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 1, timeToLive: 3_600_000 });
    const message = await one(c.receiver(queue));
    assert.equal(message.timeToLive, 3_600_000);
    assert.equal(message.expiresAtUtc.getTime(), message.enqueuedTimeUtc.getTime() + 3_600_000);
  }],
  ['expiry.says_when_for_entity', '7', 'where the entity’s time is shorter it says that one', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ defaultMessageTimeToLive: 'PT30M' });
    await c.send(queue, { body: 1, timeToLive: 3_600_000 }, { body: 2 });
    for (const message of await take(c.receiver(queue), 2)) {
      assert.equal(message.timeToLive, 1_800_000);
      assert.equal(message.expiresAtUtc.getTime(), message.enqueuedTimeUtc.getTime() + 1_800_000);
    }
  }],
  ['dead.reason', '8', 'a dead letter has its reason, its description and what was added', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 1, applicationProperties: { kept: 1 } });
    const receiver = c.receiver(queue);
    await receiver.deadLetterMessage(await one(receiver), {
      deadLetterReason: 'Unreadable',
      deadLetterErrorDescription: 'no such test',
      added: 'x',
    });
    const dead = await one(c.dead_letters(queue));
    assert.equal(dead.deadLetterReason, 'Unreadable');
    assert.equal(dead.deadLetterErrorDescription, 'no such test');
    assert.equal(dead.applicationProperties.kept, 1);
    assert.equal(dead.applicationProperties.added, 'x');
  }],
  ['dead.source', '8', 'it says where it was dead-lettered', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.deadLetterMessage(await one(receiver));
    assert.equal((await one(c.dead_letters(queue))).deadLetterSource?.toLowerCase(), queue.toLowerCase());
  }],
  ['dead.max_deliveries', '8', 'after the last allowed delivery a message is dead-lettered', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ maxDeliveryCount: 2 });
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.abandonMessage(await one(receiver));
    await receiver.abandonMessage(await one(receiver));
    const dead = await one(c.dead_letters(queue));
    assert.equal(dead.deadLetterReason, 'MaxDeliveryCountExceeded');
  }],
  ['dead.complete', '8', 'a dead letter is completed like any message', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.deadLetterMessage(await one(receiver));
    const dead = c.dead_letters(queue);
    await take(dead, 1);
    await quiet(dead);
  }],
  ['dead.not_again', '8', 'a dead letter cannot be dead-lettered', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.deadLetterMessage(await one(receiver));
    const dead = c.dead_letters(queue);
    await assert.rejects(dead.deadLetterMessage(await one(dead)));
  }],
  ['dead.stays', '8', 'however often it fails', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ maxDeliveryCount: 2 });
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.deadLetterMessage(await one(receiver));
    const dead = c.dead_letters(queue);
    // More often than any entity allows that says nothing of it.
    for (let failed = 0; failed < 11; ++failed) await dead.abandonMessage(await one(dead));
    assert.equal((await one(dead)).body, 1);
  }],
  ['dead.lock', '8', 'its lock holds as long as one of its entity, also when that is changed', ['Send', 'Listen', 'Manage'], async (c) => {
    const queue = await c.queue({ lockDuration: 'PT10S' });
    await c.admin.updateQueue({ ...(await c.admin.getQueue(queue)), lockDuration: 'PT3M' });
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.deadLetterMessage(await one(receiver));
    const dead = c.dead_letters(queue);
    // A change takes its time to reach every part of a namespace.
    await becomes('it is locked for three minutes', async () => {
      const message = await one(dead);
      await dead.abandonMessage(message);
      return message.lockedUntilUtc.getTime() - Date.now() > 120_000;
    });
  }],
  ['dead.no_sends', '8', 'nobody sends to the dead letters', ['Send'], async (c) => {
    const queue = await c.queue();
    await assert.rejects(c.sender(`${queue}/$DeadLetterQueue`).sendMessages({ body: 1 }));
  }],
  ['dead.peek', '8', 'dead letters can be peeked at', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2);
    const receiver = c.receiver(queue);
    await take(receiver, 2, (message) => receiver.deadLetterMessage(message));
    assert.deepEqual(bodies(await c.dead_letters(queue).peekMessages(5)), [1, 2]);
  }],
  ['dead.counted', '10', 'dead letters are counted', ['Send', 'Listen', 'Manage'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const receiver = c.receiver(queue);
    await receiver.deadLetterMessage(await one(receiver));
    await becomes('one is counted', async () => (await c.admin.getQueueRuntimeProperties(queue)).deadLetterMessageCount === 1);
  }],
  ['dead.subscription', '8', 'each subscription has its own dead letters', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.topic();
    await c.subscription(topic, 'a');
    await c.subscription(topic, 'b');
    await c.send(topic, 1);
    const receiver = c.receiver([topic, 'a']);
    await receiver.deadLetterMessage(await one(receiver), { deadLetterReason: 'of a' });
    assert.equal((await one(c.dead_letters([topic, 'a']))).deadLetterReason, 'of a');
    assert.equal((await one(c.receiver([topic, 'b']))).body, 1);
  }],
];
