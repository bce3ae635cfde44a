// A journey that meets every status of the kiosk API which a whole box gives; returns all that was asked and answered.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { some_response } from '../support/answers.mjs';
import { submission_key } from '../support/operator_client.mjs';
import { root } from '../support/stack.mjs';
import { outcomes_journey } from './api_outcomes.mjs';
import { requests_journey, while_locked, write_workflows } from './api_requests_journey.mjs';
import { Screen } from './screen.mjs';

/// After so many wrong PINs in a row nobody is let in for a while.
const WRONG_PINS_MOST = 12;
const NOBODY = '0190a5b6-0000-7000-8000-000000000000';

/// What anybody may ask, and what goes wrong before somebody is signed in.
async function at_the_door(box, answers) {
  const stranger = new Screen(box.url, answers);
  for (const path of ['/healthz', '/readyz', '/metrics', '/api/v1/status']) await stranger.ask('GET', path);
  const attempt = `/api/v1/attempts/${NOBODY}`;
  for (const path of ['/api/v1/session', '/api/v1/work', attempt, `${attempt}/sync`, `${attempt}/sync/events`,
    '/api/v1/packages/pumps/1/media/valves.svg', '/api/v1/session/photo']) {
    await stranger.ask('GET', path);
  }
  await stranger.ask('DELETE', '/api/v1/session');
  await stranger.ask('POST', '/api/v1/attempts', {});
  await stranger.ask('PUT', `${attempt}/answers/valve`, {});
  await stranger.ask('POST', `${attempt}/submit`, {});
  const someone = { badge: '10001', pin: '0000', kiosk: 'k1' };
  await stranger.ask('POST', '/api/v1/session', someone);
  await stranger.ask('POST', '/api/v1/session', { badge: '10001' });
  await stranger.ask('POST', '/api/v1/session', someone, { origin: 'http://elsewhere.example' });
  await stranger.ask('POST', '/api/v1/session', someone, { 'content-type': 'text/plain' });
  await wrong_until_locked(stranger, '/api/v1/session', { badge: '10003', pin: '0000', kiosk: 'k1' });
  await stranger.ask('GET', '/api/v1/roster');
  await stranger.ask('POST', '/api/v1/session', { operator_id: 'op-1', pin: '4711', kiosk: 'k1' });
}

/// A team leader lets the badge 10003 try again.
async function unlock(screen) {
  const path = '/api/v1/unlock';
  const asked = { leader_badge: '20001', leader_pin: '4720', badge: '10003', kiosk: 'k1' };
  await screen.ask('POST', path, { ...asked, badge: 3 });
  await screen.ask('POST', path, { ...asked, leader_pin: '0000' });
  await screen.ask('POST', path, { ...asked, leader_badge: '10001', leader_pin: '4711' });
  await screen.ask('POST', path, asked, { 'content-type': 'text/plain' });
  await screen.ask('POST', path, asked);
  await wrong_until_locked(screen, path, { ...asked, leader_badge: '20002', leader_pin: '0000' });
}

/// What a box answers whose plant lets people choose their name.
async function with_roster(box, answers) {
  await box.stop();
  write_workflows(join(box.folder, 'workflows.json'));
  mkdirSync(join(box.folder, 'photos'));
  cpSync(join(root, 'docs', 'pictures', 'confirm.webp'), join(box.folder, 'photos', 'op-1.webp'));
  box.write_config({ tables: '[kiosk]\nhelp = "Plant IT"\nroster_sign_in = true\nphotos = "photos"\n[content]\nworkflows = "workflows.json"\n' });
  await box.start();
  const screen = new Screen(box.url, answers);
  await screen.ask('GET', '/api/v1/status');
  await screen.ask('GET', '/api/v1/roster');
  await screen.ask('POST', '/api/v1/session', { operator_id: 'op-1', pin: '4711', kiosk: 'k1' });
  await screen.ask('GET', '/api/v1/session/photo?of=op-1');
  return screen;
}

/// A test that wants a second person, first without, then with the wrong one.
async function with_witness(screen) {
  const { json: attempt } = await screen.ask('POST', '/api/v1/attempts', {
    submission_key: submission_key(), assignment_id: 'as-witnessed', language: 'en',
  });
  const submit = (witness) =>
    screen.ask('POST', `/api/v1/attempts/${attempt.attempt_id}/submit`, {
      submission_key: submission_key(), lease: attempt.lease, badge: '10001', pin: '4711', ...witness,
    });
  await submit({});
  await submit({ witness: { badge: '20001', pin: '0000' } });
  await submit({ witness: { badge: '10001', pin: '4711' } });
  await submit({ witness: { badge: '20001', pin: '4720' } });
}

async function wrong_until_locked(screen, path, body) {
  for (let i = 0; i < WRONG_PINS_MOST; ++i) {
    if ((await screen.ask('POST', path, body)).status === 429) return;
  }
  throw new Error(`${path}: ${WRONG_PINS_MOST} wrong PINs, and still not locked`);
}

/// The writes of an attempt, each refused for its form: another origin's page, no JSON, nothing in it.
async function refused_for_form(screen, method, path) {
  await screen.ask(method, path, {});
  await screen.ask(method, path, {}, { 'x-millrace-csrf': 'wrong' });
  await screen.ask(method, path, {}, { 'content-type': 'text/plain' });
}

