// The box's own certificate as the years go by: a real millrace-edge whose wall clock is moved while it runs.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { Box, program } from '../support/box.mjs';
import { moved_clock, write_offset } from '../support/moved_clock.mjs';
import { listens, until } from '../support/process.mjs';
import { root } from '../support/stack.mjs';

const DAY_S = 86_400;

let folder;
let clock;
let box;
let ca;
let days_on = 0;

function turn_clock_to(day) {
  write_offset(clock, day * DAY_S);
  days_on = day;
}

/// Whether it is good on the box's day is looked at here: Node goes by today.
function shown() {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: box.port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function must_be_good(certificate) {
  const now = Date.now() + days_on * DAY_S * 1000;
  assert.ok(certificate.validFromDate < now && now < certificate.validToDate, `${certificate.validTo} on day ${days_on}`);
  assert.ok(certificate.verify(ca.publicKey), 'another authority');
}

function reasons() {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: box.port, path: '/readyz', rejectUnauthorized: false, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => { text += chunk; });
      answer.on('end', () => resolve(JSON.parse(text).reasons));
    }).on('error', reject).end();
  });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-years-'));
  clock = join(folder, 'clock');
  box = await Box.create({
    folder,
    operators: [{ id: 'op-1', badge: '10001', pin: '4711' }],
    packages: join(root, 'demo', 'packages'),
    http: ['address = "0.0.0.0"', 'names = ["box-1.plant.example"]'],
    log_level: 'info',
    env: moved_clock(clock),
    ready: () => listens(box.port),
  });
  ca = new X509Certificate(spawnSync(program, ['--config', box.config, '--print-trust'], { encoding: 'utf8' }).stdout);
  await box.start();
});

after(async () => {
  assert.equal(await box?.stop(), 0);
  rmSync(folder, { recursive: true, force: true });
});

test('it is renewed in good time, without a restart, by the same authority', async () => {
  const first = await shown();
  must_be_good(first);
  turn_clock_to(300);
  const second = await until('another certificate is shown', async () => {
    const now = await shown();
    return now.serialNumber === first.serialNumber ? null : now;
  });
  must_be_good(second);
  assert.deepEqual(Object.keys(await reasons()).filter((name) => name.startsWith('certificate')), []);
  assert.match(box.edge.log_tail(), /https\.certificate_renewed until=/);
});

test('a box that was off for two years shows a good one when it comes back', async () => {
  assert.equal(await box.stop(), 0);
  turn_clock_to(300 + 730);
  await box.start();
  must_be_good(await shown());
});

test('a clock that was ahead and is set right leaves no certificate of the future', async () => {
  const ahead = await shown();
  turn_clock_to(0);
  const now = await until('another certificate is shown', async () => {
    const certificate = await shown();
    return certificate.serialNumber === ahead.serialNumber ? null : certificate;
  });
  must_be_good(now);
});

test("a person hears of the authority's end a month before", async () => {
  turn_clock_to(3_650 - 31);
  await until('the last certificate is shown', async () => (await shown()).validToDate.getTime() === ca.validToDate.getTime());
  assert.equal((await reasons())['certificate-expires'], undefined);
  turn_clock_to(3_650 - 29);
  const reason = await until('the alarm is raised', async () => (await reasons())['certificate-expires']);
  assert.match(reason, /https-ca\.pem.*--print-trust/);
});
