// Topics, subscriptions and their rules.
import assert from 'node:assert/strict';
import { all_of, becomes, bodies, one, quiet, refused, take } from '../namespace.mjs';

/// A marker that was not there by then is sent once more.
const MARKER_MOST_MS = 10_000;

/// Sends the messages to a topic with one subscription of this filter, then a marker that every filter here takes,
/// and returns the bodies that came before the marker.
async function matched(c, filter, ...messages) {
  const topic = await c.topic();
  await c.subscription(topic, 's', {}, filter);
  await c.rules(topic, 's').createRule('marker', { subject: 'the-marker' });
  await c.send(topic, ...messages);
  const receiver = c.receiver([topic, 's']);
  const got = [];
  await becomes('the marker comes', async () => {
    // Again and again: its rule is younger than the subscription, and may take its time.
    await c.send(topic, { body: 'end', subject: 'the-marker' });
    for (;;) {
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: MARKER_MOST_MS });
      if (message === undefined) return false;
      await receiver.completeMessage(message);
      if (message.body === 'end') return true;
      got.push(message.body);
    }
  });
  return got;
}

const sql = (sqlExpression) => ({ sqlExpression });
const with_property = (body, applicationProperties) => ({ body, applicationProperties });

const filter_case = (id, what, filter, messages, wanted) => [
  `filter.${id}`, '9', what, ['Send', 'Listen', 'Manage'],
  async (c) => assert.deepEqual(await matched(c, filter, ...messages), wanted),
];

