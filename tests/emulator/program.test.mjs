// The program itself: options, bad configuration, one process per data folder, memory, how soon it answers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Bus, entities, open_web_socket, program } from './bus_process.mjs';

/// Far more than a start takes on a machine that is busy with everything else.
const HEALTHY_MOST_MS = 15_000;

let folder;
let bus;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-bus-program-'));
  bus = await Bus.start(entities({ queues: { q: {} } }));
});
after(async () => {
  assert.equal(await bus.close(), 0, 'SIGTERM ends the bus with exit code 0');
  rmSync(folder, { recursive: true });
});

function run(config, entities_text, ...options) {
  writeFileSync(join(folder, 'bus.toml'), config);
  if (entities_text !== null) writeFileSync(join(folder, 'entities.json'), entities_text);
  return spawnSync(program, ['--config', join(folder, 'bus.toml'), ...options], { encoding: 'utf8', timeout: 10_000 });
}

const GOOD = 'data_dir = "data"\nentities = "entities.json"\n';

test('a good configuration passes the check and changes nothing', () => {
  const done = run(GOOD, JSON.stringify(entities({})), '--check-config');
  assert.equal(done.status, 0, done.stderr);
  assert.throws(() => readFileSync(join(folder, 'data', 'bus.db')));
});

test('every problem of a bad configuration is reported with file and place', () => {
  const done = run(
    `${GOOD}color = 1\n[amqp]\nport = 70000\naddress = "nowhere"\n`,
    JSON.stringify(entities({ queues: { q: { LockDuration: 'PT1H' } } })),
    '--check-config',
  );
  assert.equal(done.status, 2);
  for (const part of ['color', 'amqp.port', 'amqp.address', 'Queues[0].Properties.LockDuration: PT1H']) {
    assert.ok(done.stderr.includes(part), `${part} in:\n${done.stderr}`);
  }
  assert.match(done.stderr, /bus\.toml:3/);
});

test('without access rules it listens to its own machine alone', () => {
  const open = `${GOOD}[amqp]\naddress = "0.0.0.0"\n[http]\naddress = "::"\n`;
  const done = run(open, JSON.stringify(entities({})), '--check-config');
  assert.equal(done.status, 2);
  for (const table of ['amqp', 'http']) assert.match(done.stderr, new RegExp(`${table}\\.address.*open to the network`));

  writeFileSync(join(folder, 'access.json'), '[{"KeyName": "root", "PrimaryKey": "x", "Rights": ["Manage"]}]');
  const guarded = run(`${open}[access]\nrules = "access.json"\n`, JSON.stringify(entities({})), '--check-config');
  assert.equal(guarded.status, 0, guarded.stderr);
});

test('a missing file of entities ends the start with exit code 2', () => {
  rmSync(join(folder, 'entities.json'), { force: true });
  assert.equal(run(GOOD, null).status, 2);
});

test('the version is printed', () => {
  assert.match(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout, /^millrace-bus \d+\.\d+\.\d+$/m);
});

test('the figures of an entity are shown as long as there is one', async () => {
  const metrics = async () => (await fetch(`http://${bus.http}/metrics`)).text();
  const description = '<QueueDescription xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect"/>';
  const body = `<entry xmlns="http://www.w3.org/2005/Atom"><content type="application/xml">${description}</content></entry>`;
  const at = `http://${bus.http}/passing`;
  assert.equal((await fetch(at, { method: 'PUT', body })).status, 201);
  assert.match(await metrics(), /^millrace_bus_messages\{entity="passing"\} 0$/m);
  assert.equal((await fetch(at, { method: 'DELETE' })).status, 200);
  const after = await metrics();
  assert.doesNotMatch(after, /passing/);
  assert.match(after, /^millrace_bus_messages\{entity="q"\} 0$/m);
});

/// The status and the text of what a browser would send for a page of `origin`; `host` is what the page calls the bus.
const from_page = (origin, method, path, { host = bus.http, body } = {}) =>
  new Promise((resolve, reject) => {
    const [address, port] = bus.http.split(':');
    const headers = { host, 'content-type': 'text/plain', ...(origin === null ? {} : { origin }) };
    const asked = request({ host: address, port, path, method, headers }, async (response) => {
      resolve({ status: response.statusCode, text: (await response.toArray()).join('') });
    });
    asked.once('error', reject);
    asked.end(body);
  });

test('a page of the web changes nothing, and reads as little as ever', async () => {
  const fault = { body: '{"fault": "throttle", "entity": "nothing"}' };
  const named = { host: 'rebound.example', body: fault.body };
  const changes = [['POST', '/$faults', fault], ['DELETE', '/$faults', {}], ['DELETE', '/q', {}], ['PUT', '/another', {}]];
  for (const origin of ['http://page.example', 'null', `https://${bus.http}`, 'http://127.0.0.1:1']) {
    for (const [method, path, options] of changes) {
      const { status, text } = await from_page(origin, method, path, options);
      assert.equal(status, 403, `${origin}: ${method} ${path}`);
      assert.match(text, /SubCode=40300\. A web page of .* may change nothing here: send no Origin header\./);
    }
    assert.equal((await from_page(origin, 'GET', '/$faults')).status, 200);
  }
  assert.equal((await from_page('http://rebound.example', 'POST', '/$faults', named)).status, 403, 'a name that leads here is not ours');
  assert.deepEqual(JSON.parse((await from_page(null, 'GET', '/$faults')).text).faults, []);
  assert.equal((await from_page(null, 'GET', '/q')).status, 200);

  for (const origin of [null, `http://${bus.http}`]) {
    assert.equal((await from_page(origin, 'POST', '/$faults', fault)).status, 200);
    assert.equal((await from_page(origin, 'DELETE', '/$faults')).status, 200);
  }
});

test('a page of the web opens no WebSocket where nobody has to show a key', async () => {
  for (const origin of ['http://page.example', 'null', `https://${bus.http}`, 'http://127.0.0.1:1']) {
    const { status, text } = await open_web_socket(bus, origin);
    assert.equal(status, 403, origin);
    assert.match(text, /A web page of .* may not use this bus, which asks nobody for a key: set access rules/);
  }
  for (const origin of [null, `http://${bus.http}`]) assert.equal((await open_web_socket(bus, origin)).status, 101);
});

test('a fresh bus answers /health soon after its start', async (t) => {
  const began = performance.now();
  const fresh = await Bus.start(entities({}));
  try {
    assert.equal((await fetch(`http://${fresh.http}/health`)).status, 200);
    const took_ms = performance.now() - began;
    // Under 100 ms on a machine of its own; here others may have the processor, so a long time alone is a failure.
    t.diagnostic(`from start to the first answer of /health: ${took_ms.toFixed(0)} ms`);
    assert.ok(took_ms < HEALTHY_MOST_MS, `${took_ms} ms`);
  } finally {
    await fresh.close();
  }
});

test('a second process on the same data folder does not start', () => {
  const config = `data_dir = "${bus.folder}"\nentities = "entities.json"\n[amqp]\nport = 0\n[http]\nport = 0\n`;
  const done = run(config, JSON.stringify(entities({})));
  assert.equal(done.status, 1);
  assert.match(done.stderr, /another process has bus\.lock/);
});

test('an idle bus is small', () => {
  // A sanitizer's shadow memory is not ours.
  if (readFileSync(`/proc/${bus.pid}/maps`, 'utf8').match(/lib[at]san|asan|tsan/)) return;
  const [, resident_kb] = readFileSync(`/proc/${bus.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/);
  assert.ok(Number(resident_kb) < 30 * 1024, `${resident_kb} kB`);
});
