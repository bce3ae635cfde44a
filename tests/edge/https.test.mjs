// The box serves kiosks on other machines over HTTPS: a real millrace-edge with a certificate of its own making, Node's
// TLS as the kiosk. There is no broker: signing in must not need one.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as https_request } from 'node:https';
import { connect as tcp_connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as tls_connect } from 'node:tls';
import { ask_socket } from '../support/admin_socket.mjs';
import { free_port, Process, until } from '../support/process.mjs';
import { bin, hash_pin, root } from '../support/stack.mjs';

const PIN = '4711';
const ANSWER_WITHIN_MS = 10_000;

let folder;
let edge;
let port;
let ca;

/// A self-signed certificate for the loopback address, and its key, as `{name}.pem` and `{name}.key`.
function make_certificate(name) {
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=box-1']
      .concat(['-addext', 'subjectAltName=IP:127.0.0.1'])
      .concat(['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]),
    { stdio: 'pipe' },
  );
}

function write_config(key) {
  writeFileSync(
    join(folder, 'edge.toml'),
    `site = "demo"
edge = "box-1"
data_dir = "data"
roster = "roster.json"
assignments = "assignments.json"
packages = "packages"
[http]
address = "0.0.0.0"
port = ${port}
tls_certificate = "box.pem"
tls_key = "${key}"
[broker]
port = ${port}
`,
  );
}

/// The certificate is checked against `ca`, its name against the address.
function call(method, path, body = null, headers = {}) {
  return new Promise((resolve, reject) => {
    const sent = https_request(
      { host: '127.0.0.1', port, path, method, ca, timeout: ANSWER_WITHIN_MS, agent: false },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer`)));
    sent.on('error', reject);
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
    if (body !== null) sent.setHeader('content-type', 'application/json');
    sent.end(body === null ? undefined : JSON.stringify(body));
  });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-https-'));
  port = await free_port();
  make_certificate('box');
  make_certificate('other');
  ca = readFileSync(join(folder, 'box.pem'));
  const operator = { id: 'op-1', badge: '10001', name: 'A', language: 'en', active: true, roles: ['operator'] };
  const roster = { format: 'millrace-roster/1', operators: [{ ...operator, pin_hash: hash_pin(PIN) }] };
  writeFileSync(join(folder, 'roster.json'), JSON.stringify(roster));
  const assignments = { format: 'millrace-assignments/1', as_of: new Date().toISOString(), assignments: [] };
  writeFileSync(join(folder, 'assignments.json'), JSON.stringify(assignments));
  mkdirSync(join(folder, 'logs'));
  cpSync(join(root, 'demo', 'packages'), join(folder, 'packages'), { recursive: true });
  write_config('box.key');
  edge = new Process({
    name: 'edge',
    program: join(bin, 'millrace-edge'),
    args: ['--config', join(folder, 'edge.toml')],
    log: join(folder, 'logs', 'edge.log'),
    ready: () => call('GET', '/healthz').then(({ status }) => status === 200, () => false),
  });
  await edge.start();
});

after(async () => {
  assert.equal(await edge?.stop(), 0);
  rmSync(folder, { recursive: true, force: true });
});

test('an operator signs in over HTTPS, with a cookie that never leaves it', async () => {
  const answer = await call('POST', '/api/v1/session', { badge: '10001', pin: PIN, kiosk: 'k1' });
  assert.equal(answer.status, 201, answer.text);
  const [cookie] = answer.headers['set-cookie'];
  for (const part of ['Secure', 'HttpOnly', 'SameSite=Strict']) assert.ok(cookie.includes(part), cookie);
  const mine = await call('GET', '/api/v1/work', null, { cookie: cookie.split(';')[0] });
  assert.equal(mine.status, 200, mine.text);
});

test('a page of the same box over plain HTTP is another origin', async () => {
  const origin = `http://127.0.0.1:${port}`;
  const answer = await call('POST', '/api/v1/session', { badge: '10001', pin: PIN, kiosk: 'k1' }, { origin });
  assert.equal(answer.status, 403, answer.text);
});

test('plant IT sees how long the plant\'s certificate is good', async () => {
  const { certificates } = (await ask_socket(join(folder, 'data'), 'GET', '/admin/v1/box')).json;
  assert.deepEqual(certificates.map(({ of, names }) => [of, names]), [['kiosks', ['127.0.0.1']]]);
  const days = (Date.parse(certificates[0].until) - Date.now()) / 86_400_000;
  assert.ok(days > 1 && days < 2.1, `${days} days`);
  const refused = await ask_socket(join(folder, 'data'), 'POST', '/admin/v1/passes', {});
  assert.match(refused.json.detail, /serves no pages/);
});

test('plain HTTP is not answered', async () => {
  const text = await new Promise((resolve, reject) => {
    const socket = tcp_connect(port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
  assert.ok(!text.includes('HTTP/'), text);
});

test('nothing older than TLS 1.2 is spoken', async () => {
  const handshake = (version) =>
    new Promise((resolve) => {
      const options = { ca, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
      const socket = tls_connect(port, '127.0.0.1', options, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.on('error', (error) => resolve(error.code));
    });
  assert.equal(await handshake('TLSv1.2'), 'TLSv1.2');
  assert.equal(await handshake('TLSv1.3'), 'TLSv1.3');
  assert.match(await handshake('TLSv1.1'), /^ERR_SSL_|^ECONNRESET$/);
});

test('a peer that never finishes its handshake keeps nobody waiting', async () => {
  const silent = tcp_connect(port, '127.0.0.1');
  await new Promise((resolve) => silent.once('connect', resolve));
  assert.equal((await call('GET', '/healthz')).status, 200);
  silent.destroy();
});

test('a key that does not belong to the certificate is named at the start, with its certificate', async () => {
  await edge.stop();
  write_config('other.key');
  const { status, stderr } = spawnSync(join(bin, 'millrace-edge'), ['--config', join(folder, 'edge.toml')], {
    encoding: 'utf8',
    timeout: ANSWER_WITHIN_MS,
  });
  assert.ok(status > 0, `ended with ${status}`);
  assert.match(stderr, /other\.key.*box\.pem/);
  write_config('box.key');
  await edge.start();
  await until('the box answers again', async () => (await call('GET', '/healthz')).status === 200);
});