export default [
  ['topic.copies', '9', 'each subscription gets its own copy', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(undefined, undefined);
    await c.send(topic, 'x');
    assert.equal((await one(c.receiver([topic, 's0']))).body, 'x');
    assert.equal((await one(c.receiver([topic, 's1']))).body, 'x');
  }],
  ['topic.default_rule', '9', 'a subscription without a rule of its own gets everything', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(undefined);
    const rules = await all_of(c.rules(topic, 's0').listRules());
    assert.deepEqual(rules.map((rule) => rule.name), ['$Default']);
    await c.send(topic, 1);
    assert.equal((await one(c.receiver([topic, 's0']))).body, 1);
  }],
  ['topic.nobody', '9', 'a message that nobody wants is accepted and gone', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(sql('1=0'));
    await c.send(topic, 1);
    await quiet(c.receiver([topic, 's0']));
  }],
  ['topic.later_subscription', '9', 'a subscription gets what is sent after it was made', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.topic();
    await c.send(topic, 'before');
    await c.subscription(topic, 's');
    await c.send(topic, 'after');
    assert.equal((await one(c.receiver([topic, 's']))).body, 'after');
  }],
  ['topic.one_copy', '9', 'several rules that match make one copy', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(sql("kind = 'a'"));
    await c.rules(topic, 's0').createRule('other', sql('score > 1'));
    await c.send(topic, with_property('both', { kind: 'a', score: 5 }), with_property('one', { kind: 'b', score: 5 }));
    const receiver = c.receiver([topic, 's0']);
    assert.deepEqual(bodies(await take(receiver, 2)), ['both', 'one']);
    await quiet(receiver);
  }],
  ['topic.independent', '9', 'what one subscription completes, the other still has', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(undefined, undefined);
    await c.send(topic, 1);
    await take(c.receiver([topic, 's0']), 1);
    await take(c.receiver([topic, 's1']), 1);
  }],
  ['rule.add', '4', 'a rule that is added counts from then on', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(sql('1=0'));
    await c.rules(topic, 's0').createRule('more', { subject: 'wanted' });
    await c.send(topic, { body: 1, subject: 'other' }, { body: 2, subject: 'wanted' });
    assert.equal((await one(c.receiver([topic, 's0']))).body, 2);
  }],
  ['rule.remove', '4', 'a rule that is removed counts no more', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(undefined);
    const rules = c.rules(topic, 's0');
    await rules.createRule('b', { subject: 'b' });
    await rules.deleteRule('$Default');
    await c.send(topic, { body: 1, subject: 'a' }, { body: 2, subject: 'b' });
    assert.equal((await one(c.receiver([topic, 's0']))).body, 2);
  }],
  ['rule.none', '9', 'without any rule nothing comes', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.filtered(undefined);
    await c.rules(topic, 's0').deleteRule('$Default');
    await c.send(topic, 1);
    await quiet(c.receiver([topic, 's0']));
  }],
  ['rule.twice', '4', 'a rule’s name is there once', ['Manage'], async (c) => {
    const rules = c.rules(await c.filtered(undefined), 's0');
    await rules.createRule('r', sql('1=1'));
    await refused(rules.createRule('r', sql('1=0')), 'MessagingEntityAlreadyExists');
  }],
  ['rule.remove_none', '4', 'a rule that is not there cannot be removed', ['Manage'], async (c) => {
    await refused(c.rules(await c.filtered(undefined), 's0').deleteRule('none'), 'MessagingEntityNotFound');
  }],
  ['rule.bad', '9', 'an expression that cannot be read is refused', ['Manage'], async (c) => {
    await assert.rejects(c.rules(await c.filtered(undefined), 's0').createRule('r', sql('a = = 5')));
  }],
  ['rule.list', '4', 'rules are listed with their filters', ['Manage'], async (c) => {
    const topic = await c.filtered(undefined);
    const rules = c.rules(topic, 's0');
    await rules.createRule('by-sql', sql('score > 5'));
    await rules.createRule('by-fields', { subject: 'a', applicationProperties: { n: 1 } });
    const all = Object.fromEntries((await all_of(rules.listRules())).map((rule) => [rule.name, rule.filter]));
    assert.deepEqual(Object.keys(all).sort(), ['$Default', 'by-fields', 'by-sql']);
    assert.equal(all['by-sql'].sqlExpression, 'score > 5');
    assert.equal(all['by-fields'].subject, 'a');
    assert.equal(all['by-fields'].applicationProperties.n, 1);
  }],
  ['rule.pages', '4', 'more rules than one page holds are listed once each', ['Manage'], async (c) => {
    const rules = c.rules(await c.filtered(undefined), 's0');
    for (let i = 0; i < 101; ++i) await rules.createRule(`r${i}`, { subject: `${i}` });
    const names = [];
    for await (const rule of rules.listRules()) {
      names.push(rule.name);
      assert.ok(names.length <= 102, 'the list ends');
    }
    assert.equal(new Set(names).size, 102);
  }],
  filter_case('subject', 'a correlation filter compares the subject', { subject: 'a' },
    [{ body: 1, subject: 'a' }, { body: 2, subject: 'b' }, { body: 3 }], [1]),
  filter_case('case', 'with case', { subject: 'a' }, [{ body: 1, subject: 'A' }, { body: 2, subject: 'a' }], [2]),
  filter_case('every_field', 'all fields of it must agree', { subject: 'a', correlationId: 'c' },
    [{ body: 1, subject: 'a' }, { body: 2, subject: 'a', correlationId: 'c' }, { body: 3, correlationId: 'c' }], [2]),
  filter_case('fields', 'and each system property can be one', { messageId: 'm', to: 't', replyTo: 'r', contentType: 'x' },
    [
      { body: 1, messageId: 'm', to: 't', replyTo: 'r', contentType: 'x' },
      { body: 2, messageId: 'n', to: 't', replyTo: 'r', contentType: 'x' },
      { body: 3, messageId: 'm', to: 'u', replyTo: 'r', contentType: 'x' },
      { body: 4, messageId: 'm', to: 't', replyTo: 's', contentType: 'x' },
      { body: 5, messageId: 'm', to: 't', replyTo: 'r' },
    ], [1]),
  filter_case('session', 'the session is one of them', { sessionId: 's' },
    [{ body: 1, sessionId: 's' }, { body: 2, sessionId: 't' }], [1]),
  filter_case('properties', 'application properties must agree, too', { applicationProperties: { kind: 'a', urgent: true } },
    [with_property(1, { kind: 'a', urgent: true }), with_property(2, { kind: 'a' }), with_property(3, { kind: 'a', urgent: false })], [1]),
  filter_case('sql_compare', 'SQL compares numbers and text', sql("score >= 80 AND kind <> 'draft'"),
    [with_property(1, { score: 80, kind: 'final' }), with_property(2, { score: 79.5, kind: 'final' }), with_property(3, { score: 90, kind: 'draft' })], [1]),
  filter_case('sql_or', 'AND binds before OR', sql("a = 1 OR b = 1 AND c = 1"),
    [with_property(1, { a: 1 }), with_property(2, { b: 1 }), with_property(3, { b: 1, c: 1 })], [1, 3]),
  filter_case('sql_parentheses', 'parentheses come first', sql('(a = 1 OR b = 1) AND c = 1'),
    [with_property(1, { a: 1 }), with_property(2, { a: 1, c: 1 })], [2]),
  filter_case('sql_unknown', 'what is unknown does not match, nor does its opposite', sql('NOT (missing = 5)'),
    [with_property(1, { other: 1 }), with_property(2, { missing: 4 })], [2]),
  filter_case('sql_null', 'IS NULL tells what is missing', sql('missing IS NULL'),
    [with_property(1, { other: 1 }), with_property(2, { missing: 4 })], [1]),
  filter_case('sql_not_null', 'IS NOT NULL tells what is there', sql('there IS NOT NULL'),
    [with_property(1, { other: 1 }), with_property(2, { there: 4 })], [2]),
  filter_case('sql_exists', 'EXISTS does, too', sql('EXISTS(there)'),
    [with_property(1, { other: 1 }), with_property(2, { there: 4 })], [2]),
  filter_case('sql_like', 'LIKE knows % and _', sql("kind LIKE 'a_c%'"),
    [with_property(1, { kind: 'abcd' }), with_property(2, { kind: 'ac' }), with_property(3, { kind: 'axc' })], [1, 3]),
  filter_case('sql_like_characters', 'a character is one to _, however many bytes it has', sql("kind LIKE 'M_ller'"),
    [with_property(1, { kind: 'Müller' }), with_property(2, { kind: 'M≠ller' }), with_property(3, { kind: 'Mueller' })], [1, 2]),
  filter_case('sql_not_like', 'NOT LIKE is its opposite', sql("kind NOT LIKE 'a%'"),
    [with_property(1, { kind: 'abc' }), with_property(2, { kind: 'xyz' })], [2]),
  filter_case('sql_like_escape', 'ESCAPE makes a plain character of them', sql("kind LIKE '10\\%' ESCAPE '\\'"),
    [with_property(1, { kind: '10%' }), with_property(2, { kind: '100' })], [1]),
  filter_case('sql_in', 'IN takes a list', sql("kind IN ('a', 'b')"),
    [with_property(1, { kind: 'a' }), with_property(2, { kind: 'c' }), with_property(3, { kind: 'b' })], [1, 3]),
  filter_case('sql_arithmetic', 'SQL calculates', sql('a + b * 2 = 7'),
    [with_property(1, { a: 1, b: 3 }), with_property(2, { a: 3, b: 1 })], [1]),
  filter_case('sql_names', 'names of properties are without case', sql("KIND = 'a'"), [with_property(1, { kind: 'a' })], [1]),
  filter_case('sql_quoted', 'a name with odd characters is put in brackets', sql("[cloudEvents:type] = 'x'"),
    [with_property(1, { 'cloudEvents:type': 'x' }), with_property(2, { 'cloudEvents:type': 'y' })], [1]),
  filter_case('sql_system', 'sys. reaches the system properties', sql("sys.Label = 'a' AND sys.MessageId = 'm'"),
    [{ body: 1, subject: 'a', messageId: 'm' }, { body: 2, subject: 'a', messageId: 'n' }], [1]),
  filter_case('sql_boolean', 'true and false are values', sql('urgent = true'),
    [with_property(1, { urgent: true }), with_property(2, { urgent: false }), with_property(3, {})], [1]),
  filter_case('sql_quote', 'a quote within text is doubled', sql("name = 'O''Neil'"),
    [with_property(1, { name: "O'Neil" }), with_property(2, { name: 'ONeil' })], [1]),
];
