// What befalls an operator in a hurry, and must not lead astray: a long page, a picture that does not come, an answer of the
// box that comes late, a dialog that is left open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open_page, SCREENS } from './browser.mjs';
import { on_screen, sign_in, tap_keys } from './journey.mjs';
import { full_roster, full_work } from './layout/answers.mjs';
import { answer_with, begin, change, open_kiosk, refuse_at, show_item } from './layout/walk.mjs';
import { operators, world_of_file } from './layout/world.mjs';

/// Until a screen that nobody touches is left (kIdleLockMs), and a little more.
const QUIET_MS = 91_000;
/// A status of the box, and then the page.
const RELOADED_WITHIN_MS = 20_000;

const world = world_of_file('hurry');
const kiosk_of = (i) => ({ url: world.stack.url, query: 'lang=en', operator: operators[i] });

test('after Next the question is seen from its beginning and read from its heading, also where the page is long', async () => {
  const page = await open_page(world.browser, { viewport: SCREENS.small });
  await begin(page, { ...kiosk_of(0), query: 'lang=en&text=200' });
  const next = page.getByTestId('next');
  await next.scrollIntoViewIfNeeded();
  const scrolled = () => page.evaluate(() => Math.max(...['#kiosk', '.main'].map((box) => document.querySelector(box).scrollTop)));
  assert.ok((await scrolled()) > 0, 'the page is not long enough to show anything');
  await next.tap();
  await page.waitForFunction(() => document.querySelector('h1').textContent.startsWith('Question 2'));
  assert.equal(await scrolled(), 0);
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.closest('.main') !== null), true, 'Tab leads to the answer');
  await page.context().close();
});

test('a signature keeps the pad under the fingers from badge to PIN, where the page is long', async () => {
  const page = await open_page(world.browser);
  const kiosk = kiosk_of(5);
  await begin(page, { ...kiosk, query: 'lang=en&text=200' });
  await page.getByTestId('overview').tap();
  await page.getByTestId('to-sign').tap();
  await on_screen(page, 'sign');
  await tap_keys(page, kiosk.operator.badge);
  await page.getByTestId('badge-enter').tap();
  await page.locator('[data-stage="own-pin"]').waitFor();
  const key = page.locator('.key[data-key="5"]');
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  const { y, height } = await key.boundingBox();
  assert.ok(y >= 0 && y + height <= page.viewportSize().height, `the pad is at ${y} to ${y + height}`);
  await page.context().close();
});

test('a picture or a recording that did not come is said so, and comes by a tap, or by itself once the box is back', async () => {
  const page = await open_page(world.browser);
  const cut = (address) => page.route(address, (route) => route.abort());
  const media = '**/media/**';
  await cut(media);
  await begin(page, kiosk_of(1));
  const missing = page.locator('.missing');
  await show_item(page, 'long-picture');
  await missing.waitFor();
  await page.unroute(media);
  await page.getByTestId('fetch-again').tap();
  const shown = () => page.waitForFunction(() => document.querySelector('.plate img')?.naturalWidth > 0);
  await shown();

  await cut(media);
  await show_item(page, 'long-sound');
  await missing.waitFor();
  await cut('**/api/v1/**');
  await page.getByTestId('box-unreachable').waitFor();
  await page.unroute(media);
  await page.unroute('**/api/v1/**');
  await page.waitForFunction(() => document.querySelector('audio')?.readyState > 0);
  assert.equal(await missing.count(), 0);
  await page.context().close();
});

test('a screen whose code cannot be fetched says so, leads back, and comes once the box is there', async () => {
  // Without a service worker, as over plain HTTP from another machine.
  const page = await open_page(world.browser, { workers: 'block' });
  await open_kiosk(page, kiosk_of(6));
  await sign_in(page, operators[6]);
  const code = '**/assets/later-*.js';
  await page.route(code, (route) => route.abort());
  await page.getByTestId('to-request').tap();
  await page.getByTestId('again').waitFor();
  await page.getByTestId('not-fetched').tap();
  await on_screen(page, 'work');
  await page.getByTestId('to-request').tap();
  await page.getByTestId('again').waitFor();
  await page.unroute(code);
  await page.getByTestId('again').tap();
  await page.getByTestId('request-back').waitFor();
  await page.context().close();
});

