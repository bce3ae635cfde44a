// Each kind of answer by taps alone and by keys alone, and the settings of the screen, against the real box.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../support/stack.mjs';
import { answer_of_box, open_page, SCREENS } from './browser.mjs';
import { answer_question, on_screen, saved, sign_in } from './journey.mjs';
import { PRACTICE_ANSWERS } from './layout/answers.mjs';
import { in_cells, NARROWEST } from './layout/cells.mjs';
import { layout_findings } from './layout/check.mjs';
import { begin, change, hand_in, open_kiosk, refuse_at, show_item } from './layout/walk.mjs';
import { operators, world_of_file } from './layout/world.mjs';

const world = world_of_file('items');
const [operator] = operators;
const kiosk = {
  get url() {
    return world.stack.url;
  },
  query: 'lang=en',
  operator,
};

/// A page at the item, and the last answer to it that the box has taken.
async function at_item(id) {
  const page = await open_page(world.browser);
  page.on('response', (response) => {
    const request = response.request();
    if (request.method() === 'PUT' && response.ok()) page.taken = request.postDataJSON().response;
  });
  await begin(page, kiosk);
  await show_item(page, id);
  return page;
}

/// The number as the box has taken it: a slow hand's first digits are given before the last.
async function give_number(page, number) {
  const taken = page.waitForResponse(
    (response) => response.ok() && response.request().method() === 'PUT' && response.request().postDataJSON().response?.number === number,
  );
  await answer_question(page, { number });
  await taken;
  await saved(page);
}

const order_of = (page) => page.locator('.order-row').evaluateAll((rows) => rows.map((row) => row.dataset.option));
const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
const focused = (page) => page.evaluate(() => document.activeElement?.dataset.focus ?? document.activeElement?.dataset.match ?? null);

