import assert from 'node:assert/strict';
import { becomes, bodies, one, quiet, refused, take, until } from '../namespace.mjs';

const ordered = (c, more = {}) => c.queue({ requiresSession: true, lockDuration: 'PT30S', ...more });
const in_session = (sessionId, ...values) => values.map((body) => ({ body, sessionId }));

/// A request that this version of the SDK knows how to make, but has no public method for.
const list_sessions = (receiver, skip, top) =>
  receiver._context.getManagementClient(receiver.entityPath).listMessageSessions(skip, top);

export default [
  ['session.named', '5', 'a session gives its own messages in order', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1, 2), ...in_session('b', 3), ...in_session('a', 4));
    const session = await c.accept(queue, 'a');
    assert.equal(session.sessionId, 'a');
    assert.deepEqual(bodies(await take(session, 3)), [1, 2, 4]);
    await quiet(session);
  }],
  ['session.next', '5', 'the next session is one that has messages', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('x', 1));
    const session = await c.next(queue);
    assert.equal(session.sessionId, 'x');
    assert.equal((await one(session)).body, 1);
  }],
  ['session.next_oldest', '5', 'the session whose message waits longest is the next', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('old', 1), ...in_session('new', 2));
    assert.equal((await c.next(queue)).sessionId, 'old');
  }],
  ['session.next_none', '5', 'where no session has messages, the wait ends as a timeout', ['Listen'], async (c) => {
    const queue = await ordered(c);
    const client = c.client({ retryOptions: { maxRetries: 0, timeoutInMs: 8_000 } });
    await refused(client.acceptNextSession(queue), 'ServiceTimeout');
  }],
  ['session.next_waits', '5', 'a wait for the next session ends when a message comes', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    const [session] = await Promise.all([c.next(queue), c.send(queue, ...in_session('late', 1))]);
    assert.equal(session.sessionId, 'late');
  }],
  ['session.next_skips_locked', '5', 'a locked session is not the next', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1), ...in_session('b', 2));
    const ids = [(await c.next(queue)).sessionId, (await c.next(queue)).sessionId];
    assert.deepEqual(ids.sort(), ['a', 'b']);
  }],
  ['session.empty', '5', 'an empty session can be taken', ['Listen'], async (c) => {
    const session = await c.accept(await ordered(c), 'nothing-in-it');
    await quiet(session);
  }],
  ['session.exclusive', '5', 'a session has one holder', ['Listen'], async (c) => {
    const queue = await ordered(c);
    await c.accept(queue, 'a');
    await refused(c.client().acceptSession(queue, 'a'), 'SessionCannotBeLocked');
  }],
  ['session.covers_later', '5', 'the holder gets what comes later, too', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    const session = await c.accept(queue, 'a');
    await c.send(queue, ...in_session('a', 'later'));
    assert.equal((await one(session)).body, 'later');
  }],
  ['session.close', '5', 'a closed session is free at once', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1));
    const first = await c.accept(queue, 'a');
    await one(first);
    await first.close();
    const second = await c.accept(queue, 'a');
    assert.equal((await one(second)).body, 1);
  }],
  ['session.close_does_not_count', '5', 'and what was in hand is not counted', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1));
    const first = await c.accept(queue, 'a');
    await one(first);
    await first.close();
    assert.equal((await one(await c.accept(queue, 'a'))).deliveryCount, 0);
  }],
  ['session.expires', '5', 'a session whose lock ran out is free', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c, { lockDuration: 'PT5S' });
    await c.send(queue, ...in_session('a', 1));
    const first = await c.accept(queue, 'a', { maxAutoLockRenewalDurationInMs: 0 });
    await one(first);
    const other = c.client();
    let second;
    await becomes('the session is free', async () => {
      second = await other.acceptSession(queue, 'a').catch(() => undefined);
      return second !== undefined;
    });
    assert.equal((await one(second)).body, 1);
  }],
  ['session.expiry_counts', '5', 'and what was in hand is counted', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c, { lockDuration: 'PT5S' });
    await c.send(queue, ...in_session('a', 1));
    const first = await c.accept(queue, 'a', { maxAutoLockRenewalDurationInMs: 0 });
    await one(first);
    const other = c.client();
    let second;
    await becomes('the session is free', async () => {
      second = await other.acceptSession(queue, 'a').catch(() => undefined);
      return second !== undefined;
    });
    assert.equal((await one(second)).deliveryCount, 1);
  }],
  ['session.lost', '5', 'settling in a lost session is refused', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c, { lockDuration: 'PT5S' });
    await c.send(queue, ...in_session('a', 1));
    const session = await c.accept(queue, 'a', { maxAutoLockRenewalDurationInMs: 0 });
    const message = await one(session);
    await until(session.sessionLockedUntilUtc.getTime() + 3_000);
    await refused(session.completeMessage(message), 'SessionLockLost');
  }],
  ['session.holder_only', '4', 'only its holder sets a session’s state, renews it and takes its deferred messages', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1));
    const holder = await c.accept(queue, 'a');
    await holder.setSessionState('mine');
    const message = await one(holder);
    await holder.deferMessage(message);
    const other = await c.client().acceptSession(queue, 'b');
    Object.defineProperty(other, 'sessionId', { value: 'a' });
    await refused(other.setSessionState('theirs'), 'SessionLockLost');
    await refused(other.renewSessionLock(), 'SessionLockLost');
    await refused(other.receiveDeferredMessages(message.sequenceNumber), 'SessionLockLost');
    assert.match((await holder.getSessionState()).toString(), /mine/);
    const [deferred] = await holder.receiveDeferredMessages(message.sequenceNumber);
    await holder.completeMessage(deferred);
  }],
  ['session.renew', '4', 'a renewed session is held on', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c, { lockDuration: 'PT10S' });
    await c.send(queue, ...in_session('a', 1));
    const session = await c.accept(queue, 'a', { maxAutoLockRenewalDurationInMs: 0 });
    const message = await one(session);
    const first = session.sessionLockedUntilUtc.getTime();
    await until(first - 4_000);
    assert.ok((await session.renewSessionLock()).getTime() > first);
    await until(first + 2_000);
    await session.completeMessage(message);
  }],
  ['session.locked_until', '5', 'the attach says until when the session is locked', ['Listen'], async (c) => {
    const session = await c.accept(await ordered(c), 'a');
    const left = session.sessionLockedUntilUtc.getTime() - Date.now();
    assert.ok(left > 5_000 && left < 90_000, `${left} ms`);
  }],
  ['session.state', '4', 'a session remembers its state', ['Listen'], async (c) => {
    const queue = await ordered(c);
    const first = await c.accept(queue, 'a');
    await first.setSessionState({ step: 3 });
    await first.close();
    const second = await c.accept(queue, 'a');
    assert.deepEqual(await second.getSessionState(), { step: 3 });
  }],
  ['session.state_none', '4', 'a session without a state has none', ['Listen'], async (c) => {
    const session = await c.accept(await ordered(c), 'a');
    const state = await session.getSessionState();
    assert.ok(state === null || state === undefined, `${state}`);
  }],
  ['session.state_replaced', '4', 'a state is replaced as a whole', ['Listen'], async (c) => {
    const session = await c.accept(await ordered(c), 'a');
    await session.setSessionState('one');
    await session.setSessionState('two');
    assert.match((await session.getSessionState()).toString(), /two/);
  }],
  ['session.state_is_its_own', '4', 'each session has its own state', ['Listen'], async (c) => {
    const queue = await ordered(c);
    const [a, b] = [await c.accept(queue, 'a'), await c.accept(queue, 'b')];
    await a.setSessionState('of a');
    const state = await b.getSessionState();
    assert.ok(state === null || state === undefined);
  }],
  ['session.abandon_order', '5', 'an abandoned message comes again before later ones', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1, 2, 3));
    const session = await c.accept(queue, 'a');
    await session.abandonMessage(await one(session));
    assert.deepEqual(bodies(await take(session, 3)), [1, 2, 3]);
  }],
  ['session.defer', '5', 'a deferred message is received within its session', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1, 2));
    const session = await c.accept(queue, 'a');
    const message = await one(session);
    await session.deferMessage(message);
    assert.equal((await one(session)).body, 2);
    const [again] = await session.receiveDeferredMessages(message.sequenceNumber);
    assert.equal(again.body, 1);
    await session.completeMessage(again);
  }],
  ['session.defer_of_another', '5', 'a deferred message of another session is not given out', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1));
    const [holder, other] = [await c.accept(queue, 'a'), await c.accept(queue, 'b')];
    const message = await one(holder);
    await holder.deferMessage(message);
    await assert.rejects(other.receiveDeferredMessages(message.sequenceNumber));
    assert.equal((await holder.receiveDeferredMessages(message.sequenceNumber))[0].body, 1);
  }],
  ['session.listed', '4', 'sessions are listed in pages, each once', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    const ids = ['a', 'b', 'c'];
    for (const id of ids) {
      await c.send(queue, ...in_session(id, 1));
      // A list may be of those with messages, or of those whose state was set lately: these are both.
      await (await c.accept(queue, id)).setSessionState('known');
    }
    const listed = [];
    for (let page; page?.length !== 0 && listed.length <= ids.length; listed.push(...page))
      page = await list_sessions(c.receiver(queue), listed.length, 2);
    assert.deepEqual(listed.sort(), ids);
  }],
  ['session.dead_letter', '5', 'a dead letter of a session is read without one', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1));
    const session = await c.accept(queue, 'a');
    await session.deadLetterMessage(await one(session), { deadLetterReason: 'bad' });
    const dead = await one(c.dead_letters(queue));
    assert.equal(dead.sessionId, 'a');
    assert.equal(dead.deadLetterReason, 'bad');
  }],
  ['session.peek', '4', 'a session shows its own messages', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1), ...in_session('b', 2), ...in_session('a', 3));
    const session = await c.accept(queue, 'a');
    assert.deepEqual(bodies(await session.peekMessages(5)), [1, 3]);
  }],
  ['session.peek_all', '4', 'a receiver without a session may peek at all', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1), ...in_session('b', 2));
    assert.deepEqual(bodies(await c.receiver(queue).peekMessages(5)), [1, 2]);
  }],
  ['session.delete', '5', 'receive-and-delete works within a session', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1, 2));
    const session = await c.accept(queue, 'a', { receiveMode: 'receiveAndDelete' });
    assert.deepEqual(bodies(await take(session, 2, async () => {})), [1, 2]);
    await becomes('the queue is empty', async () => (await c.admin.getQueueRuntimeProperties(queue)).totalMessageCount === 0);
  }],
  ['session.plain_queue', '11', 'an entity without sessions takes no session receiver', ['Listen'], async (c) => {
    await assert.rejects(c.accept(await c.queue(), 'a'));
  }],
  ['session.plain_queue_keeps_id', '5', 'a queue without sessions keeps the id as a property', ['Send', 'Listen'], async (c) => {
    const queue = await c.queue();
    await c.send(queue, { body: 1, sessionId: 'just-text' });
    assert.equal((await one(c.receiver(queue))).sessionId, 'just-text');
  }],
  ['session.parallel', '5', 'sessions do not wait for each other', ['Send', 'Listen'], async (c) => {
    const queue = await ordered(c);
    await c.send(queue, ...in_session('a', 1), ...in_session('b', 2));
    await one(await c.accept(queue, 'a'));
    assert.equal((await one(await c.accept(queue, 'b'))).body, 2);
  }],
  ['session.subscription', '5', 'a subscription may require sessions', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.topic();
    await c.subscription(topic, 's', { requiresSession: true });
    await c.send(topic, ...in_session('a', 1));
    const session = await c.accept([topic, 's'], 'a');
    assert.equal((await one(session)).body, 1);
  }],
  ['session.subscription_null', '9', 'a message without a session goes to its dead letters', ['Send', 'Listen', 'Manage'], async (c) => {
    const topic = await c.topic();
    await c.subscription(topic, 's', { requiresSession: true });
    await c.send(topic, { body: 'none' });
    const dead = await one(c.dead_letters([topic, 's']));
    assert.equal(dead.body, 'none');
    assert.match(dead.deadLetterReason, /session/i);
  }],
];