test('a screen whose code is gone from a box of another release is not said to wait for the box', async () => {
  const page = await open_page(world.browser);
  // As over plain HTTP from another machine.
  await page.addInitScript(() => Object.defineProperty(navigator, 'serviceWorker', { value: undefined }));
  await open_kiosk(page, kiosk_of(6));
  await sign_in(page, operators[6]);
  await change(page, '**/api/v1/status', (status) => ({ ...status, app: '9.9.9+other' }));
  await page.route('**/assets/later-*.js', (route) => route.fulfill({ status: 404 }));
  await page.getByTestId('to-request').tap();
  await page.getByTestId('other-release').waitFor();
  assert.equal(await page.getByTestId('again').count(), 0);
  const reloaded = page.waitForEvent('load', { timeout: RELOADED_WITHIN_MS });
  await page.getByTestId('sign-out').tap();
  await reloaded;
  await page.unrouteAll({ behavior: 'wait' });
  await page.context().close();
});

test('the first screen tells what waits for plant IT, and never that all is sent', async () => {
  const page = await open_page(world.browser);
  const outbox = { depth: 0, oldest_age_s: null };
  await change(page, '**/api/v1/status', (status) => ({ ...status, outbox: { ...outbox, parked: 2 } }));
  await open_kiosk(page, kiosk_of(7));
  const told = page.locator('.link', { hasText: 'Waiting at the plant' });
  await told.locator('.link-state', { hasText: 'Nothing to send · For plant IT: 2' }).waitFor();
  // Of a box that is a release older.
  await page.unroute('**/api/v1/status');
  await change(page, '**/api/v1/status', (status) => ({ ...status, outbox }));
  await told.locator('.link-state', { hasText: /^Nothing to send$/ }).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await page.context().close();
});

test('names that a silent box does not give come once it answers, and it is not called busy', async () => {
  const page = await open_page(world.browser);
  await change(page, '**/api/v1/status', (status) => ({ ...status, roster_sign_in: true }));
  await page.route('**/api/v1/roster', (route) => route.abort());
  await open_kiosk(page, kiosk_of(8));
  await page.getByTestId('type-badge').tap();
  await page.route('**/api/v1/status', (route) => route.abort());
  await page.getByTestId('by-name').tap();
  await page.getByTestId('box-unreachable').waitFor();
  assert.equal(await page.getByTestId('problem').count(), 0);
  await page.unroute('**/api/v1/roster');
  await answer_with(page, '**/api/v1/roster', full_roster());
  await page.unroute('**/api/v1/status');
  await page.locator('.letter-keys .key').first().waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await page.context().close();
});

test('whoever follows a record when the sign-in has ended is told so', async () => {
  const page = await open_page(world.browser);
  await change(page, '**/api/v1/work', full_work);
  await open_kiosk(page, kiosk_of(9));
  await sign_in(page, operators[9]);
  await refuse_at(page, '**/sync/events', 401, 'not-signed-in');
  await refuse_at(page, '**/sync', 401, 'not-signed-in');
  await page.getByTestId('follow-result').first().tap();
  await on_screen(page, 'identify');
  await page.getByText('Your sign-in has ended.').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await page.context().close();
});

