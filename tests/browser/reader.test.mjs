// A badge that is held to the reader at any moment: it is a badge where one is asked for, and nothing anywhere else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open_page } from './browser.mjs';
import { on_screen, sign_in, tap_keys } from './journey.mjs';
import { choices } from './layout/answers.mjs';
import { answer_with, begin, open_kiosk, show_item } from './layout/walk.mjs';
import { operators, world_of_file } from './layout/world.mjs';

const world = world_of_file('reader');
const kiosk_of = (i) => ({ url: world.stack.url, query: 'lang=en', operator: operators[i] });
/// Of somebody who is not at the screen.
const [{ badge: NEXT_BADGE }] = operators;

/// A reader's keys as the browser has them from a keyboard: so far apart as a reader's are, however slowly they are sent.
async function hold_badge(page, badge) {
  const keyboard = await page.context().newCDPSession(page);
  const began_s = Date.now() / 1000;
  for (const [at, key] of [...badge, 'Enter'].entries()) {
    const [text, code] = key === 'Enter' ? ['\r', 13] : [key, key.charCodeAt(0)];
    const event = { key, text, windowsVirtualKeyCode: code, timestamp: began_s + at / 1000 };
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event, text: undefined });
  }
  await keyboard.detach();
}

test('a badge that is held to the reader within a test presses nothing and is no part of an answer', async () => {
  const page = await open_page(world.browser);
  await begin(page, kiosk_of(1));
  // The question is read from its heading on; only then is the focus elsewhere for good.
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  const flag = page.getByTestId('flag');
  await flag.focus();
  await hold_badge(page, NEXT_BADGE);
  assert.equal(await flag.getAttribute('aria-pressed'), 'false');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-testid="flag"][aria-pressed="true"]');

  await show_item(page, 'long-number');
  const number = page.getByTestId('number');
  await number.fill('12,5');
  await number.press('ArrowLeft');
  await hold_badge(page, NEXT_BADGE);
  assert.equal(await number.inputValue(), '12,5');
  await page.keyboard.press('7');
  assert.equal(await number.inputValue(), '12,75', 'the caret is where it was');
  await page.getByTestId('back').tap();
  await page.getByTestId('next').tap();
  await page.waitForFunction(() => document.querySelector('[data-testid="number"]')?.value === '12.75');
  await page.context().close();
});

test('a badge that is held to the reader while one writes is no part of the text', async () => {
  const page = await open_page(world.browser);
  await answer_with(page, '**/api/v1/request-choices', choices());
  await open_kiosk(page, kiosk_of(2));
  await sign_in(page, operators[2]);
  await page.getByTestId('to-request').tap();
  for (const part of ['kind', 'skill', 'reason', 'when']) {
    await page.waitForSelector(`[data-part="${part}"]`);
    await page.locator('[data-option], [data-testid="week-later"]').first().tap();
    await page.getByTestId('request-next').tap();
  }
  const field = page.getByTestId('letters-text');
  await field.fill('Both of us');
  await field.press('Home');
  await hold_badge(page, NEXT_BADGE);
  assert.equal(await field.inputValue(), 'Both of us');
  await page.keyboard.press('A');
  assert.equal(await field.inputValue(), 'ABoth of us', 'the caret is where it was');
  await page.context().close();
});

test('the next badge at a test that went on elsewhere does not take it back', async () => {
  const kiosk = kiosk_of(3);
  const page = await open_page(world.browser);
  await begin(page, kiosk);
  const other = await open_page(world.browser);
  await begin(other, kiosk);
  const dialog = page.locator('[data-dialog="elsewhere"]');
  await dialog.waitFor();
  assert.notEqual(await page.evaluate(() => document.activeElement.textContent), 'Go on here');
  const writes = [];
  page.on('request', (request) => request.method() !== 'GET' && writes.push(request.url()));
  for (const button of await dialog.locator('.button').all()) {
    await button.focus();
    await hold_badge(page, NEXT_BADGE);
    assert.equal(await dialog.count(), 1);
  }
  await on_screen(page, 'question');
  assert.deepEqual(writes, []);
  await other.context().close();
  await page.context().close();
});

test('where a badge is asked for, the reader gives its number alone, whatever was typed before', async () => {
  const page = await open_page(world.browser);
  await open_kiosk(page, kiosk_of(1));
  await page.getByTestId('type-badge').tap();
  await on_screen(page, 'identify');
  await tap_keys(page, '99');
  await hold_badge(page, NEXT_BADGE);
  await page.waitForSelector('[data-stage="pin"]');
  assert.match(await page.locator('.part-words').textContent(), new RegExp(`Badge ${NEXT_BADGE}\\b`));
  await page.context().close();
});
