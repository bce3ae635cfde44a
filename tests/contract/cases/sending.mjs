import assert from 'node:assert/strict';
import { bodies, one, PATIENCE_MS, pause, quiet, refused, take } from '../namespace.mjs';

const KILO = 1024;

/// A message that the SDK does not look through: what is wrong with it is the service's to say.
const raw = (properties) => ({ bodyType: 'data', body: Buffer.from('raw'), properties });

export default [
  ['send.one', '2', 'a message that was sent is received', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 'hello');
    assert.equal((await one(c.receiver(queue))).body, 'hello');
  }],
  ['send.order', '2', 'a queue gives messages in the order of their sending', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2, 3, 4, 5);
    assert.deepEqual(bodies(await take(c.receiver(queue), 5)), [1, 2, 3, 4, 5]);
  }],
  ['send.list', '2', 'a list of messages arrives whole and in order', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.sender(queue).sendMessages([1, 2, 3].map((body) => ({ body })));
    assert.deepEqual(bodies(await take(c.receiver(queue), 3)), [1, 2, 3]);
  }],
  ['send.list_of_one', '2', 'a list of one is a batch too', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.sender(queue).sendMessages([{ body: 'alone', messageId: 'm' }]);
    assert.equal((await one(c.receiver(queue))).messageId, 'm');
  }],
  ['send.batch', '2', 'a batch is filled up to the limit of its link', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const sender = c.sender(queue);
    const batch = await sender.createMessageBatch();
    assert.ok(batch.maxSizeInBytes >= 256 * KILO, `the link says how much it takes: ${batch.maxSizeInBytes}`);
    const body = Buffer.alloc(64 * KILO);
    while (batch.tryAddMessage({ body }) && batch.count < 100);
    assert.ok(batch.count >= 3);
    await sender.sendMessages(batch);
    await take(c.receiver(queue), batch.count);
  }],
  ['send.batch_limit', '2', 'the limit of a sender is that of its tier', ['Send'], async (c) => {
    const batch = await c.sender(await c.queue()).createMessageBatch();
    assert.ok([256 * KILO, 1024 * KILO].includes(batch.maxSizeInBytes) || batch.maxSizeInBytes > 1024 * KILO, `${batch.maxSizeInBytes}`);
  }],
  ['send.too_large', '2', 'a message over the limit is refused, and the sender goes on', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const sender = c.sender(queue);
    const { maxSizeInBytes } = await sender.createMessageBatch();
    await refused(sender.sendMessages({ body: Buffer.alloc(maxSizeInBytes + 1) }), 'MessageSizeExceeded');
    await sender.sendMessages({ body: 'small' });
    assert.equal((await one(c.receiver(queue))).body, 'small');
  }],
  ['send.whole_or_nothing', '2', 'of a batch with one bad message nothing is stored', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ requiresSession: true });
    await assert.rejects(c.sender(queue).sendMessages([{ body: 1, sessionId: 's' }, { body: 2 }]));
    const session = await c.accept(queue, 's');
    await quiet(session);
  }],
  ['send.id', '2', 'MessageId, CorrelationId, subject, to, replyTo and contentType arrive as they were sent', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const sent = { messageId: 'm', correlationId: 'c', subject: 's', to: 't', replyTo: 'r', contentType: 'text/x', replyToSessionId: 'rs' };
    await c.send(queue, { body: 1, ...sent });
    const got = await one(c.receiver(queue));
    for (const [name, value] of Object.entries(sent)) assert.equal(got[name], value, name);
  }],
  ['send.properties', '2', 'application properties keep their types', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const applicationProperties = { text: 'x', whole: 5, real: 0.5, yes: true, no: false, none: null };
    await c.send(queue, { body: 1, applicationProperties: { ...applicationProperties, at: new Date(86_400_000) } });
    const { at, ...others } = (await one(c.receiver(queue))).applicationProperties;
    assert.deepEqual(others, applicationProperties);
    assert.equal(Number(at), 86_400_000, 'the SDK gives a time as its milliseconds');
  }],
  ['send.binary', '2', 'a binary body arrives byte for byte', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const body = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index & 255));
    await c.send(queue, { body });
    const got = await one(c.receiver(queue, { skipParsingBodyAsJson: true }));
    assert.ok(Buffer.compare(Buffer.from(got.body), body) === 0);
  }],
  ['send.object', '2', 'an object arrives as an object', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const body = { a: [1, { b: null }], 'ü': '✓' };
    await c.send(queue, { body });
    assert.deepEqual((await one(c.receiver(queue))).body, body);
  }],
  ['send.empty', '2', 'a message may have no body', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: '', messageId: 'empty' });
    assert.equal((await one(c.receiver(queue))).messageId, 'empty');
  }],
  ['send.value_and_sequence', '2', 'AMQP value and sequence bodies arrive as what they are', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.sender(queue).sendMessages({ bodyType: 'value', body: 42 });
    await c.sender(queue).sendMessages({ bodyType: 'sequence', body: [1, 'two'] });
    const [value, sequence] = await take(c.receiver(queue), 2);
    assert.equal(value._rawAmqpMessage.bodyType, 'value');
    assert.equal(value.body, 42);
    assert.equal(sequence._rawAmqpMessage.bodyType, 'sequence');
    assert.deepEqual(sequence.body, [1, 'two']);
  }],
  ['send.partition_key', '2', 'a partition key is carried along', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 1, partitionKey: 'p' });
    assert.equal((await one(c.receiver(queue))).partitionKey, 'p');
  }],
  ['send.partition_key_and_session', '2', 'a partition key other than the session is refused', ['Send'], async (c) => {
    const queue = await c.queue({ requiresSession: true });
    const sender = c.sender(queue);
    const keyed = (key) => ({ ...raw({ groupId: 'a' }), messageAnnotations: { 'x-opt-partition-key': key } });
    await sender.sendMessages(keyed('a'));
    await assert.rejects(sender.sendMessages(keyed('b')));
  }],
  ['send.enqueued', '2', 'a message says when it was enqueued', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1);
    const { enqueuedTimeUtc } = await one(c.receiver(queue));
    assert.ok(Math.abs(enqueuedTimeUtc.getTime() - Date.now()) < 60_000, `${enqueuedTimeUtc}`);
  }],
  ['send.numbers', '5', 'sequence numbers grow by one', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2, 3);
    const numbers = (await take(c.receiver(queue), 3)).map((message) => message.sequenceNumber.toNumber());
    assert.deepEqual(numbers, [numbers[0], numbers[0] + 1, numbers[0] + 2]);
  }],
  ['send.id_too_long', '2', 'a MessageId of 128 characters is the longest', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const longest = 'i'.repeat(128);
    await c.send(queue, { body: 1, messageId: longest });
    assert.equal((await one(c.receiver(queue))).messageId, longest);
    await assert.rejects(c.sender(queue).sendMessages(raw({ messageId: `${longest}i` })));
  }],
  ['send.session_id_too_long', '2', 'a SessionId of 128 characters is the longest', ['Send'], async (c) => {
    const queue = await c.queue({ requiresSession: true });
    const sender = c.sender(queue);
    await sender.sendMessages(raw({ groupId: 's'.repeat(128) }));
    await assert.rejects(sender.sendMessages(raw({ groupId: 's'.repeat(129) })));
  }],
  ['send.ids_in_characters', '2', 'ids are measured in characters, not in bytes', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    const longest = 'ü'.repeat(128);
    await c.send(queue, { body: 1, messageId: longest, sessionId: longest, partitionKey: longest });
    const { messageId, sessionId, partitionKey } = await one(c.receiver(queue));
    assert.deepEqual([messageId, sessionId, partitionKey], [longest, longest, longest]);
    await assert.rejects(c.sender(queue).sendMessages(raw({ messageId: `${longest}ü` })));
  }],
  ['send.without_session', '5', 'an entity with sessions refuses a message without one', ['Send'], async (c) => {
    const queue = await c.queue({ requiresSession: true });
    await assert.rejects(c.sender(queue).sendMessages({ body: 1 }));
  }],
  ['send.nowhere', '11', 'sending to what is not there is refused as such', ['Send'], async (c) => {
    await refused(c.sender(c.unused()).sendMessages({ body: 1 }), 'MessagingEntityNotFound');
  }],
  ['send.name_without_case', '1', 'names are without case', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue.toUpperCase(), 'found');
    assert.equal((await one(c.receiver(queue))).body, 'found');
  }],
  ['duplicates.dropped', '5', 'a second message with the id of the first is accepted and dropped', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ requiresDuplicateDetection: true });
    await c.send(queue, { body: 1, messageId: 'm' }, { body: 2, messageId: 'm' }, { body: 3, messageId: 'n' });
    const receiver = c.receiver(queue);
    assert.deepEqual(bodies(await take(receiver, 2)), [1, 3]);
    await quiet(receiver);
  }],
  ['duplicates.after_receiving', '5', 'an id is remembered when its message is long gone', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ requiresDuplicateDetection: true });
    const receiver = c.receiver(queue);
    await c.send(queue, { body: 1, messageId: 'm' });
    await take(receiver, 1);
    await c.send(queue, { body: 2, messageId: 'm' });
    await quiet(receiver);
  }],
  ['duplicates.window', '5', 'after its window an id counts as new', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'PT20S' });
    const receiver = c.receiver(queue);
    await c.send(queue, { body: 1, messageId: 'm' });
    await take(receiver, 1);
    // Longer than the window each time, in case a dropped duplicate begins it anew; more than once, since the service may
    // forget late.
    const end = Date.now() + PATIENCE_MS;
    for (let body = 2; Date.now() < end; ++body) {
      await pause(22_000);
      await c.send(queue, { body, messageId: 'm' });
      const [again] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 3_000 });
      if (again) return;
    }
    assert.fail('the id was never forgotten');
  }],
  ['duplicates.scheduled', '5', 'the id of a scheduled message is known, too', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue({ requiresDuplicateDetection: true });
    await c.sender(queue).scheduleMessages({ body: 'scheduled', messageId: 'm' }, new Date(Date.now() + 5_000));
    await c.send(queue, { body: 'again', messageId: 'm' }, { body: 'other', messageId: 'n' });
    const receiver = c.receiver(queue);
    assert.deepEqual(bodies(await take(receiver, 2)).sort(), ['other', 'scheduled']);
    await quiet(receiver);
  }],
  ['duplicates.off', '5', 'without duplicate detection ids may repeat', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 1, messageId: 'm' }, { body: 2, messageId: 'm' });
    assert.deepEqual(bodies(await take(c.receiver(queue), 2)), [1, 2]);
  }],
  ['duplicates.in_a_topic', '5', 'a topic drops duplicates for all its subscriptions', ['Send', 'Listen'], async (c) => {
    const topic = await c.topic({ requiresDuplicateDetection: true });
    await c.subscription(topic, 's');
    await c.send(topic, { body: 1, messageId: 'm' }, { body: 2, messageId: 'm' }, { body: 3, messageId: 'n' });
    assert.deepEqual(bodies(await take(c.receiver([topic, 's']), 2)), [1, 3]);
  }],
];
