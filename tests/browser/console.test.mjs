// Plant IT's console before a real line: a pass of the box's own socket opens it, it shows what waits, who was heard of and
// what is parked, and what is decided there stands in the audit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ask_socket } from '../support/admin_socket.mjs';
import { assignment_of } from '../support/assignments.mjs';
import { until } from '../support/process.mjs';
import { root } from '../support/stack.mjs';
import { axe_findings } from './access.mjs';
import { answer_of_box } from './browser.mjs';
import { answer_all, on_screen, shown_result, sign_again, sign_in } from './journey.mjs';
import { in_cells } from './layout/cells.mjs';
import { desk_layout_findings } from './layout/check.mjs';
import { Line } from './line.mjs';

const TESTS_EACH = 2;
const PEOPLE = ['op-1', 'op-2'].map((id, i) => ({ id, badge: `10${i}`, pin: '4711', name: `Person ${i}`, language: 'en' }));
/// The box tells of a link, a kiosk or a decision in the next round of the page, a few seconds later.
const SEEN_WITHIN_MS = 30_000;
const DESK = { width: 1280, height: 900 };
/// Where it is looked at: desks, a screen upright, a telephone, and large text.
const MM_PX = 96 / 25.4;
const CELLS = [
  { name: 'small', size: { width: 1024, height: 768 }, text: '100' },
  { name: 'large', size: { width: 1920, height: 1080 }, text: '100' },
  { name: 'upright', size: { width: 800, height: 1280 }, text: '100' },
  { name: 'telephone', size: { width: 390, height: 844 }, text: '100' },
  { name: 'small, text at 200 %', size: { width: 1024, height: 768 }, text: '200' },
  { name: 'large, text at 200 %', size: { width: 1920, height: 1080 }, text: '200' },
].map((cell) => ({ ...cell, mm_px: MM_PX }));

const line = Line.for_this_file('console', {
  operators: PEOPLE,
  assignments: PEOPLE.flatMap(({ id }) =>
    [...Array(TESTS_EACH).keys()].map((n) => assignment_of({
      assignment_id: `as-${id}-${n}`, operator_id: id, test_id: 'short-check', skill: 'line-check',
    })),
  ),
  packages: join(root, 'tests', 'system'),
});

const pass = async () => {
  const { status, json } = await ask_socket(join(line.stack.folder, 'edge', 'data'), 'POST', '/admin/v1/passes', { for: 'anna' });
  assert.equal(status, 201);
  return json;
};
const address_of = ({ addresses, code }) => `${addresses[0]}#${code}`;
const panel = (page, name) => page.locator(`[data-panel="${name}"]`);
const depth = (page) => page.getByTestId('depth').locator('.figure-value').innerText();
const sees = (what, look) => until(what, look, SEEN_WITHIN_MS);

/// The console with a pass of its own, as soon as it shows the box.
async function open_console(options = {}) {
  const page = await line.open_page({ viewport: DESK, ...options });
  await page.goto(address_of(await pass()));
  await page.getByTestId('scrub').waitFor();
  return page;
}

const look = async (page, name) => {
  assert.deepEqual(await axe_findings(page), [], name);
  assert.deepEqual(await desk_layout_findings(page), [], name);
  assert.deepEqual(await in_cells(page, CELLS, desk_layout_findings), [], name);
  await line.picture(page, name);
};

const close = async (page) => {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
};

/// A kiosk in the hall, before its first screen.
async function open_kiosk() {
  const page = await line.open_page();
  await page.goto(`${line.stack.url}/?lang=en&kiosk=gate-3`);
  await page.getByTestId('type-badge').waitFor();
  return page;
}

/// Takes the person's next test there; returns the event's id.
async function take_test(page, person) {
  await sign_in(page, person);
  await page.getByTestId('open-short-check').first().tap();
  await on_screen(page, 'brief');
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
  await answer_all(page);
  await page.getByTestId('to-sign').tap();
  await on_screen(page, 'sign');
  await sign_again(page, person);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  return event_id;
}

line.test('without a pass there is a card that says how to come in', async () => {
  const page = await line.open_page({ viewport: DESK, color_scheme: 'dark' });
  await page.goto(`${line.stack.url}/console.html`);
  await page.getByTestId('code').waitFor();
  assert.match(await page.locator('main').innerText(), /sudo millrace console/);
  await look(page, 'card');
  await close(page);
});

