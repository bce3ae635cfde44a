// The box's clock on a test, seen from the screen: it counts down, it stands while nobody sits there, and when it is up no
// answer is taken any more, but nothing is handed in without a signature. And clocks that are set while somebody waits.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assignment_of } from '../support/assignments.mjs';
import { submission_key } from '../support/operator_client.mjs';
import { pause } from '../support/process.mjs';
import { root } from '../support/stack.mjs';
import { findings } from './access.mjs';
import { answer_of_box } from './browser.mjs';
import { by_touch } from './hands.mjs';
import { answer_question, on_screen, saved, shown_result, sign_again, sign_in, tap_keys } from './journey.mjs';
import { Line } from './line.mjs';

const LIMIT_S = 20;
/// Longer than what may pass between a look at the clock and the tap that stops it, or starts it and the next look.
const AWAY_MS = 8_000;
const TAPS_MS = 4_000;
/// The screen counts in whole seconds, and the box's clock began before the wait for its end does.
const UP_WITHIN_MS = (LIMIT_S + 10) * 1000;
/// kAnswerGrace of the box, and some more.
const GRACE_MS = 6_000;
const HOUR_MS = 3_600_000;
const ANNA = { id: 'op-1', badge: '10001', pin: '4711', name: 'Anna', language: 'en' };
const BENO = { id: 'op-2', badge: '10002', pin: '4712', name: 'Beno', language: 'en' };
const CARLA = { id: 'op-3', badge: '10003', pin: '4713', name: 'Carla', language: 'en' };
const { items } = JSON.parse(readFileSync(join(root, 'tests', 'system', 'short_check.json'), 'utf8'));
const RIGHT_ANSWERS = Object.fromEntries(items.map(({ id, answer }) => [id, answer]));

const line = Line.for_this_file('time', {
  operators: [ANNA, BENO, CARLA],
  assignments: [ANNA, BENO, CARLA].map(({ id }) => assignment_of({
    assignment_id: `as-${id}`,
    operator_id: id,
    test_id: 'short-check',
    skill: 'line-check',
    time_limit_s: LIMIT_S,
  })),
  packages: join(root, 'tests', 'system'),
});

/// What the screen says is left.
async function seconds_shown(page) {
  const [minutes, seconds] = (await page.locator('.time-value').textContent()).split(':').map(Number);
  return minutes * 60 + seconds;
}

/// In the page: the same answer once more under a new key, with the lease that the screen has now.
async function write_as_a_screen_would({ url, body }) {
  const read = async (path) => (await fetch(path)).json();
  const { csrf } = await read('/api/v1/session');
  const { lease } = await read(url.slice(0, url.indexOf('/answers/')));
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-millrace-csrf': csrf },
    body: JSON.stringify({ ...body, lease }),
  });
  return { status: answer.status, type: (await answer.json()).type };
}

async function begin(page, operator) {
  await page.goto(`${line.stack.url}/?lang=en`);
  await page.getByTestId('type-badge').waitFor();
  await sign_in(page, operator);
  await page.getByTestId('open-short-check').tap();
  await on_screen(page, 'brief');
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
}

line.test('the time left counts down, stands while nobody sits there, and ends the answering but not the test', async () => {
  const page = await line.open_page();
  const written = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') written.push({ url: request.url(), body: { ...request.postDataJSON(), submission_key: submission_key() } });
  });
  await begin(page, ANNA);
  const at_first = await seconds_shown(page);
  assert.ok(at_first <= LIMIT_S && at_first > LIMIT_S - 5, `${at_first}`);
  await answer_question(page);
  await saved(page);
  await page.waitForFunction(
    (before) => Number(document.querySelector('.time-value').textContent.split(':')[1]) < before,
    at_first,
  );
  const left = await seconds_shown(page);
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  await pause(AWAY_MS);

  await sign_in(page, ANNA);
  await page.getByTestId('open-short-check').tap();
  await on_screen(page, 'resume');
  await page.getByTestId('resume-attempt').tap();
  await on_screen(page, 'question');
  const on_return = await seconds_shown(page);
  assert.ok(on_return <= left && on_return >= left - TAPS_MS / 1000, `${left} s were left, and ${on_return} s after a pause`);

  await page.getByTestId('time-up').waitFor({ timeout: UP_WITHIN_MS });
  await on_screen(page, 'sign');
  assert.deepEqual(await findings(page), []);
  await line.picture(page, 'time-up');
  await pause(GRACE_MS);
  const late = await page.evaluate(write_as_a_screen_would, written[0]);
  assert.deepEqual(late, { status: 409, type: 'urn:millrace:problem:attempt-closed' });

  assert.deepEqual(line.rows('SELECT * FROM outcome'), [], 'nobody has signed yet');
  await sign_again(page, ANNA);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  const { message } = line.recorded(event_id);
  assert.equal(message.end_reason, 'END_REASON_TIME_UP');
  assert.equal(message.items.filter(({ response }) => response !== null && response !== undefined).length, 1);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

