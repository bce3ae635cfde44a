// The proxy does to bytes what it says, at the byte where it says it, and nothing to others.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { FaultProxy } from './fault_proxy.mjs';
import { listens, pause, until } from './process.mjs';

const QUIET_MS = 100;
// As read, and as written.
const RESET = ['ECONNRESET', 'EPIPE'];
const BLOCK = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));

let server;
let proxy;
/// What the server got since its latest connection began, and that connection.
let got;
let accepted;

before(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    got = Buffer.alloc(0);
    accepted = socket;
    socket.reset_seen = false;
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
    });
    socket.on('error', (error) => {
      socket.reset_seen = RESET.includes(error.code);
    });
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

after(() => server.close());

beforeEach(async () => {
  accepted = undefined;
  proxy = new FaultProxy({ name: 'test', to: server.address().port });
  await proxy.start();
});

afterEach(() => proxy.stop());

class Client {
  bytes = Buffer.alloc(0);
  reset_seen = false;
  ended = false;

  static async connect() {
    const client = new Client();
    client.socket = connect(proxy.port, '127.0.0.1');
    client.socket.on('data', (chunk) => {
      client.bytes = Buffer.concat([client.bytes, chunk]);
    });
    client.socket.on('error', (error) => {
      client.reset_seen = RESET.includes(error.code);
    });
    client.socket.on('end', () => {
      client.ended = true;
    });
    accepted = undefined;
    await once(client.socket, 'connect');
    await until('the server has it', () => accepted);
    return client;
  }
}

/// Whether the condition stays false for a while: that nothing happens can only be waited for.
async function never(question) {
  for (let left = QUIET_MS; left > 0; left -= 10) {
    if (question()) return false;
    await pause(10);
  }
  return true;
}

test('bytes pass both ways, unchanged, and so does an end', async () => {
  const client = await Client.connect();
  client.socket.write(BLOCK);
  accepted.write(BLOCK);
  await until('all is there', () => got.length === BLOCK.length && client.bytes.length === BLOCK.length);
  assert.ok(got.equals(BLOCK) && client.bytes.equals(BLOCK));
  assert.deepEqual(proxy.passed, { up: BLOCK.length, down: BLOCK.length });
  client.socket.end();
  await until('the end came back', () => client.ended);
});

for (const [direction, sender] of [
  ['up', (client) => client.socket],
  ['down', () => accepted],
]) {
  test(`reset after exactly n bytes ${direction}, and both ends are gone`, async () => {
    const client = await Client.connect();
    const sprung = proxy.trap({ direction, after: 54_321, action: 'reset' });
    sender(client).write(BLOCK);
    await sprung;
    // The kernel may tell the end that still reads of a plain end.
    await until('both are gone', () => (client.reset_seen || client.ended) && (accepted.reset_seen || accepted.readableEnded));
    const bytes = direction === 'up' ? got : client.bytes;
    assert.ok(bytes.equals(BLOCK.subarray(0, bytes.length)));
    assert.equal(proxy.passed[direction], 54_321);
  });

  test(`half open ${direction}: the other way still passes, and healing loses nothing`, async () => {
    const client = await Client.connect();
    const sprung = proxy.trap({ direction, after: 7, action: 'hold' });
    client.socket.write(BLOCK);
    accepted.write(BLOCK);
    await sprung;
    const here = () => (direction === 'up' ? got : client.bytes);
    const there = () => (direction === 'up' ? client.bytes : got);
    await until('the other way is through', () => there().length === BLOCK.length);
    assert.ok(await never(() => here().length > 7));
    await proxy.heal();
    await until('this way is through', () => here().length === BLOCK.length);
    assert.ok(here().equals(BLOCK));
  });
}

test('a trap waits for a connection to come, and springs once', async () => {
  const sprung = proxy.trap({ direction: 'up', after: 1, action: 'reset' });
  const first = await Client.connect();
  first.socket.write('ab');
  await sprung;
  await until('it is reset', () => first.reset_seen);
  const second = await Client.connect();
  second.socket.write('cd');
  await until('the second passes', () => got.toString() === 'cd');
});

test('a black hole takes new connections too and answers none; healed by a reset, they end', async () => {
  const old = await Client.connect();
  proxy.change('both', { hold: true });
  const fresh = await Client.connect();
  for (const client of [old, fresh]) client.socket.write('x');
  assert.ok(await never(() => got.length > 0));
  await proxy.heal();
  await until('both pass', () => got.toString() === 'xx');
  for (const connection of proxy.connections) connection.hold_both();
  await proxy.heal({ reset: true });
  await until('they end', () => old.reset_seen && fresh.reset_seen);
});

test('what is held for good stays so, and new connections pass', async () => {
  const lost = await Client.connect();
  const first = accepted;
  const sprung = proxy.trap({ direction: 'down', after: 1, action: 'hold_for_good' });
  first.write('ab');
  await sprung;
  await proxy.heal({ reset: true });
  assert.ok(await never(() => lost.bytes.length > 1 || lost.reset_seen));
  const fresh = await Client.connect();
  accepted.write('cd');
  await until('the new one passes', () => fresh.bytes.toString() === 'cd');
});

test('slices are small, in order and complete', async () => {
  const client = await Client.connect();
  proxy.change('up', { slice_bytes: 3 });
  const sizes = [];
  accepted.on('data', (chunk) => sizes.push(chunk.length));
  client.socket.write(BLOCK.subarray(0, 300));
  await until('all is there', () => got.length === 300);
  assert.ok(got.equals(BLOCK.subarray(0, 300)));
  assert.ok(sizes.length > 20, `${sizes.length} pieces`);
});

test('delay and bandwidth take their time', async () => {
  const client = await Client.connect();
  proxy.change('up', { delay_ms: 80 });
  let began = Date.now();
  client.socket.write('late');
  await until('it is there', () => got.toString() === 'late');
  assert.ok(Date.now() - began >= 75);
  await proxy.heal();
  proxy.change('down', { bytes_per_s: 1_000_000 });
  began = Date.now();
  accepted.write(BLOCK);
  await until('all is there', () => client.bytes.length === BLOCK.length);
  assert.ok(Date.now() - began >= 90);
  assert.ok(client.bytes.equals(BLOCK));
});

test('refused: nobody new, the old ones stay; healed: everybody', async () => {
  const client = await Client.connect();
  proxy.refuse();
  assert.equal(await listens(proxy.port), false);
  client.socket.write('still');
  await until('it passes', () => got.toString() === 'still');
  await proxy.heal();
  assert.equal(await listens(proxy.port), true);
});