async function take(screen, assignment_id, { badge, pin }) {
  const opening = { submission_key: submission_key(), assignment_id, language: 'en' };
  const { json: attempt } = await screen.ask('POST', '/api/v1/attempts', opening);
  await screen.ask('POST', '/api/v1/attempts', opening);
  const path = `/api/v1/attempts/${attempt.attempt_id}`;
  await screen.ask('GET', path);
  await screen.ask('GET', `/api/v1/session?attempt=${attempt.attempt_id}&shown=${attempt.items[1].item_id}`);
  await screen.ask('GET', path);
  await screen.ask('GET', `${path}/sync`);
  await screen.ask('GET', `${path}/sync/events`);
  for (const item of attempt.items) {
    const answer = { submission_key: submission_key(), lease: attempt.lease, response: some_response(item), flagged: false };
    await screen.ask('PUT', `${path}/answers/${item.item_id}?shown=${item.item_id}&shown_ms=1500&age_ms=20`, answer);
    for (const address of [item.image, ...Object.values(item.audio ?? {})]) {
      // With the content's hash, and by the name alone.
      if (address) for (const asked of [address, address.split('?')[0]]) await screen.ask('GET', asked);
    }
  }
  const [first] = attempt.items;
  const save = (item_id, more) =>
    screen.ask('PUT', `${path}/answers/${item_id}`, {
      submission_key: submission_key(), lease: attempt.lease, response: null, flagged: true, ...more,
    });
  await save(first.item_id, {});
  await save(first.item_id, { response: { choice: 'a', value: true } });
  await save(first.item_id, { response: some_response(first), flagged: false });
  await save('no-such-item', {});
  await save(first.item_id, { lease: attempt.lease + 7 });
  await refused_for_form(screen, 'PUT', `${path}/answers/${first.item_id}`);
  await refused_for_form(screen, 'POST', `${path}/submit`);
  const submit = { submission_key: submission_key(), lease: attempt.lease, badge, pin };
  await screen.ask('POST', `${path}/submit`, { ...submit, badge: undefined });
  await screen.ask('POST', `${path}/submit`, { ...submit, badge: '10002' });
  await screen.ask('POST', `${path}/submit`, { ...submit, pin: '0000' });
  await screen.ask('POST', `${path}/submit`, { ...submit, lease: attempt.lease + 7 });
  await screen.ask('POST', `${path}/submit?language=en`, submit);
  await screen.ask('POST', `${path}/submit`, submit);
  await screen.ask('POST', `${path}/submit`, { ...submit, submission_key: submission_key() });
  await screen.ask('POST', '/api/v1/attempts', { ...opening, submission_key: submit.submission_key });
  for (const more of ['', '/sync', '/sync/events']) await screen.ask('GET', path + more);
}

/// A test whose picture somebody changed on the box's disk, and put right again.
async function unusable(box, screen) {
  const picture = join(box.folder, 'packages', 'media', 'line', 'panel.svg');
  const approved = readFileSync(picture);
  writeFileSync(picture, '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await screen.ask('POST', '/api/v1/attempts', { submission_key: submission_key(), assignment_id: 'as-line', language: 'en' });
  writeFileSync(picture, approved);
}

async function not_there(screen, { badge, pin }) {
  const attempt = `/api/v1/attempts/${NOBODY}`;
  for (const path of [attempt, `${attempt}/sync`, `${attempt}/sync/events`, '/api/v1/packages/pumps/1/media/other.svg']) {
    await screen.ask('GET', path);
  }
  const open = (assignment_id, language = 'en') =>
    screen.ask('POST', '/api/v1/attempts', { submission_key: submission_key(), assignment_id, language });
  await open('no-such-assignment');
  await open('as-closed');
  await open('as-1', 'xx');
  await refused_for_form(screen, 'POST', '/api/v1/attempts');
  await screen.ask('POST', `${attempt}/submit`, { submission_key: submission_key(), lease: 1, badge, pin });
}

export async function journey(box) {
  const answers = [];
  await at_the_door(box, answers);
  const screen_of_roster = await with_roster(box, answers);
  const leader = new Screen(box.url, answers);
  await requests_journey(box, leader);
  await unlock(screen_of_roster);
  await while_locked(leader);
  await outcomes_journey(new Screen(box.url, answers));
  const screen = new Screen(box.url, answers);
  await screen.sign_in('10001', '4711');
  await screen.ask('GET', '/api/v1/session');
  await screen.ask('GET', '/api/v1/work');
  const operator = { badge: '10001', pin: '4711' };
  await take(screen, 'as-1', operator);
  await unusable(box, screen);
  await take(screen, 'as-line', operator);
  await with_witness(screen);
  await not_there(screen, operator);
  await screen.ask('GET', '/api/v1/work');
  await screen.ask('DELETE', '/api/v1/session', null, { 'x-millrace-csrf': 'wrong' });
  await screen.ask('DELETE', '/api/v1/session?why=idle_lock&ago_ms=soon');
  await screen.ask('DELETE', `/api/v1/session?why=signed_out&ago_ms=20&attempt=${submission_key()}&shown=valve`);
  const guesser = new Screen(box.url, answers);
  await guesser.sign_in('10002', '4712');
  await guesser.ask('GET', '/api/v1/session/photo');
  const { json } = await guesser.ask('POST', '/api/v1/attempts', {
    submission_key: submission_key(), assignment_id: 'as-2', language: 'de',
  });
  await guesser.ask('GET', '/api/v1/work');
  await wrong_until_locked(guesser, `/api/v1/attempts/${json.attempt_id}/submit`, {
    submission_key: submission_key(), lease: json.lease, badge: '10002', pin: '0000',
  });
  return answers;
}