line.test('an answer that was given in time while the cable was out is saved and scored when it is back after the limit, though the clock was set', async () => {
  const page = await line.open_page();
  await begin(page, BENO);
  await page.context().setOffline(true);
  const item = await page.locator('[data-item]').getAttribute('data-item');
  await by_touch(page).answer(RIGHT_ANSWERS[item]);
  await page.waitForSelector('[data-item][data-mark="here"]');
  await page.getByTestId('box-unreachable').waitFor();
  await page.evaluate((step_ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - step_ms;
  }, HOUR_MS);

  await page.getByTestId('overview').tap();
  await on_screen(page, 'review');
  assert.ok((await seconds_shown(page)) <= LIMIT_S);
  await page.getByTestId('time-up').waitFor({ timeout: UP_WITHIN_MS });
  await on_screen(page, 'sign');
  // Now no answer that is given is taken any more.
  await pause(GRACE_MS);
  assert.deepEqual(line.rows('SELECT * FROM journal JOIN attempt USING (attempt_id) WHERE operator_id = ?', BENO.id), []);
  const sent = page.waitForResponse((response) => response.request().method() === 'PUT');
  await page.context().setOffline(false);
  assert.equal((await sent).status(), 200);
  await page.getByTestId('box-unreachable').waitFor({ state: 'detached' });

  await sign_again(page, BENO);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  const { message } = line.recorded(event_id);
  assert.equal(message.end_reason, 'END_REASON_TIME_UP');
  const given = message.items.filter(({ response }) => response !== null && response !== undefined);
  assert.deepEqual(
    given.map(({ item_id, score_bp }) => [item_id, score_bp]),
    [[item, 10_000]],
  );
  await page.context().close();
});

line.test('time that runs out while the test is signed is told there, and there is no way back to the questions', async () => {
  const page = await line.open_page();
  await begin(page, CARLA);
  await answer_question(page);
  await saved(page);
  await page.getByTestId('overview').tap();
  await page.getByTestId('to-sign').tap();
  await on_screen(page, 'sign');
  const back = page.locator('.acts').getByRole('button', { name: 'Back' });
  await back.waitFor();
  await page.getByTestId('time-up').waitFor({ timeout: UP_WITHIN_MS });
  assert.equal(await back.count(), 0);
  await sign_again(page, CARLA);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  assert.equal(line.recorded(event_id).message.end_reason, 'END_REASON_TIME_UP');
  await page.context().close();
});

line.test("whoever is locked out waits as long as the box said, though the box's clock is set back meanwhile", async () => {
  const page = await line.open_page();
  await page.goto(`${line.stack.url}/?lang=en`);
  await page.getByTestId('type-badge').tap();
  await tap_keys(page, ANNA.badge);
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="pin"]');
  const wait = { type: 'urn:millrace:problem:locked-out', title: 'Wait', status: 429, detail: 'Wait.', retry_after_s: 60 };
  await page.route('**/api/v1/session', (route) =>
    route.fulfill({ status: 429, contentType: 'application/problem+json', json: wait }),
  );
  await tap_keys(page, ANNA.pin);
  await page.getByTestId('pin-enter').tap();
  const said = page.getByTestId('locked-out');
  const seconds = async () => Number(/\d+/.exec(await said.textContent())[0]);
  const at_first = await seconds();
  assert.ok(at_first > 50 && at_first <= 60, `${at_first}`);

  await page.route('**/api/v1/status', async (route) => {
    const answer = await answer_of_box(route);
    const status = await answer.json();
    const time = new Date(Date.parse(status.time) - HOUR_MS).toISOString();
    await route.fulfill({ response: answer, json: { ...status, time } });
  });
  const heard = await page.waitForResponse('**/api/v1/status');
  await heard.finished();
  const drawn = await said.textContent();
  await page.waitForFunction((before) => document.querySelector('[data-testid="locked-out"]').textContent !== before, drawn);
  const later = await seconds();
  assert.ok(later < at_first, `${at_first} s were left, and ${later} s after the clock was set back`);
  await page.context().close();
});
