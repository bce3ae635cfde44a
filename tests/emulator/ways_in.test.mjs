// One port, every way in: AMQP and HTTP, plain and over TLS, and AMQP inside WebSockets.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as http_request } from 'node:http';
import { request as https_request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Bus, entities } from './bus_process.mjs';
import { exchange } from './ways_in_client.mjs';

const NAME = 'plant.servicebus.example';
const KEY = 'SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE';
const folder = mkdtempSync(join(tmpdir(), 'millrace-ways-'));
const certificate = join(folder, 'bus.pem');
let bus;
let port;

before(async () => {
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=bus']
      .concat(['-addext', `subjectAltName=DNS:localhost,DNS:${NAME}`])
      .concat(['-keyout', join(folder, 'bus.key'), '-out', certificate]),
    { stdio: 'pipe' },
  );
  bus = await Bus.start(entities({ queues: { orders: { RequiresSession: true } } }), {
    more: `[tls]\ncertificate = "${certificate}"\nkey = "${join(folder, 'bus.key')}"\n`,
  });
  port = Number(bus.amqp.split(':')[1]);
});

after(async () => {
  await bus.close();
  rmSync(folder, { recursive: true, force: true });
});

function sdk(connection_string, options = {}) {
  const program = join(dirname(fileURLToPath(import.meta.url)), 'ways_in_client.mjs');
  const child = spawn(process.execPath, [program, connection_string, JSON.stringify(options)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(err))));
  });
}

const ALL = [
  [0, 0],
  [1, 50_000],
  [2, 100_000],
];

test('the SDK over TLS, with an ordinary connection string', async () => {
  assert.deepEqual(await sdk(`Endpoint=sb://localhost:${port}/;${KEY}`), ALL);
});

test('the SDK over TLS, with a production string and the address of the bus', async () => {
  assert.deepEqual(await sdk(`Endpoint=sb://${NAME}/;${KEY}`, { custom_address: `sb://localhost:${port}` }), ALL);
});

test('the SDK inside WebSockets', async () => {
  assert.deepEqual(await sdk(`Endpoint=sb://localhost:${port}/;${KEY}`, { web_socket: true }), ALL);
});

test('the SDK over plain TCP, on the same port', async () => {
  assert.deepEqual(await exchange(`Endpoint=sb://localhost:${port};${KEY};UseDevelopmentEmulator=true`), ALL);
});

/// The status and the body of a GET.
function get(request, options) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: 'localhost', path: '/health', ...options }, async (response) => {
      let body = '';
      for await (const piece of response) body += piece;
      resolve([response.statusCode, body]);
    });
    asked.once('error', reject);
    asked.end();
  });
}

test('HTTP and HTTPS on both ports', async () => {
  const ca = readFileSync(certificate);
  for (const at of [port, Number(bus.http.split(':')[1])]) {
    assert.deepEqual(await get(http_request, { port: at }), [200, '{"status":"healthy"}']);
    assert.deepEqual(await get(https_request, { port: at, ca, agent: false }), [200, '{"status":"healthy"}']);
  }
});

test('a WebSocket elsewhere, or of another protocol, is none', async () => {
  const upgrade = (path, protocol) =>
    get(http_request, {
      port,
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': protocol,
      },
    });
  assert.equal((await upgrade('/elsewhere', 'AMQPWSB10'))[0], 404);
  assert.equal((await upgrade('/$servicebus/websocket', 'chat'))[0], 404);
});

test('bytes of no protocol end the connection, and those that come in pieces are waited for', async () => {
  const say = async (...pieces) => {
    const socket = connect(port, '127.0.0.1');
    let heard = Buffer.alloc(0);
    const answered = new Promise((resolve) => {
      socket.once('close', resolve);
      socket.on('data', (bytes) => {
        heard = Buffer.concat([heard, bytes]);
        if (heard.length >= 7) resolve();
      });
    });
    for (const piece of pieces) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await answered;
    socket.destroy();
    return heard;
  };
  assert.match((await say('\x16\x03nonsense\r\n\r\n')).toString('latin1'), /^\x15\x03/, 'a TLS alert');
  assert.match((await say('NONSENSE\r\n\r\n')).toString(), /^HTTP\/1.1 400 /);
  // The header of AMQP's SASL layer.
  assert.deepEqual([...(await say('A', 'MQ', 'P\x03\x01\x00\x00')).subarray(0, 8)], [65, 77, 81, 80, 3, 1, 0, 0]);
});
