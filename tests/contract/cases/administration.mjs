import assert from 'node:assert/strict';
import { all_of, becomes, comes_to_be_refused, one, pause, quiet, refused } from '../namespace.mjs';

export default [
  ['admin.namespace', '10', 'the namespace tells its name and tier', ['Manage'], async (c) => {
    const found = await c.admin.getNamespaceProperties();
    assert.ok(found.name.length > 0);
    assert.ok(['Standard', 'Premium', 'Basic'].includes(found.messagingSku), found.messagingSku);
  }],
  ['admin.queue', '10', 'a queue is made with what was asked for', ['Manage'], async (c) => {
    const name = c.unused('q');
    const asked = {
      lockDuration: 'PT45S', maxDeliveryCount: 7, requiresSession: true, requiresDuplicateDetection: true,
      duplicateDetectionHistoryTimeWindow: 'PT5M', deadLetteringOnMessageExpiration: true,
      defaultMessageTimeToLive: 'PT2H', autoDeleteOnIdle: 'PT1H', userMetadata: 'made <here> & now',
    };
    await c.admin.createQueue(name, asked);
    const found = await c.admin.getQueue(name);
    for (const [key, value] of Object.entries(asked)) assert.equal(found[key], value, key);
  }],
  ['admin.defaults', '10', 'what was not asked for has its default', ['Manage'], async (c) => {
    const found = await c.admin.getQueue(await c.queue());
    assert.equal(found.lockDuration, 'PT1M');
    assert.equal(found.maxDeliveryCount, 10);
    assert.equal(found.requiresSession, false);
    assert.equal(found.requiresDuplicateDetection, false);
    assert.equal(found.deadLetteringOnMessageExpiration, false);
    assert.equal(found.status, 'Active');
  }],
  ['admin.exists', '10', 'whether something exists can be asked', ['Manage'], async (c) => {
    assert.equal(await c.admin.queueExists(await c.queue()), true);
    assert.equal(await c.admin.queueExists(c.unused()), false);
    const topic = await c.filtered(undefined);
    assert.equal(await c.admin.topicExists(topic), true);
    assert.equal(await c.admin.subscriptionExists(topic, 's0'), true);
    assert.equal(await c.admin.subscriptionExists(topic, 'none'), false);
    assert.equal(await c.admin.ruleExists(topic, 's0', '$Default'), true);
    assert.equal(await c.admin.ruleExists(topic, 's0', 'none'), false);
  }],
  ['admin.twice', '10', 'a name is there once', ['Manage'], async (c) => {
    const queue = await c.queue();
    await refused(c.admin.createQueue(queue), 'MessageEntityAlreadyExistsError');
    const topic = await c.filtered(undefined);
    await refused(c.admin.createSubscription(topic, 's0'), 'MessageEntityAlreadyExistsError');
  }],
  ['admin.missing', '10', 'what is not there is said to be missing', ['Manage'], async (c) => {
    await refused(c.admin.getQueue(c.unused()), 'MessageEntityNotFoundError');
    await refused(c.admin.deleteQueue(c.unused()), 'MessageEntityNotFoundError');
    await refused(c.admin.createSubscription(c.unused(), 's'), 'MessageEntityNotFoundError');
  }],
  ['admin.update', '10', 'a queue is changed', ['Manage'], async (c) => {
    const name = await c.queue();
    const queue = await c.admin.getQueue(name);
    await c.admin.updateQueue({ ...queue, maxDeliveryCount: 3, lockDuration: 'PT30S' });
    const changed = await c.admin.getQueue(name);
    assert.equal(changed.maxDeliveryCount, 3);
    assert.equal(changed.lockDuration, 'PT30S');
  }],
  ['admin.for_good', '10', 'sessions and duplicate detection cannot be changed', ['Manage'], async (c) => {
    const queue = await c.admin.getQueue(await c.queue());
    await assert.rejects(c.admin.updateQueue({ ...queue, requiresSession: true }));
    await assert.rejects(c.admin.updateQueue({ ...queue, requiresDuplicateDetection: true }));
  }],
  ['admin.bounds', '10', 'a lock is five minutes at most', ['Manage'], async (c) => {
    await assert.rejects(c.admin.createQueue(c.unused(), { lockDuration: 'PT6M' }));
    await c.queue({ lockDuration: 'PT5M' });
  }],
  ['admin.bad_name', '10', 'a name with an exclamation mark is refused', ['Manage'], async (c) => {
    await assert.rejects(c.admin.createQueue(`${c.unused()}!x`));
  }],
  ['admin.delete', '10', 'a deleted queue is gone', ['Manage'], async (c) => {
    const queue = await c.queue();
    await c.admin.deleteQueue(queue);
    await becomes('it is gone', async () => !(await c.admin.queueExists(queue)));
  }],
  ['admin.delete_messages', '10', 'with its messages', ['Send', 'Listen', 'Manage'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 'of the old one');
    await c.admin.deleteQueue(queue);
    await becomes('it is gone', async () => !(await c.admin.queueExists(queue)));
    await c.admin.createQueue(queue, { autoDeleteOnIdle: 'PT1H' });
    await quiet(c.client().createReceiver(queue));
  }],
  ['admin.delete_ends_receivers', '10', 'and its receivers are told', ['Listen', 'Manage'], async (c) => {
    const queue = await c.queue();
    const errors = [];
    c.receiver(queue).subscribe({ processMessage: async () => {}, processError: async ({ error }) => void errors.push(error.code) });
    await pause(3_000);
    await c.admin.deleteQueue(queue);
    await becomes('the receiver is told', async () => errors.includes('MessagingEntityNotFound'));
  }],
  ['admin.list', '10', 'queues and topics are listed', ['Manage'], async (c) => {
    const [queue, topic] = [await c.queue(), await c.topic()];
    assert.ok((await all_of(c.admin.listQueues())).some(({ name }) => name === queue));
    assert.ok((await all_of(c.admin.listTopics())).some(({ name }) => name === topic));
  }],
  ['admin.pages', '10', 'a list comes in pages, each entity once', ['Manage'], async (c) => {
    const topic = await c.topic();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await c.subscription(topic, name);
    const names = [];
    for await (const page of c.admin.listSubscriptions(topic).byPage({ maxPageSize: 2 })) {
      names.push(...page.map(({ subscriptionName }) => subscriptionName));
      assert.ok(names.length <= 5, 'the list ends');
    }
    assert.deepEqual(names.sort(), ['a', 'b', 'c', 'd', 'e']);
  }],
  ['admin.counts', '10', 'messages are counted', ['Send', 'Manage'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, 1, 2);
    await becomes('two are counted', async () => {
      const counts = await c.admin.getQueueRuntimeProperties(queue);
      return counts.activeMessageCount === 2 && counts.totalMessageCount === 2 && counts.sizeInBytes > 0;
    });
  }],
  ['admin.topic_counts', '10', 'a topic counts its subscriptions, and these their messages', ['Send', 'Manage'], async (c) => {
    const topic = await c.filtered(undefined, sql_false());
    await c.send(topic, 1);
    await becomes('they are counted', async () => {
      const [of_topic, first, second] = await Promise.all([
        c.admin.getTopicRuntimeProperties(topic),
        c.admin.getSubscriptionRuntimeProperties(topic, 's0'),
        c.admin.getSubscriptionRuntimeProperties(topic, 's1'),
      ]);
      return of_topic.subscriptionCount === 2 && first.activeMessageCount === 1 && second.activeMessageCount === 0;
    });
  }],
  ['admin.times', '10', 'an entity says when it was made and changed', ['Manage'], async (c) => {
    const queue = await c.queue();
    const { createdAt, modifiedAt } = await c.admin.getQueueRuntimeProperties(queue);
    assert.ok(Math.abs(createdAt.getTime() - Date.now()) < 60_000);
    assert.ok(modifiedAt.getTime() >= createdAt.getTime() - 1_000);
  }],
  ['admin.topic', '10', 'a topic is made and changed', ['Manage'], async (c) => {
    const name = await c.topic({ defaultMessageTimeToLive: 'PT3H', requiresDuplicateDetection: true });
    const topic = await c.admin.getTopic(name);
    assert.equal(topic.defaultMessageTimeToLive, 'PT3H');
    assert.equal(topic.requiresDuplicateDetection, true);
    await c.admin.updateTopic({ ...topic, userMetadata: 'changed' });
    assert.equal((await c.admin.getTopic(name)).userMetadata, 'changed');
  }],
  ['admin.subscription', '10', 'a subscription is made and changed, and keeps its rules', ['Manage'], async (c) => {
    const topic = await c.topic();
    await c.subscription(topic, 's', { lockDuration: 'PT20S', requiresSession: true, maxDeliveryCount: 4 }, { subject: 'x' });
    const found = await c.admin.getSubscription(topic, 's');
    assert.equal(found.lockDuration, 'PT20S');
    assert.equal(found.requiresSession, true);
    await c.admin.updateSubscription({ ...found, maxDeliveryCount: 9 });
    assert.equal((await c.admin.getSubscription(topic, 's')).maxDeliveryCount, 9);
    assert.deepEqual((await all_of(c.admin.listRules(topic, 's'))).map(({ name }) => name), ['r']);
  }],
  ['admin.rules', '10', 'rules are made, changed and deleted', ['Manage'], async (c) => {
    const topic = await c.filtered(undefined);
    await c.admin.createRule(topic, 's0', 'one', { sqlExpression: 'a = 1' });
    const rule = await c.admin.getRule(topic, 's0', 'one');
    assert.equal(rule.filter.sqlExpression, 'a = 1');
    await c.admin.updateRule(topic, 's0', { ...rule, filter: { subject: 'b', applicationProperties: { n: 2, t: 'x', yes: true } } });
    const changed = await c.admin.getRule(topic, 's0', 'one');
    assert.equal(changed.filter.subject, 'b');
    assert.deepEqual(changed.filter.applicationProperties, { n: 2, t: 'x', yes: true });
    await c.admin.deleteRule(topic, 's0', 'one');
    assert.equal(await c.admin.ruleExists(topic, 's0', 'one'), false);
  }],
  ['status.send_disabled', '10', 'an entity that is disabled for sending refuses messages, and gives those it has', ['Send', 'Listen', 'Manage'], async (c) => {
    const name = await c.queue();
    await c.send(name, 'before');
    await c.admin.updateQueue({ ...(await c.admin.getQueue(name)), status: 'SendDisabled' });
    await comes_to_be_refused(() => c.client().createSender(name).sendMessages({ body: 1 }), 'MessagingEntityDisabled');
    assert.equal((await one(c.receiver(name))).body, 'before');
  }],
  ['status.receive_disabled', '10', 'an entity that is disabled for receiving takes messages, and gives none', ['Send', 'Listen', 'Manage'], async (c) => {
    const name = await c.queue({ status: 'ReceiveDisabled' });
    await c.send(name, 'kept');
    await refused(c.receiver(name).receiveMessages(1, { maxWaitTimeInMs: 1_000 }), 'MessagingEntityDisabled');
    await c.admin.updateQueue({ ...(await c.admin.getQueue(name)), status: 'Active' });
    let message;
    await becomes('it gives again', async () => {
      message = await one(c.client().createReceiver(name)).catch(() => undefined);
      return message !== undefined;
    });
    assert.equal(message.body, 'kept');
  }],
  ['status.receive_disabled_deferred', '10', 'an entity that is disabled for receiving gives no deferred message by its number, and keeps it', ['Send', 'Listen', 'Manage'], async (c) => {
    const name = await c.queue();
    await c.send(name, 'kept');
    const receiver = c.receiver(name);
    const message = await one(receiver);
    await receiver.deferMessage(message);
    await c.admin.updateQueue({ ...(await c.admin.getQueue(name)), status: 'ReceiveDisabled' });
    await comes_to_be_refused(() => c.client().createReceiver(name).receiveMessages(1, { maxWaitTimeInMs: 1_000 }), 'MessagingEntityDisabled');
    const deleting = (client) => client.createReceiver(name, { receiveMode: 'receiveAndDelete' });
    await refused(deleting(c.client()).receiveDeferredMessages(message.sequenceNumber), 'MessagingEntityDisabled');
    await c.admin.updateQueue({ ...(await c.admin.getQueue(name)), status: 'Active' });
    let got;
    await becomes('it gives again', async () => {
      got = await deleting(c.client()).receiveDeferredMessages(message.sequenceNumber).catch((reason) => {
        assert.equal(reason.code, 'MessagingEntityDisabled', reason.message);
      });
      return got !== undefined;
    });
    assert.equal(got[0].body, 'kept');
  }],
  ['status.disabled_subscription', '10', 'a disabled subscription gets its copies, and gives none', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.topic();
    await c.subscription(topic, 's', { status: 'Disabled' });
    await c.send(topic, 'kept');
    await refused(c.receiver([topic, 's']).receiveMessages(1, { maxWaitTimeInMs: 1_000 }), 'MessagingEntityDisabled');
    await c.admin.updateSubscription({ ...(await c.admin.getSubscription(topic, 's')), status: 'Active' });
    let message;
    await becomes('it gives', async () => {
      message = await one(c.client().createReceiver(topic, 's')).catch(() => undefined);
      return message !== undefined;
    });
    assert.equal(message.body, 'kept');
  }],
  ['status.disabled', '10', 'a disabled entity does neither', ['Send', 'Listen', 'Manage'], async (c) => {
    const name = await c.queue({ status: 'Disabled' });
    await refused(c.sender(name).sendMessages({ body: 1 }), 'MessagingEntityDisabled');
    await refused(c.receiver(name).receiveMessages(1, { maxWaitTimeInMs: 1_000 }), 'MessagingEntityDisabled');
  }],
];

function sql_false() {
  return { sqlExpression: '1=0' };
}
