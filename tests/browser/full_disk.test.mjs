// A box whose disk is full, with a real browser: nothing is called saved that is not, and nothing is lost.
// Runs once more in a mount namespace of its own, which takes the small disk with it when it ends.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ApiDocument } from '../support/api_document.mjs';
import { pause, until } from '../support/process.mjs';
import { SmallDisk, why_no_mounts } from '../rounds/small_disk.mjs';
import { findings } from './access.mjs';
import { FaultBox, HOST, RIGHT_ANSWERS, TEST_ID } from './fault_box.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

const OWN_MOUNTS = 'MILLRACE_FULL_DISK_OWN_MOUNTS';
const DISK_ROUNDS = 4;
/// Longer than it takes until the box has noticed, and all is answered.
const LIMIT_S = 30;
/// kScreenSilent and kAnswerGrace of the box, and some more: so old an answer may always be.
const TAKEN_WITHOUT_MORE_MS = 23_000;

if (process.env[OWN_MOUNTS] === undefined) {
  const skip = why_no_mounts() ?? false;
  test('the box’s disk is full for a while', { skip }, () => {
    // Without this the inner run would take itself for a part of this one, and print nothing.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const again = [process.execPath, '--test', '--test-reporter=spec', fileURLToPath(import.meta.url)];
    const { status } = spawnSync('unshare', ['--mount', '--propagation', 'private', '--', ...again], {
      stdio: 'inherit',
      env: { ...env, [OWN_MOUNTS]: '1' },
    });
    assert.equal(status, 0);
  });
} else {
  test('answers that a full box cannot store stay on the screen, say so, and are saved once there is room', () => with_small_disk(fill_the_disk));
  test('and so they are when the time was up meanwhile', () => with_small_disk(fill_the_disk_over_the_limit, LIMIT_S));
}

async function with_small_disk(walk, time_limit_s = null) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-full-'));
  mkdirSync(join(folder, 'data'));
  const disk = SmallDisk.mount({ folder: join(folder, 'data'), image: join(folder, 'disk.img'), rounds: DISK_ROUNDS });
  const box = await FaultBox.create({ folder, operators: 1 });
  if (time_limit_s !== null) limit_time(join(folder, 'assignments.json'), time_limit_s);
  await box.start();
  const browser = new KioskBrowser({ profile: join(folder, 'profile'), url: box.url, host: HOST, trust: box.trust });
  let filling = null;
  const keep_full = async () => {
    // What the box holds back for this case goes as well.
    filling = setInterval(() => disk.fill(), 200);
    disk.fill();
    await until('the box has noticed', async () => (await status(browser)).storage === 'full');
  };
  const make_room = () => {
    clearInterval(filling);
    disk.free();
  };
  try {
    await browser.start();
    const operator = new Operator({ browser, ...box.people[0], test_id: TEST_ID, answers: RIGHT_ANSWERS, rushes: true });
    await operator.go_to('question');
    await walk({ box, browser, operator, keep_full, make_room });
    assert.deepEqual(browser.complaints, []);
  } finally {
    clearInterval(filling);
    await browser.stop();
    await box.stop();
    disk.unmount();
    rmSync(folder, { recursive: true, force: true });
  }
}

function limit_time(file, time_limit_s) {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  for (const assignment of content.assignments) Object.assign(assignment, { time_limit_s });
  writeFileSync(file, JSON.stringify(content));
}

async function all_wait(browser) {
  const waiting = (await browser.look_at_outbox()).waiting;
  assert.ok(waiting.length >= Object.keys(RIGHT_ANSWERS).length, `${waiting.length} wait`);
  assert.deepEqual(browser.acknowledged, []);
}

/// A try that is not on the disk is none: the PIN is not looked at, and whoever is signed in stays so.
async function nobody_signs_in(browser, { badge, pin }) {
  const asked = { method: 'POST', path: '/api/v1/session', body: { badge, pin, kiosk: 'k1' } };
  const answer = await browser.page.evaluate(async ({ method, path, body }) => {
    const got = await fetch(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return { status: got.status, type: got.headers.get('content-type'), text: await got.text() };
  }, asked);
  assert.equal(answer.status, 507, answer.text);
  assert.deepEqual(new ApiDocument().faults_of({ ...asked, ...answer }), []);
  assert.equal(await browser.page.evaluate(async () => (await fetch('/api/v1/session')).status), 200);
}

async function fill_the_disk({ box, browser, operator, keep_full, make_room }) {
  await keep_full();
  await operator.go_to('review');
  await browser.page.getByTestId('box-delayed').waitFor();
  assert.deepEqual(await findings(browser.page), []);
  await all_wait(browser);
  await nobody_signs_in(browser, box.people[0]);

  make_room();
  const result = await operator.take_test();
  assert.equal(result.score_bp, 10_000);
  const held = box.read();
  assert.deepEqual(held.outcomes.map(({ event_id }) => event_id), [result.event_id]);
  for (const key of browser.seen_waiting) assert.ok(held.keys.has(key), key);
}

async function fill_the_disk_over_the_limit({ browser, operator, keep_full, make_room }) {
  await keep_full();
  await operator.go_to('review');
  await browser.page.locator('.tile').first().tap();
  await browser.page.getByTestId('time-up').waitFor({ timeout: LIMIT_S * 1000 });
  // Now no answer that is given is taken any more.
  await pause(TAKEN_WITHOUT_MORE_MS);
  await all_wait(browser);

  make_room();
  assert.equal((await operator.take_test()).score_bp, 10_000);
  assert.equal(operator.attentions, 0);
}

const status = (browser) => browser.page.evaluate(async () => (await fetch('/api/v1/status')).json());