line.test('a pass opens the console once, leaves the address at once, and a reload goes on', async () => {
  const given = await pass();
  const page = await line.open_page({ viewport: DESK });
  await page.goto(address_of(given));
  await page.getByTestId('scrub').waitFor();
  assert.equal(new URL(page.url()).hash, '');
  assert.match(await page.locator('header').innerText(), /Signed in as .* for anna/);
  await page.reload();
  await page.getByTestId('scrub').waitFor();

  const stranger = await line.open_page({ viewport: DESK });
  await stranger.goto(address_of(given));
  assert.match(await stranger.getByTestId('entrance-note').innerText(), /was used/);
  await look(stranger, 'used-code');
  // The whole address may as well be pasted.
  await stranger.getByTestId('code').fill(address_of(await pass()));
  await stranger.getByTestId('enter').click();
  await stranger.getByTestId('scrub').waitFor();
  await close(stranger);
  await close(page);
});

line.test('a box in good order needs nobody, and shows its links, its room and the kiosk that was heard of', async () => {
  const kiosk = await open_kiosk();
  await take_test(kiosk, PEOPLE[0]);
  const page = await open_console();
  await sees('both links are up', async () => (await page.locator('[data-link][data-state="up"]').count()) === 2);
  await sees('everything has its receipt', async () => (await depth(page)) === '0');
  // The disk of the machine that the test runs on may be as full as it likes.
  await page.route('**/admin/v1/box', async (route) => {
    const response = await answer_of_box(route);
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, disk: { ...json.disk, free_bytes: json.disk.total_bytes } } });
  });
  await sees('nothing needs anybody', async () => /Nothing needs you/.test(await panel(page, 'needs').innerText()));
  const row = await page.locator('[data-kiosk="gate-3"]').innerText();
  assert.match(row, /127\.0\.0\.1/);
  assert.doesNotMatch(row, /not the box’s|not seen/);
  const { version, files } = JSON.parse(readFileSync(join(root, 'kiosk', 'dist', 'version.json'), 'utf8'));
  assert.ok(row.includes(version));
  assert.deepEqual(files.filter((file) => file.includes('console')), [], 'kiosks do not keep the console');
  assert.match(await panel(page, 'disk').innerText(), /are free/);
  assert.deepEqual(
    await page.locator('[data-certificate]').evaluateAll((rows) => rows.map(({ dataset }) => `${dataset.certificate} ${dataset.mark}`)),
    ['kiosks good', 'authority good'],
  );
  await look(page, 'good');
  await close(page);
  await close(kiosk);
});

line.test('where the app has its worker, the console is the box\'s all the same', async () => {
  const kiosk = await open_kiosk();
  await kiosk.evaluate(() => navigator.serviceWorker.ready.then(() => null));
  await until('the worker has taken the page', () => kiosk.evaluate(() => navigator.serviceWorker.controller !== null));
  await kiosk.goto(address_of(await pass()));
  await kiosk.getByTestId('scrub').waitFor();
  await close(kiosk);
});

line.test('the outbox is seen to fill while the broker is away, step by step, and to empty', async () => {
  const kiosk = await open_kiosk();
  const page = await open_console();
  await line.stack.broker.stop();
  await take_test(kiosk, PEOPLE[0]);
  await sees('a record waits', async () => (await depth(page)) === '1');
  await sees('the link is down', async () => (await page.locator('[data-link="plant"][data-state="down"]').count()) === 1);
  // The history is asked for once a minute, and at once for another span.
  await page.getByTestId('hours-168').click();
  const readout = page.getByTestId('readout');
  await sees('the history has it', async () => /Waiting\s+1\b/.test(await readout.innerText()));
  await page.getByTestId('scrub').focus();
  const newest = await readout.innerText();
  assert.match(await page.getByTestId('scrub').getAttribute('aria-valuetext'), /: 1 waiting, oldest .*, \d+ or more recorded, \d+ or more received$/);
  await page.keyboard.press('ArrowLeft');
  assert.match(await readout.innerText(), /Waiting\s+not known/, 'there was no box an hour ago');
  await page.keyboard.press('End');
  assert.equal(await readout.innerText(), newest);
  await page.locator('.numbers summary').click();
  assert.match(await page.locator('.numbers tbody tr').first().innerText(), /\s1\s/);
  assert.equal(await page.locator('.numbers tbody tr').count(), 168);
  await look(page, 'waiting');
  await line.stack.broker.start();
  await sees('it has emptied', async () => (await depth(page)) === '0');
  await close(page);
  await close(kiosk);
});

line.test('a box that does not answer keeps its last picture, and the page says of when it is', async () => {
  const page = await open_console();
  await page.route('**/admin/v1/**', (route) => route.abort());
  const banner = page.getByTestId('banner');
  await banner.waitFor({ timeout: SEEN_WITHIN_MS });
  assert.match(await banner.innerText(), /The box has not answered since \d\d:\d\d:\d\d/);
  assert.doesNotMatch(await panel(page, 'needs').innerText(), /Nothing needs you/);
  assert.ok((await page.locator('[data-link][data-state="up"]').count()) > 0, 'the picture stays');
  await look(page, 'silent');
  await page.unroute('**/admin/v1/**');
  await banner.waitFor({ state: 'detached', timeout: SEEN_WITHIN_MS });
  await close(page);
});