test('an answer of the box that comes late takes nobody away from what they do meanwhile', async () => {
  const page = await open_page(world.browser);
  const kiosk = kiosk_of(2);
  await begin(page, kiosk);
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  const { promise: released, resolve: release } = Promise.withResolvers();
  await page.route('**/api/v1/attempts/*', async (route) => {
    await released;
    await route.continue();
  });
  await sign_in(page, kiosk.operator);
  await page.getByTestId('open-layout-long').tap();
  assert.equal(await page.getByTestId('open-layout-long').isDisabled(), true);
  await page.getByTestId('to-request').tap();
  await on_screen(page, 'request');
  const late = page.waitForResponse('**/api/v1/attempts/*');
  release();
  await (await late).finished();
  await page.getByTestId('request-back').tap();
  await on_screen(page, 'work');
  await page.getByTestId('open-layout-long').tap();
  await on_screen(page, 'resume');
  // What has begun the test leads there: nobody is called away from something else, while its time goes by.
  const opened = Promise.withResolvers();
  await page.route('**/api/v1/attempts', async (route) => {
    await opened.promise;
    await route.continue();
  });
  const [back, go_on] = [page.locator('.acts .button').first(), page.getByTestId('resume-attempt')];
  assert.equal(await back.isEnabled(), true);
  await go_on.tap();
  await page.waitForFunction(() => document.querySelector('[data-testid="resume-attempt"]').disabled);
  assert.equal(await back.isDisabled(), true);
  opened.resolve();
  await on_screen(page, 'question');
  await page.context().close();
});

test('taking a test back from another screen says why it did not work, and works after that', async () => {
  const kiosk = kiosk_of(3);
  const page = await open_page(world.browser);
  await begin(page, kiosk);
  const other = await open_page(world.browser);
  await begin(other, kiosk);
  const dialog = page.locator('[data-dialog="elsewhere"]');
  await dialog.waitFor();
  await page.route('**/api/v1/**', (route) => route.abort());
  await dialog.locator('.button-primary').tap();
  await dialog.locator('.hint').waitFor();
  await page.unroute('**/api/v1/**');
  await dialog.locator('.button-primary').tap();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('[data-item]').waitFor();
  await other.context().close();
  await page.context().close();
});

test('what was wrong with a signature is not said any more where the next thing is asked', async () => {
  const page = await open_page(world.browser);
  const { badge, pin } = operators[5];
  const give = async (digits, enter, stage) => {
    await tap_keys(page, digits);
    await page.getByTestId(enter).tap();
    await page.waitForSelector(`[data-stage="${stage}"]`);
  };
  const refuse = async (status, code) => {
    await page.unroute('**/submit?*');
    await refuse_at(page, '**/submit?*', status, code);
  };
  const problem = page.getByTestId('problem');
  await begin(page, kiosk_of(5));
  await page.getByTestId('overview').tap();
  await page.getByTestId('to-sign').tap();
  await give(badge, 'badge-enter', 'own-pin');
  await refuse(409, 'witness-missing');
  await give(pin, 'pin-enter', 'witness-badge');
  await problem.waitFor();
  await give(operators[6].badge, 'badge-enter', 'witness-pin');
  assert.equal(await problem.count(), 0);
  await refuse(401, 'wrong-pin');
  await give(pin, 'pin-enter', 'own-pin');
  await problem.waitFor();
  await give(pin, 'pin-enter', 'witness-badge');
  assert.equal(await problem.count(), 0);
  await give(operators[6].badge, 'badge-enter', 'witness-pin');
  await refuse(401, 'wrong-badge');
  await give(pin, 'pin-enter', 'own-badge');
  await problem.waitFor();
  await give(badge, 'badge-enter', 'own-pin');
  assert.equal(await problem.count(), 0);
  await page.context().close();
});

test('what was wrong with an unlocking is not said any more once another leader\'s badge is there', async () => {
  const page = await open_page(world.browser);
  await refuse_at(page, '**/api/v1/session', 429, 'locked-out', { retry_after_s: 900 });
  await refuse_at(page, '**/api/v1/unlock', 403, 'not-allowed');
  await open_kiosk(page, kiosk_of(0));
  const give = async (digits, enter) => {
    await tap_keys(page, digits);
    await page.getByTestId(enter).tap();
  };
  await page.getByTestId('type-badge').tap();
  await give('99999', 'badge-enter');
  await page.waitForSelector('[data-stage="pin"]');
  await give('1234', 'pin-enter');
  await page.getByTestId('leader-unlock').tap();
  await page.waitForSelector('[data-stage="leader"]');
  await give('20002', 'badge-enter');
  await page.waitForSelector('[data-screen="unlock"] [data-stage="pin"]');
  await give('1234', 'pin-enter');
  await page.getByTestId('problem').waitFor();
  await give('20003', 'badge-enter');
  await page.waitForSelector('[data-stage="pin"]');
  assert.equal(await page.getByTestId('problem').count(), 0);
  await page.context().close();
});

