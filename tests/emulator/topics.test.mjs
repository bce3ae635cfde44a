// Topics with the unmodified SDK: correlation and SQL filters, the default rule, sessions behind a topic.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, drain, entities, is_empty, one } from './bus_process.mjs';

const correlation = (filter) => ({ Name: 'r', Properties: { FilterType: 'Correlation', CorrelationFilter: filter } });
const sql = (text) => ({ Name: 'r', Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression: text } } });

let bus;
before(async () => {
  bus = await Bus.start(
    entities({
      topics: {
        events: {
          RequiresDuplicateDetection: true,
          DuplicateDetectionHistoryTimeWindow: 'P7D',
          subscriptions: {
            all: {},
            completed: { rules: [correlation({ Properties: { cloudEvents_type: 'millrace.test.completed.v1' } })] },
            labelled: { rules: [correlation({ Label: 'alarm', ContentType: 'text/plain' })] },
            sql: { rules: [sql("cloudEvents_type LIKE 'millrace.%' AND NOT (score < 50) AND sys.MessageId <> 'x'")] },
            quoted: { rules: [sql("[cloudEvents:type] IN ('a', 'b') OR \"odd name\" IS NOT NULL")] },
          },
        },
        ordered: { subscriptions: { s: { RequiresSession: true } } },
        dead: { subscriptions: { s: {} } },
      },
    }),
  );
});
after(() => bus.close());

test('each subscription gets what its rules match', async () => {
  const client = bus.client();
  const sender = client.createSender('events');
  await sender.sendMessages([
    { messageId: '1', body: 'completed', applicationProperties: { cloudEvents_type: 'millrace.test.completed.v1', score: 80 } },
    { messageId: '2', body: 'failed', applicationProperties: { cloudEvents_type: 'millrace.test.completed.v1', score: 20 } },
    { messageId: '3', body: 'no score', applicationProperties: { cloudEvents_type: 'millrace.test.completed.v1' } },
    { messageId: '4', body: 'alarm', subject: 'alarm', contentType: 'text/plain' },
    { messageId: '5', body: 'half', subject: 'alarm' },
    { messageId: '6', body: 'colon', applicationProperties: { 'cloudEvents:type': 'b' } },
    { messageId: '7', body: 'odd', applicationProperties: { 'odd name': 0 } },
    { messageId: '7', body: 'duplicate' },
  ]);
  const bodies = async (subscription, count) => {
    const receiver = client.createReceiver('events', subscription);
    const messages = await drain(receiver, count);
    assert.ok(await is_empty(receiver), subscription);
    return messages.map((m) => m.body);
  };
  assert.deepEqual(await bodies('all', 7), ['completed', 'failed', 'no score', 'alarm', 'half', 'colon', 'odd']);
  assert.deepEqual(await bodies('completed', 3), ['completed', 'failed', 'no score']);
  assert.deepEqual(await bodies('labelled', 1), ['alarm']);
  assert.deepEqual(await bodies('sql', 1), ['completed']);
  assert.deepEqual(await bodies('quoted', 2), ['colon', 'odd']);
});

test('a subscription numbers its own messages without gaps', async () => {
  const client = bus.client();
  await client.createSender('dead').sendMessages([{ body: 1 }, { body: 2 }]);
  const receiver = client.createReceiver('dead', 's');
  const [first, second] = await drain(receiver, 2, { complete: false });
  assert.deepEqual([Number(first.sequenceNumber), Number(second.sequenceNumber)], [1, 2]);
  await receiver.deadLetterMessage(first, { deadLetterReason: 'Bad' });
  const dead = await one(client.createReceiver('dead', 's', { subQueueType: 'deadLetter' }));
  assert.equal(dead.body, 1);
  assert.equal(dead.deadLetterReason, 'Bad');
});

test('sessions work behind a topic', async () => {
  const client = bus.client();
  await client.createSender('ordered').sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 'operator:op-1' })));
  const receiver = await client.acceptNextSession('ordered', 's');
  assert.equal(receiver.sessionId, 'operator:op-1');
  assert.deepEqual((await drain(receiver, 3)).map((m) => m.body), [1, 2, 3]);
});

test('rules can be listed', async () => {
  const client = bus.client();
  const rules = async (subscription) => {
    const found = [];
    for await (const rule of client.createRuleManager('events', subscription).listRules()) found.push(rule);
    return found;
  };
  const [sql_rule, ...more] = await rules('sql');
  assert.equal(more.length, 0);
  assert.match(sql_rule.filter.sqlExpression, /cloudEvents_type LIKE/);
  const [everything] = await rules('all');
  assert.equal(everything.name, '$Default');
  assert.equal(everything.filter.sqlExpression, '1=1');
  const [completed] = await rules('completed');
  assert.deepEqual(completed.filter.applicationProperties, { cloudEvents_type: 'millrace.test.completed.v1' });
});

test('a topic itself cannot be received from', async () => {
  await assert.rejects(bus.client().createReceiver('events').receiveMessages(1), { name: 'ServiceBusError' });
});