/// Tab until the element has the focus: a person without a pointer has no other way to it.
async function tab_to(page, selector) {
  for (let i = 0; i < 80; i += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

const untouched_then_given = async (page) => {
  assert.equal(await page.locator('.order').getAttribute('data-touched'), 'false');
  assert.equal(await page.locator('[data-item]').getAttribute('data-mark'), 'nothing');
};

test('an order is made by taps: picked up and put down, and step by step', async () => {
  const page = await at_item('long-order');
  await untouched_then_given(page);
  const [first, second, third, ...rest] = await order_of(page);
  await page.tap(`[data-option="${third}"] .order-take`);
  await page.tap(`[data-option="${first}"] .order-take`);
  await saved(page);
  assert.deepEqual(page.taken, { order: [third, first, second, ...rest] });
  await page.tap(`[data-option="${first}"] [data-step="down"]`);
  await page.waitForFunction((id) => document.querySelectorAll('.order-row')[2].dataset.option === id, first);
  await saved(page);
  assert.deepEqual(page.taken, { order: [third, second, first, ...rest] });
  await page.context().close();
});

test('an order is made by keys, and the focus stays with what moves', async () => {
  const page = await at_item('long-order');
  const [first, second, third] = await order_of(page);
  await tab_to(page, `[data-focus="${first}"]`);
  await press(page, 'Enter', 'ArrowDown', 'ArrowDown');
  assert.deepEqual((await order_of(page)).slice(0, 3), [second, third, first]);
  assert.equal(await focused(page), first);
  await press(page, 'Enter');
  await tab_to(page, `[data-focus="${first} up"]`);
  await press(page, 'Enter');
  assert.deepEqual((await order_of(page)).slice(0, 3), [second, first, third]);
  assert.equal(await focused(page), `${first} up`);
  await saved(page);
  assert.deepEqual(page.taken.order.slice(0, 3), [second, first, third]);
  await page.context().close();
});

test('the longest number that a package may ask for is typed, seen whole and saved', async () => {
  const number = '-123456789.123456789';
  const page = await at_item('long-number');
  await give_number(page, number);
  assert.deepEqual(page.taken, { number });
  const cut = () =>
    page.getByTestId('number').evaluate((field) => (field.scrollWidth > field.clientWidth ? ['the number is cut off'] : []));
  const found = await in_cells(page, NARROWEST, async () => [...(await cut()), ...(await layout_findings(page))]);
  assert.deepEqual(found, []);

  // What is too much is not taken, and does not stand there either.
  await tab_to(page, '[data-testid="number"]');
  await press(page, 'Control+a');
  await page.keyboard.type('1234567890x');
  assert.equal(await page.getByTestId('number').inputValue(), '123456789');
  await page.context().close();
});

test('a number that the box refused gives way, once it is flagged, to the one that the box has', async () => {
  const page = await at_item('long-number');
  await give_number(page, '4');
  await refuse_at(page, '**/answers/long-number*', 409, 'key-reused', { reference: 'KC-1' });
  await answer_question(page, { number: '5' });
  await on_screen(page, 'attention');
  await page.unroute('**/answers/long-number*');
  await page.getByTestId('attention-go-on').tap();
  await on_screen(page, 'question');
  const number = page.getByTestId('number');
  assert.equal(await number.inputValue(), '5');
  await page.waitForSelector('[data-item="long-number"][data-mark="refused"]');
  await page.getByTestId('flag').tap();
  await saved(page);
  assert.equal(await number.inputValue(), '4');
  assert.deepEqual(page.taken, { number: '4' });
  await page.getByTestId('flag').tap();
  await page.waitForSelector('[data-testid="flag"][aria-pressed="false"]');
  await saved(page);
  await page.context().close();
});

test('pairs are made, changed and undone by taps', async () => {
  const page = await at_item('long-match');
  const tap = (name) => page.tap(`[data-match="${name}"]`);
  await tap('left l1');
  await tap('right r3');
  await saved(page);
  assert.deepEqual(page.taken, { pairs: { l1: 'r3' } });
  await tap('left l2');
  await tap('right r3');
  await page.waitForSelector('[data-undo="l1"]', { state: 'detached' });
  await saved(page);
  assert.deepEqual(page.taken, { pairs: { l2: 'r3' } });
  await page.tap('[data-undo="l2"]');
  await page.waitForSelector('[data-undo="l2"]', { state: 'detached' });
  await page.waitForFunction(() => document.querySelector('[data-item]').dataset.mark !== 'here');
  assert.equal(page.taken, null);
  await page.context().close();
});

test('pairs are made by keys, and some pairs are not yet an answer', async () => {
  const page = await at_item('long-match');
  await tab_to(page, '[data-match="left l4"]');
  await press(page, 'Enter');
  await tab_to(page, '[data-match="right r1"]');
  await press(page, 'Space');
  await saved(page);
  assert.deepEqual(page.taken, { pairs: { l4: 'r1' } });
  await page.getByTestId('overview').tap();
  await on_screen(page, 'review');
  assert.equal(await page.locator('.tile').nth(6).getAttribute('data-state'), 'partly');
  await page.context().close();
});

test('a place is chosen on the picture, on the large picture, and by keys', async () => {
  const page = await at_item('long-place');
  const tap_region = async (scope, id) => {
    const region = page.locator(`${scope} [data-region="${id}"]`);
    // It has no size, and so no box, until its picture has come.
    await region.waitFor({ state: 'visible' });
    const box = await region.boundingBox();
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForSelector(`${scope} [data-region="${id}"].region-chosen`);
  };
  await tap_region('.question-ask', 'r6');
  await saved(page);
  assert.deepEqual(page.taken, { region: 'r6' });
  await page.getByTestId('enlarge').tap();
  await tap_region('[data-dialog="picture"]', 'r11');
  await page.getByTestId('picture-close').tap();
  await saved(page);
  assert.deepEqual(page.taken, { region: 'r11' });
  await tab_to(page, '[data-option="r11"] input');
  await press(page, 'ArrowDown');
  await page.waitForSelector('[data-region="r12"].region-chosen');
  await saved(page);
  assert.deepEqual(page.taken, { region: 'r12' });
  await page.context().close();
});

test('on the smallest screen a picture is drawn at most as large as the check of packages takes it for', async () => {
  const page = await at_item('long-place');
  await page.setViewportSize(SCREENS.small);
  const drawn = (aspect) =>
    page.locator('.question-ask .plate').evaluate((plate, value) => {
      plate.style.setProperty('--picture-aspect', value);
      return { width: plate.offsetWidth, height: plate.offsetHeight };
    }, aspect);
  const header = readFileSync(join(root, 'cli', 'packages', 'finger_room.hpp'), 'utf8');
  const taken_for = (name) => Math.round(Number(header.match(new RegExp(`k${name}Px = ([\\d.]+);`))[1]));
  assert.equal((await drawn('10')).width, taken_for('PictureWidth'));
  assert.equal((await drawn('0.1')).height, taken_for('PictureHeight'));
  await page.context().close();
});

test('a recording plays when asked, not before, and can be stopped and heard again', async () => {
  const page = await at_item('long-sound');
  const player = () => page.evaluate(() => {
    const { paused, currentTime, readyState } = document.querySelector('audio');
    return { paused, at: currentTime, loaded: readyState > 0 };
  });
  await page.waitForFunction(() => document.querySelector('audio').readyState > 0);
  assert.deepEqual(await player(), { paused: true, at: 0, loaded: true });
  await page.getByTestId('play').tap();
  await page.waitForFunction(() => document.querySelector('audio').currentTime > 0.2);
  await page.getByTestId('play').tap();
  await page.waitForFunction(() => document.querySelector('audio').paused);
  const { at } = await player();
  await page.getByTestId('play-again').tap();
  await page.waitForFunction((before) => document.querySelector('audio').currentTime < before, at);
  assert.equal((await player()).paused, false);
  await page.context().close();
});

test('the calibration makes every target larger, is kept by this kiosk, and by no other', async () => {
  const page = await open_page(world.browser);
  const height = async () => (await page.getByTestId('type-badge').boundingBox()).height;
  await open_kiosk(page, kiosk, 'kiosk=gate-3');
  await page.getByTestId('type-badge').waitFor();
  const before_it = await height();
  // As plant IT reaches it: a finger rests on the mark.
  const mark = await page.getByTestId('mark').boundingBox();
  await page.mouse.move(mark.x + 20, mark.y + 20);
  await page.mouse.down();
  await on_screen(page, 'calibrate');
  await page.mouse.up();
  for (let i = 0; i < 15; i += 1) await page.getByTestId('calibrate10').tap();
  const card = await page.getByTestId('card').boundingBox();
  assert.ok(Math.abs(card.width - (85.6 * (96 / 25.4) + 150)) < 1, `the card is ${card.width} px wide`);
  await page.getByTestId('calibrate-keep').tap();
  await on_screen(page, 'attract');
  await page.getByTestId('type-badge').waitFor();
  assert.ok((await height()) > before_it + 20);
  await page.reload();
  await page.getByTestId('type-badge').waitFor();
  assert.ok((await height()) > before_it + 20);
  await open_kiosk(page, kiosk, 'kiosk=gate-4');
  await page.getByTestId('type-badge').waitFor();
  assert.equal(await height(), before_it);
  await page.context().close();
});

test("larger text holds for one operator's visit", async () => {
  const page = await open_page(world.browser);
  const text = () => page.evaluate(() => document.documentElement.dataset.text);
  await open_kiosk(page, kiosk);
  await page.getByTestId('display').tap();
  await page.getByTestId('text-200').tap();
  await page.getByTestId('display-close').tap();
  await sign_in(page, operator);
  assert.equal(await text(), '200');
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  assert.equal(await text(), '100');
  await open_kiosk(page, kiosk, 'text=200');
  assert.equal(await text(), '200');
  await page.context().close();
});

test('what moves by itself stands still for whoever wants it so', async () => {
  const page = await open_page(world.browser, { motion: 'no-preference' });
  const moving = () => page.evaluate(() => document.getAnimations().length);
  await open_kiosk(page, kiosk);
  await page.getByTestId('type-badge').waitFor();
  assert.ok((await moving()) > 0, 'nothing moves on the first screen, so nothing can be seen to stop');
  await page.getByTestId('display').tap();
  await page.getByTestId('motion-off').tap();
  await page.waitForFunction(() => document.getAnimations().length === 0);
  await page.context().close();
});

test('every kind of question is practised by taps, and no word of it leaves the screen', async () => {
  const page = await open_page(world.browser);
  // The test that is begun above, as if it were not: practice comes before the first question.
  await page.route('**/api/v1/work', async (route) => {
    const answer = await answer_of_box(route);
    const work = await answer.json();
    work.assignments = work.assignments.map((one) => ({ ...one, state: 'open', attempt_id: null }));
    await route.fulfill({ response: answer, json: work });
  });
  await open_kiosk(page, kiosk);
  await sign_in(page, operator);
  await page.getByTestId('open-layout-long').tap();
  await on_screen(page, 'brief');
  const written = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') written.push(request.url());
  });
  await page.getByTestId('practise').tap();
  await on_screen(page, 'practice');
  const seen = [];
  for (;;) {
    const type = await page.locator('[data-item]').getAttribute('data-type');
    seen.push(type);
    await answer_question(page, PRACTICE_ANSWERS[type]);
    await page.getByTestId('check-practice').tap();
    await page.waitForSelector('[data-testid="practice-say"] .hint');
    if ((await page.getByTestId('practice-say').getAttribute('data-right')) !== 'true') assert.fail(`${type} was answered rightly`);
    if ((await page.getByTestId('next-practice').count()) === 0) break;
    await page.getByTestId('next-practice').tap();
    await page.waitForFunction((before) => document.querySelector('[data-item]').dataset.type !== before, type);
  }
  assert.deepEqual(seen.sort(), Object.keys(PRACTICE_ANSWERS).sort());
  await page.getByTestId('end-practice').tap();
  await on_screen(page, 'brief');
  assert.deepEqual(written, []);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a test for looking at alone is marked before it, in it and on its result', async () => {
  const page = await open_page(world.browser);
  const sample = { layout_sample: true, approved_languages: [] };
  await change(page, '**/api/v1/work', (work) => ({ ...work, assignments: work.assignments.map((one) => ({ ...one, ...sample })) }));
  await change(page, '**/api/v1/attempts', (attempt) => ({ ...attempt, ...sample }));
  await open_kiosk(page, { ...kiosk, operator: operators[10] });
  await sign_in(page, operators[10]);
  const marked = () => page.locator('[data-testid="language-note"][data-standing="not_approved"]').waitFor();
  await page.getByTestId('open-layout-long').tap();
  await on_screen(page, 'brief');
  await marked();
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
  await marked();
  await hand_in(page, operators[10]);
  await on_screen(page, 'result');
  await marked();
  assert.equal(await page.locator('.provisional').count(), 0, 'nobody will certify it');
  await page.unrouteAll({ behavior: 'wait' });
  await page.context().close();
});