const in_sight = async (page, selector) => {
  const { y, height } = await page.locator(selector).boundingBox();
  assert.ok(y >= 0 && y + height <= page.viewportSize().height, `${selector} is at ${y} to ${y + height}`);
};

test('what the first screen asks for is in sight where the text is large and the screen low', async () => {
  const page = await open_page(world.browser, { viewport: SCREENS.small });
  await open_kiosk(page, { ...kiosk_of(0), query: 'lang=en&text=200' });
  await page.getByTestId('type-badge').waitFor();
  await in_sight(page, '.attract-title');
  await page.context().close();
});

test('the number of the question and the time left stay in sight on a long question', async () => {
  const page = await open_page(world.browser, { viewport: SCREENS.small });
  await begin(page, kiosk_of(0));
  await show_item(page, 'long-match');
  await page.locator('[data-match]').last().scrollIntoViewIfNeeded();
  assert.ok(await page.evaluate(() => document.querySelector('.main').scrollTop > 0));
  for (const selector of ['.strip-place', '.save-mark', '.time-left']) await in_sight(page, selector);
  await page.context().close();
});

test('a silent box keeps nobody at a screen on which nothing of theirs waits', async () => {
  const page = await open_page(world.browser);
  const kiosk = kiosk_of(10);
  const banner = page.getByTestId('box-unreachable');
  await begin(page, kiosk);
  await page.route('**/api/v1/**', (route) => route.abort());
  await banner.waitFor();
  assert.match(await banner.textContent(), /please stay on this screen/);
  await page.unroute('**/api/v1/**');
  await banner.waitFor({ state: 'detached' });
  await page.getByTestId('sign-out').tap();
  await sign_in(page, kiosk.operator);
  await page.route('**/api/v1/**', (route) => route.abort());
  await banner.waitFor();
  assert.match(await banner.textContent(), /^One moment, please/);
  await page.context().close();
});

test('a cable that is pulled or plugged in again is noticed at once, and not at the next look at the box', async () => {
  const page = await open_page(world.browser);
  await page.clock.install();
  await open_kiosk(page, kiosk_of(9));
  await sign_in(page, operators[9]);
  // No timer comes due any more.
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
  const banner = page.getByTestId('box-unreachable');
  await page.context().setOffline(true);
  await banner.waitFor();
  await page.context().setOffline(false);
  await banner.waitFor({ state: 'detached' });
  await page.context().close();
});

test('what was left open over a screen goes with it, and no screen stays without anybody', async () => {
  const page = await open_page(world.browser);
  await page.clock.install();
  await open_kiosk(page, kiosk_of(4));
  await sign_in(page, operators[4]);
  await page.getByTestId('display').tap();
  await page.locator('[data-dialog="display"]').waitFor();
  await page.clock.runFor(QUIET_MS);
  await on_screen(page, 'attract');
  assert.equal(await page.locator('dialog').count(), 0);
  // The same screen once more, for the next person.
  await page.getByTestId('display').tap();
  await page.locator('[data-dialog="display"]').waitFor();
  await page.clock.runFor(QUIET_MS);
  await page.locator('dialog').waitFor({ state: 'detached' });

  await open_kiosk(page, kiosk_of(4), 'calibrate=1');
  await on_screen(page, 'calibrate');
  await page.clock.runFor(QUIET_MS);
  await on_screen(page, 'attract');
  await page.context().close();
});
