// `millrace-bus --print`: what a person at a terminal sees of a running bus.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Bus, entities, one, program } from './bus_process.mjs';

let bus;
let shown = '';
let printer;

before(async () => {
  bus = await Bus.start(
    entities({ queues: { orders: { RequiresSession: true } }, topics: { news: { subscriptions: { all: {} } } } }),
  );
  await bus.client().createSender('orders').sendMessages({ body: 1, messageId: 'early', sessionId: 's 1' });
  // The same file, with the port that the bus took.
  const config = join(bus.folder, 'print.toml');
  const port = (address) => address.split(':')[1];
  writeFileSync(
    config,
    `data_dir = "."\nentities = "entities.json"\n[amqp]\nport = ${port(bus.amqp)}\n[http]\nport = ${port(bus.http)}\n`,
  );
  printer = spawn(program, ['--config', config, '--print'], { stdio: ['ignore', 'pipe', 'inherit'] });
  printer.stdout.setEncoding('utf8');
  printer.stdout.on('data', (text) => (shown += text));
});
after(async () => {
  printer.kill('SIGINT');
  await bus.close();
});

async function shows(pattern) {
  const end = Date.now() + 10_000;
  while (!pattern.test(shown)) {
    assert.ok(Date.now() < end, `${pattern} in:\n${shown}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

test('first what there is', async () => {
  await shows(/^queue orders {2}1 messages, 0 locked, 0 scheduled$/m);
  await shows(/^ {4}session "s 1" {2}1 messages$/m);
  await shows(/^ {9}1 {2}waiting {2}id=early {2}session="s 1" {2}enqueued=\S+Z.* bytes$/m);
  await shows(/^ {2}subscription news\/Subscriptions\/all {2}0 messages/m);
});

test('then what changes: locks, dead letters with their reasons, properties', async () => {
  const client = bus.client();
  await client.createSender('news').sendMessages({
    body: 'x', messageId: 'm', subject: 'hello', applicationProperties: { kind: 'a', score: 7, long: `x${'ü'.repeat(60)}` },
  });
  await shows(/ \+ subscription news\/Subscriptions\/all: +1 {2}waiting {2}id=m {2}subject=hello .* kind=a {2}long=xü{59}… {2}score=7 /);
  const receiver = client.createReceiver('news', 'all');
  const message = await one(receiver);
  await shows(/ \+ subscription news\/Subscriptions\/all: +1 {2}waiting {2}locked until=\S+Z {2}id=m/);
  await receiver.deadLetterMessage(message, { deadLetterReason: 'Unreadable', deadLetterErrorDescription: 'no such test' });
  await shows(/ - subscription news\/Subscriptions\/all: +1 {2}waiting/);
  await shows(/ \+ dead letters news\/Subscriptions\/all\/\$DeadLetterQueue: +1 .*DeadLetterReason=Unreadable/);
  const session = await client.acceptSession('orders', 's 1');
  await shows(/ \+ queue orders: +session "s 1" {2}1 messages {2}locked until=/);
  await session.close();
});

test('without a bus it says so and ends', async () => {
  const config = join(bus.folder, 'nobody.toml');
  writeFileSync(config, 'data_dir = "."\nentities = "entities.json"\n[http]\nport = 1\n');
  const alone = spawn(program, ['--config', config, '--print'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  alone.stderr.on('data', (text) => (said += text));
  const code = await new Promise((resolve) => alone.once('close', resolve));
  assert.equal(code, 1);
  assert.match(said, /127\.0\.0\.1:1: /);
});