line.test('parked records are replayed or given up with a reason, and who did it stands in the decisions', async () => {
  const kiosk = await open_kiosk();
  await line.stack.relay.stop();
  const [first, second] = [await take_test(kiosk, PEOPLE[1]), await take_test(kiosk, PEOPLE[1])];
  const former = await open_console();
  await line.stack.edge.stop();
  // As if the relay had refused both: no real Service Bus refuses an event of ours for good.
  const db = new DatabaseSync(line.stack.database);
  db.exec(`UPDATE record SET state = 'parked', reason = 'too large', receipted_at = recorded_at, maybe_delivered = 1 WHERE state = 'pending';
           UPDATE stream SET settled_through = last_sequence`);
  db.close();
  await line.stack.edge.start();
  await former.getByTestId('entrance-note').waitFor({ timeout: SEEN_WITHIN_MS });
  assert.match(await former.getByTestId('entrance-note').innerText(), /The session has ended/);
  await close(former);

  const page = await open_console();
  const record = (id) => page.locator(`[data-record="${id}"]`);
  assert.match(await record(first).innerText(), /too large[\s\S]*millrace\.test\.completed\.v1, operator:op-2[\s\S]*may have arrived/);
  await sees('the alarm stands', async () => (await page.locator('[data-need="records-parked"]').count()) === 1);
  await look(page, 'parked');

  const dialog = page.locator('[data-dialog="decision"]');
  const keeps_focus = () => sees('the focus stays beside what is left', () => page.evaluate(() => document.activeElement.id === 'panel-parked'));
  await record(first).getByTestId('discard').click();
  assert.match(await dialog.innerText(), /given up for good[\s\S]*audit[\s\S]* for anna/);
  assert.equal(await page.getByTestId('decide').isDisabled(), true, 'a reason is needed');
  await page.getByTestId('reason').fill('ü'.repeat(257));
  assert.match(await dialog.innerText(), /2 bytes too long/);
  assert.equal(await page.getByTestId('decide').isDisabled(), true);
  await look(page, 'discard');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  // The answer goes astray; nobody knows whether it was done, until somebody looks.
  await page.route('**/replay', (route) => route.abort(), { times: 1 });
  await record(first).getByTestId('replay').click();
  await page.getByTestId('reason').fill('the limit was raised');
  await page.getByTestId('decide').click();
  assert.match(await page.getByTestId('outcome').innerText(), /may have been done: look again/);
  await page.getByTestId('decision-close').click();

  await record(first).getByTestId('replay').click();
  await page.getByTestId('reason').fill('the limit was raised');
  await page.getByTestId('decide').click();
  await page.locator('[data-kind="done"]').waitFor();
  assert.match(await page.getByTestId('outcome').innerText(), /is recorded again as \d+/);
  await look(page, 'replayed');
  // In another window, just before.
  const [parked] = line.rows(`SELECT sequence FROM record WHERE state = 'parked'`);
  await page.getByTestId('decision-close').click();
  await keeps_focus();
  await record(second).getByTestId('discard').click();
  const { json } = await ask_socket(join(line.stack.folder, 'edge', 'data'), 'GET', '/admin/v1/parked');
  const { stream_id } = json.records[0];
  const place = `/admin/v1/parked/${stream_id}/${parked.sequence}/discard`;
  const aside = await ask_socket(join(line.stack.folder, 'edge', 'data'), 'POST', place, { reason: 'taken again on paper', for: 'berta' });
  assert.equal(aside.status, 204);
  await page.getByTestId('reason').fill('mine came later');
  await page.getByTestId('decide').click();
  assert.match(await page.getByTestId('outcome').innerText(), /The box refused it: .*is discarded, not parked/);
  await page.getByTestId('decision-close').click();
  await keeps_focus();

  const decision = (id) => page.locator(`[data-decision="${id}"]`);
  assert.match(await decision(first).innerText(), / for anna replayed record \d+\s+the limit was raised/);
  await decision(second).waitFor();
  assert.match(await decision(second).innerText(), / for berta discarded record \d+\s+taken again on paper/);
  assert.match(await panel(page, 'parked').innerText(), /None/);
  await line.stack.relay.start();
  await sees('what was replayed has its receipt', async () => (await depth(page)) === '0');
  await close(page);
  await close(kiosk);
});

line.test('after signing out nothing of the box is on the screen, and a reload shows nothing', async () => {
  const page = await open_console();
  await page.getByTestId('sign-out').click();
  assert.match(await page.getByTestId('entrance-note').innerText(), /You have signed out/);
  assert.equal(await panel(page, 'links').count(), 0);
  await page.reload();
  await page.getByTestId('code').waitFor();
  assert.equal(await page.getByTestId('entrance-note').count(), 0);
  await close(page);
});
