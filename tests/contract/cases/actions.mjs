// Actions of rules: what they do to the copy of a message that they make.
import assert from 'node:assert/strict';
import { all_of, one, quiet, take } from '../namespace.mjs';

const ANY = ['Send', 'Listen', 'Manage'];
const sql = (sqlExpression) => ({ sqlExpression });

/// A topic with one subscription, `s`, that has these rules alone: name → [filter, action].
async function with_rules(c, rules) {
  const topic = await c.topic();
  await c.subscription(topic, 's', {}, sql('1=0'));
  const manager = c.rules(topic, 's');
  for (const [name, [filter, action]] of Object.entries(rules)) {
    await (action === undefined ? manager.createRule(name, filter) : manager.createRule(name, filter, sql(action)));
  }
  return topic;
}

/// What comes of a message by a rule that takes all, with this action.
async function after(c, action, message) {
  const topic = await with_rules(c, { acts: [sql('1=1'), action] });
  await c.send(topic, message);
  return one(c.receiver([topic, 's']));
}

/// Without the name of the rule.
const properties = ({ applicationProperties: { RuleName, ...others } }) => others;

export default [
  ['action.set', '9', 'an action sets properties of the copy', ANY, async (c) => {
    const got = await after(c, "SET color = 'blue'; SET size = 5; SET sys.Label = 'painted'; SET user.known = true;",
      { body: 'x', subject: 'raw', messageId: 'm', applicationProperties: { color: 'red', kind: 'a' } });
    assert.equal(got.body, 'x');
    assert.equal(got.messageId, 'm');
    assert.equal(got.subject, 'painted');
    assert.deepEqual(properties(got), { color: 'blue', kind: 'a', size: 5, known: true });
  }],
  ['action.remove', '9', 'and removes them', ANY, async (c) => {
    const got = await after(c, 'REMOVE priority; REMOVE absent', { body: 1, applicationProperties: { priority: 'high', kind: 'a' } });
    assert.deepEqual(properties(got), { kind: 'a' });
  }],
  ['action.calculates', '9', 'its expressions are calculated on the message', ANY, async (c) => {
    const got = await after(c, "SET quantity = quantity / 2; SET name = first + ' ' + last; SET sys.CorrelationId = sys.MessageId",
      { body: 1, messageId: 'm', applicationProperties: { quantity: 10, first: 'Ada', last: 'Byron' } });
    assert.deepEqual(properties(got), { quantity: 5, first: 'Ada', last: 'Byron', name: 'Ada Byron' });
    assert.equal(got.correlationId, 'm');
  }],
  ['action.unknown', '9', 'a user property that is not there is no failure', ANY, async (c) => {
    const got = await after(c, "SET a = absent; SET b = 'there'", { body: 1 });
    assert.equal(properties(got).b, 'there');
    assert.equal(properties(got).a ?? null, null);
  }],
  ['action.names', '9', 'names of properties are without case there, too', ANY, async (c) => {
    const got = await after(c, "SET COLOR = 'blue'; REMOVE Kind", { body: 1, applicationProperties: { color: 'red', kind: 'a' } });
    assert.deepEqual(properties(got), { color: 'blue' });
  }],
  ['action.rule_name', '9', 'the copy says which rule made it', ANY, async (c) => {
    const got = await after(c, 'SET size = 5', { body: 1 });
    assert.equal(got.applicationProperties.RuleName, 'acts');
  }],
  ['action.copies', '9', 'each rule with an action makes a copy, all others together one', ANY, async (c) => {
    const topic = await with_rules(c, {
      one: [sql('1=1')],
      two: [{ subject: 'x' }],
      three: [sql('score > 1')],
      first: [{ subject: 'x' }, "SET by = 'first'"],
      second: [sql('score > 1'), "SET by = 'second'"],
      other: [sql('score > 100'), "SET by = 'other'"],
    });
    await c.send(topic, { body: 1, subject: 'x', applicationProperties: { score: 5 } });
    const receiver = c.receiver([topic, 's']);
    const got = await take(receiver, 3);
    assert.deepEqual(got.map(({ applicationProperties: { by } }) => by ?? 'none').sort(), ['first', 'none', 'second']);
    assert.equal(got.find(({ applicationProperties: { by } }) => by === undefined).applicationProperties.RuleName, undefined);
    await quiet(receiver);
  }],
  ['action.private', '9', 'other subscriptions get the message as it was sent', ANY, async (c) => {
    const topic = await with_rules(c, { acts: [sql('1=1'), "SET color = 'blue'"] });
    await c.subscription(topic, 'other');
    await c.send(topic, { body: 1, applicationProperties: { color: 'red' } });
    assert.equal((await one(c.receiver([topic, 's']))).applicationProperties.color, 'blue');
    assert.deepEqual((await one(c.receiver([topic, 'other']))).applicationProperties, { color: 'red' });
  }],
  ['action.no_duplicates', '9', 'a MessageId that an action wrote is not looked for among the earlier ones', ANY, async (c) => {
    const topic = await c.topic({ requiresDuplicateDetection: true });
    await c.subscription(topic, 's', {}, sql('1=0'));
    await c.rules(topic, 's').createRule('acts', sql('1=1'), sql("SET sys.MessageId = 'same'"));
    await c.send(topic, { body: 1, messageId: 'a' }, { body: 2, messageId: 'b' });
    const got = await take(c.receiver([topic, 's']), 2);
    assert.deepEqual(got.map(({ messageId }) => messageId), ['same', 'same']);
  }],
  ['action.bad', '9', 'an action that cannot be read is refused', ['Manage'], async (c) => {
    const rules = c.rules(await c.filtered(undefined), 's0');
    await assert.rejects(rules.createRule('r', sql('1=1'), sql('SET a = = 5')));
    await assert.rejects(rules.createRule('r', sql('1=1'), sql('a = 5')));
    await rules.createRule('r', sql('1=1'), sql('SET a = 5'));
  }],
  ['action.length', '9', 'an action has 1,024 characters at most', ['Manage'], async (c) => {
    const rules = c.rules(await c.filtered(undefined), 's0');
    const of = (length) => sql(`SET a = '${'ü'.repeat(length - "SET a = ''".length)}'`);
    await assert.rejects(rules.createRule('r', sql('1=1'), of(1025)));
    await rules.createRule('r', sql('1=1'), of(1024));
  }],
  ['action.statements', '9', 'an action has 32 expressions at most', ['Manage'], async (c) => {
    const rules = c.rules(await c.filtered(undefined), 's0');
    await assert.rejects(rules.createRule('r', sql('1=1'), sql('SET a = 5;'.repeat(33))));
    await rules.createRule('r', sql('1=1'), sql('SET a = 5;'.repeat(32)));
  }],
  ['action.list', '4', 'rules are listed with their actions', ['Manage'], async (c) => {
    const topic = await with_rules(c, { acts: [{ subject: 'x' }, 'SET a = 5'], plain: [sql('1=1')] });
    const all = Object.fromEntries((await all_of(c.rules(topic, 's').listRules())).map((rule) => [rule.name, rule]));
    assert.equal(all.acts.action.sqlExpression, 'SET a = 5');
    assert.equal(all.acts.filter.subject, 'x');
    assert.equal(all.plain.action.sqlExpression, undefined);
  }],
  ['admin.rule_action', '10', 'an action is made, changed, listed and taken away', ['Manage'], async (c) => {
    const topic = await c.filtered(undefined);
    await c.admin.createRule(topic, 's0', 'r', sql('1=1'), sql("SET a = '<1>'"));
    const rule = await c.admin.getRule(topic, 's0', 'r');
    assert.equal(rule.action.sqlExpression, "SET a = '<1>'");
    await c.admin.updateRule(topic, 's0', { ...rule, action: sql('REMOVE a') });
    const listed = await all_of(c.admin.listRules(topic, 's0'));
    assert.equal(listed.find(({ name }) => name === 'r').action.sqlExpression, 'REMOVE a');
    await c.admin.updateRule(topic, 's0', { ...rule, action: undefined });
    assert.equal((await c.admin.getRule(topic, 's0', 'r')).action.sqlExpression, undefined);
    await assert.rejects(c.admin.createRule(topic, 's0', 'bad', sql('1=1'), sql('SET')));
    assert.equal(await c.admin.ruleExists(topic, 's0', 'bad'), false);
  }],
  ['admin.default_rule_action', '10', 'a subscription is made with a rule that has an action', ANY, async (c) => {
    const topic = await c.topic();
    await c.admin.createSubscription(topic, 's', {
      defaultRuleOptions: { name: 'r', filter: sql('1=1'), action: sql("SET sys.To = 'Entity'") },
    });
    await c.send(topic, 1);
    assert.equal((await one(c.receiver([topic, 's']))).to, 'Entity');
  }],
];
