// A file of entities in the form of the one that Microsoft publishes with its emulator: every key that is there, comments, a
// rule with an action. It starts the bus, and each subscription gets what it says, also after a kill.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Bus, drain, is_empty, one } from './bus_process.mjs';

const subscription = (name, rules) => `{
  "Name": "${name}",
  "Properties": {
    "DeadLetteringOnMessageExpiration": false,
    "DefaultMessageTimeToLive": "PT1H",
    "LockDuration": "PT1M",
    "MaxDeliveryCount": 3,
    "ForwardDeadLetteredMessagesTo": "", // nowhere
    "ForwardTo": "",
    "RequiresSession": false
  }${rules === undefined ? '' : `,
  "Rules": [${rules}]`}
}`;

const FILE = `{
  "UserConfig": {
    /* One namespace, whose name is not looked at. */
    "Namespaces": [
      {
        "Name": "sbemulatorns",
        "Queues": [
          {
            "Name": "queue.1",
            "Properties": {
              "DeadLetteringOnMessageExpiration": false,
              "DefaultMessageTimeToLive": "PT1H",
              "DuplicateDetectionHistoryTimeWindow": "PT20S",
              "ForwardDeadLetteredMessagesTo": "",
              "ForwardTo": "",
              "LockDuration": "PT1M",
              "MaxDeliveryCount": 3,
              "RequiresDuplicateDetection": false,
              "RequiresSession": false
            }
          }
        ],
        "Topics": [
          {
            "Name": "topic.1",
            "Properties": {
              "DefaultMessageTimeToLive": "PT1H",
              "DuplicateDetectionHistoryTimeWindow": "PT20S",
              "RequiresDuplicateDetection": false
            },
            "Subscriptions": [
              ${subscription('subscription.1', `{
                "Name": "by-system-properties",
                "Properties": {
                  "FilterType": "Correlation",
                  "CorrelationFilter": {
                    "ContentType": "text/csv", "CorrelationId": "c", "Label": "l", "MessageId": "m", "ReplyTo": "r",
                    "ReplyToSessionId": "rs", "SessionId": "s", "To": "t"
                  }
                }
              }`)},
              ${subscription('subscription.2', `{
                "Name": "by-user-properties",
                "Properties": { "FilterType": "Correlation", "CorrelationFilter": { "Properties": { "shape": "round" } } }
              }`)},
              ${subscription('subscription.3')},
              ${subscription('subscription.4', `{
                "Name": "by-sql",
                "Properties": {
                  "FilterType": "Sql",
                  "SqlFilter": { "SqlExpression": "sys.MessageId IN ('123456','1234567') AND shape = 'square'" },
                  "Action" : { "SqlExpression": "SET sys.To = 'Entity'" }
                }
              }`)}
            ]
          }
        ]
      }
    ],
    "Logging": { "Type": "File" }
  }
}`;

let bus;
before(async () => {
  bus = await Bus.start(FILE);
});
after(() => bus.close());

test('each subscription gets what its rules say, and the action is done', async () => {
  const client = bus.client();
  await client.createSender('topic.1').sendMessages([
    { body: 1, messageId: 'm', contentType: 'text/csv', correlationId: 'c', subject: 'l', replyTo: 'r', replyToSessionId: 'rs', sessionId: 's', to: 't' },
    { body: 2, messageId: 'n', applicationProperties: { shape: 'round' } },
    { body: 3, messageId: '123456', to: 'somewhere', applicationProperties: { shape: 'square' } },
    { body: 4, messageId: '123456', applicationProperties: { shape: 'round' } },
  ]);
  const got = async (name, count) => {
    const receiver = client.createReceiver('topic.1', name);
    const messages = await drain(receiver, count);
    assert.ok(await is_empty(receiver), name);
    return messages;
  };
  assert.deepEqual((await got('subscription.1', 1)).map(({ body }) => body), [1]);
  assert.deepEqual((await got('subscription.2', 2)).map(({ body }) => body), [2, 4]);
  const all = await got('subscription.3', 4);
  assert.deepEqual(all.map(({ body }) => body), [1, 2, 3, 4]);
  assert.equal(all[2].to, 'somewhere');
  const [acted] = await got('subscription.4', 1);
  assert.equal(acted.body, 3);
  assert.equal(acted.to, 'Entity');
  assert.equal(acted.messageId, '123456');
  assert.deepEqual(acted.applicationProperties, { shape: 'square', RuleName: 'by-sql' });
  await client.createSender('queue.1').sendMessages({ body: 'queued' });
  assert.equal((await one(client.createReceiver('queue.1'))).body, 'queued');
});

test('actions and the copies that they made survive kill -9', async () => {
  let client = bus.client();
  await client
    .createRuleManager('topic.1', 'subscription.4')
    .createRule('later', { subject: 'later' }, { sqlExpression: "SET size = size + 1; SET sys.SessionId = 'x'" });
  const message = { body: 1, subject: 'later', applicationProperties: { size: 4 } };
  await client.createSender('topic.1').sendMessages(message);
  await bus.stop('SIGKILL');
  await bus.start();

  client = bus.client();
  await client.createSender('topic.1').sendMessages(message);
  const messages = await drain(client.createReceiver('topic.1', 'subscription.4'), 2);
  for (const { applicationProperties, sessionId } of messages) {
    assert.deepEqual(applicationProperties, { size: 5, RuleName: 'later' });
    assert.equal(sessionId, 'x');
  }
  const rules = [];
  for await (const { name, action } of client.createRuleManager('topic.1', 'subscription.4').listRules())
    rules.push([name, action.sqlExpression]);
  assert.deepEqual(rules, [
    ['by-sql', "SET sys.To = 'Entity'"],
    ['later', "SET size = size + 1; SET sys.SessionId = 'x'"],
  ]);
});
