// Faults on request, as the unmodified SDK meets them.
import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { Bus, drain, entities, is_empty, one } from './bus_process.mjs';

const folder = mkdtempSync(join(tmpdir(), 'millrace-faults-'));
let bus;

before(async () => {
  const script = join(folder, 'faults.json');
  // The first send of this bus's life is refused.
  writeFileSync(script, '[{"fault": "reject", "entity": "scripted", "condition": "com.microsoft:argument-error"}]');
  bus = await Bus.start(
    entities({
      queues: { orders: {}, scripted: {}, credit: {}, managed: {}, short: { LockDuration: 'PT5S' }, unique: { RequiresDuplicateDetection: true } },
    }),
    { more: `[faults]\nscript = "${script}"\n` },
  );
});
after(async () => {
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => fetch(`http://${bus.http}/$faults`, { method: 'DELETE' }));

async function ask(fault) {
  const answer = await fetch(`http://${bus.http}/$faults`, { method: 'POST', body: JSON.stringify(fault) });
  return { status: answer.status, body: await answer.json() };
}
const pending = async () => (await fetch(`http://${bus.http}/$faults`)).json();
const stored = async (queue) =>
  Number(/<MessageCount>(\d+)</.exec(await (await fetch(`http://${bus.http}/${queue}`)).text())[1]);
const patient = { retryOptions: { maxRetries: 5, retryDelayInMs: 50, timeoutInMs: 2_000 } };

test('a script’s faults are there from the start', async () => {
  const sender = bus.client().createSender('scripted');
  await assert.rejects(sender.sendMessages({ body: 1 }));
  await sender.sendMessages({ body: 2 });
});

test('throttling strikes after those that pass, and as often as asked', async () => {
  await ask({ fault: 'throttle', entity: 'orders', skip: 1, times: 2 });
  const sender = bus.client().createSender('orders');
  await sender.sendMessages({ body: 1 });
  for (let i = 0; i < 2; ++i) {
    const busy = await sender.sendMessages({ body: 'no' }).then(() => null, (error) => error);
    assert.equal(busy?.code, 'ServiceBusy');
    assert.match(busy.message, /50009.*wait 2 seconds/);
  }
  await sender.sendMessages({ body: 2 });
  const messages = await drain(bus.client().createReceiver('orders'), 2);
  assert.deepEqual(messages.map(({ body }) => body), [1, 2]);
});

test('a lost answer leaves the message stored, and a second send of it is a duplicate', async () => {
  await ask({ fault: 'lose_answer', entity: 'unique' });
  await bus.client(patient).createSender('unique').sendMessages({ body: 'x', messageId: 'm' });
  const receiver = bus.client().createReceiver('unique');
  assert.equal((await drain(receiver, 1)).length, 1);
  assert.ok(await is_empty(receiver));
  assert.deepEqual((await pending()).faults, []);
});

test('a delayed answer comes late', async () => {
  await ask({ fault: 'delay', entity: 'orders', delay_ms: 700 });
  const start = Date.now();
  await bus.client().createSender('orders').sendMessages({ body: 1 });
  assert.ok(Date.now() - start >= 650);
  await drain(bus.client().createReceiver('orders'), 1);
});

test('a detached link and a closed connection are opened again by a client that tries again', async () => {
  const sender = bus.client(patient).createSender('orders');
  for (const fault of ['detach', 'close']) {
    await ask({ fault, entity: 'orders' });
    await sender.sendMessages({ body: fault });
  }
  const messages = await drain(bus.client().createReceiver('orders'), 2);
  assert.deepEqual(messages.map(({ body }) => body), ['detach', 'close']);
});

test('a receiver is detached before it has the message, which stays', async () => {
  await bus.client().createSender('orders').sendMessages({ body: 'kept' });
  await ask({ fault: 'detach', operation: 'receive', entity: 'orders' });
  const receiver = bus.client().createReceiver('orders');
  await receiver.receiveMessages(1, { maxWaitTimeInMs: 1_000 }).catch(() => []);
  assert.equal((await drain(bus.client().createReceiver('orders'), 1))[0].body, 'kept');
});

test('a receiver that deletes is detached before its message is deleted, and after those before it came', { timeout: 30_000 }, async () => {
  await bus.client().createSender('orders').sendMessages([{ body: 'first' }, { body: 'kept' }]);
  await ask({ fault: 'detach', operation: 'receive', entity: 'orders', skip: 1, times: 0 });
  const receiver = bus.client().createReceiver('orders', { receiveMode: 'receiveAndDelete' });
  const got = [];
  await new Promise((detached) => {
    receiver.subscribe(
      { processMessage: async ({ body }) => void got.push(body), processError: async () => detached() },
      { maxConcurrentCalls: 10 },
    );
  });
  await receiver.close();
  await fetch(`http://${bus.http}/$faults`, { method: 'DELETE' });
  assert.deepEqual(got, ['first']);
  assert.deepEqual((await drain(bus.client().createReceiver('orders'), 1)).map(({ body }) => body), ['kept']);
});

test('a settlement is refused, and the message comes again', async () => {
  await bus.client().createSender('short').sendMessages({ body: 'again' });
  await ask({ fault: 'reject', operation: 'settle', entity: 'short', condition: 'com.microsoft:message-lock-lost' });
  const receiver = bus.client().createReceiver('short');
  const message = await one(receiver);
  await assert.rejects(receiver.completeMessage(message), { code: 'MessageLockLost' });
  // Its lock of five seconds runs out.
  const again = await one(receiver, 15_000);
  assert.deepEqual([again.body, again.messageId, again.deliveryCount], ['again', message.messageId, 1]);
  await receiver.completeMessage(again);
  assert.equal(await stored('short'), 0);
});

test('an attach is refused', async () => {
  await ask({ fault: 'reject', operation: 'attach', condition: 'amqp:resource-limit-exceeded', entity: 'unique' });
  await assert.rejects(bus.client().createSender('unique').sendMessages({ body: 1 }), { code: 'QuotaExceeded' });
});

test('a sender without credit waits for it', async () => {
  await ask({ fault: 'no_credit', entity: 'unique', delay_ms: 2_500 });
  const start = Date.now();
  await bus.client().createSender('unique').sendMessages({ body: 'late', messageId: 'late' });
  assert.ok(Date.now() - start >= 2_400);
  assert.equal((await drain(bus.client().createReceiver('unique'), 1))[0].body, 'late');
});

test('a sender gets no more credit, uses up what it has and waits for the rest', async () => {
  const CREDIT = 256;
  const sender = bus.client(patient).createSender('credit');
  const use_all = () => Promise.all(Array.from({ length: CREDIT }, (_, i) => sender.sendMessages({ body: i })));
  await sender.sendMessages({ body: 'first' });
  await ask({ fault: 'no_credit', operation: 'send', entity: 'credit', delay_ms: 2_500 });
  const start = Date.now();
  await use_all();
  await sender.sendMessages({ body: 'late' });
  assert.ok(Date.now() - start >= 2_400, 'it waited');
  await use_all();
  assert.equal(await stored('credit'), 2 * CREDIT + 2);
});

test('the management link is detached, and a client that tries again opens another', async () => {
  await bus.client().createSender('managed').sendMessages({ body: 'seen' });
  await ask({ fault: 'detach', operation: 'manage', entity: 'managed', times: 2 });
  await assert.rejects(bus.client().createReceiver('managed').peekMessages(1), /A fault that was asked for/);
  const [message] = await bus.client(patient).createReceiver('managed').peekMessages(1);
  assert.equal(message.body, 'seen');
  assert.deepEqual((await pending()).faults, []);
});

test('a management request is refused', async () => {
  await ask({ fault: 'reject', operation: 'manage', condition: 'com.microsoft:server-busy', entity: 'orders' });
  await assert.rejects(bus.client().createReceiver('orders').peekMessages(1), { code: 'ServiceBusy' });
});

test('the clock of the bus is put forward, and its messages are of that time', async () => {
  await ask({ fault: 'shift_clock', by_ms: 3_600_000 });
  assert.equal((await pending()).clock_shift_ms, 3_600_000);
  await bus.client().createSender('orders').sendMessages({ body: 'late' });
  const receiver = bus.client().createReceiver('orders');
  const late = (await drain(receiver, 1)).at(-1) ?? assert.fail('nothing came');
  assert.ok(late.enqueuedTimeUtc.getTime() - Date.now() > 3_000_000);
});

test('what is scheduled comes when the clock of the bus is put beyond its time', async () => {
  await bus.client().createSender('orders').scheduleMessages({ body: 'in an hour' }, new Date(Date.now() + 3_600_000));
  const waiting = bus.client().createReceiver('orders').receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  await ask({ fault: 'shift_clock', by_ms: 3_600_000 });
  assert.deepEqual((await waiting).map(({ body }) => body), ['in an hour']);
});

test('faults end when their time is over', async () => {
  await ask({ fault: 'throttle', entity: 'scripted', times: 0, for_ms: 400 });
  const sender = bus.client().createSender('scripted');
  await assert.rejects(sender.sendMessages({ body: 1 }), { code: 'ServiceBusy' });
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    if (await sender.sendMessages({ body: 2 }).then(() => true, () => false)) return;
  }
  assert.fail('it never ended');
});

test('what is no fault is refused, and says what would be one', async () => {
  for (const [fault, hint] of [
    [{ fault: 'boom' }, /reject, lose_answer/],
    [{ fault: 'reject', colour: 1 }, /'colour' is unknown/],
    [{ fault: 'reject', times: -1 }, /times must be a whole number/],
    [{ fault: 'reject', operation: 'sleep' }, /attach, send/],
    [7, /must be an object/],
  ]) {
    const { status, body } = await ask(fault);
    assert.equal(status, 400);
    assert.match(body.detail, hint);
  }
});
