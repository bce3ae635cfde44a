// A person who has nothing but a keyboard: what the tests by keys alone have in common.
import assert from 'node:assert/strict';
import { by_keys, hands_used, watch_hands } from './hands.mjs';
import { on_screen } from './journey.mjs';
import { PRACTICE_ANSWERS } from './layout/answers.mjs';

export const stage = (page, name) => page.waitForSelector(`[data-stage="${name}"]`);
/// Also to whoever does not see it: the focus is on the heading, which says what is wanted now.
export const told = (page, name, words) =>
  page.waitForFunction(
    ([stage_name, wanted]) => {
      const { activeElement } = document;
      const is_there = document.querySelector(`[data-stage="${stage_name}"]`) !== null;
      return is_there && activeElement.localName === 'h1' && activeElement.textContent.includes(wanted);
    },
    [name, words],
  );
export const choice = (page, option) => page.locator(`[data-option="${option}"] input`);

/// A page in English that has nothing but a keyboard.
export async function open(line) {
  const page = await line.open_page();
  await watch_hands(page);
  const keys = by_keys(page);
  await page.goto(line.stack.url);
  await page.getByTestId('type-badge').waitFor();
  await keys.press('language-en');
  await page.waitForSelector('html[lang="en"]');
  return { page, keys };
}

export async function signed_in(line, { badge, pin }) {
  const { page, keys } = await open(line);
  await identify(page, keys, { badge, pin });
  return { page, keys };
}

export async function identify(page, keys, { badge, pin }) {
  await keys.press('type-badge');
  await on_screen(page, 'identify');
  await told(page, 'badge', 'Your badge number');
  await give_by_button(keys, badge, 'badge-enter');
  await told(page, 'pin', 'Your PIN');
  await give(keys, pin);
  await on_screen(page, 'confirm');
  await keys.press('confirm-me');
  await on_screen(page, 'work');
}

export async function give(keys, digits) {
  await keys.type(digits);
  await keys.enter();
}

/// The button goes with what it was pressed for, and the focus must not go with it.
export async function give_by_button(keys, digits, button) {
  await keys.type(digits);
  await keys.press(button);
}

/// Where the focus is, by test id.
export const focus_on = (page, testid) => page.waitForFunction((wanted) => document.activeElement?.dataset.testid === wanted, testid);
export const dialog = (page, name) => page.waitForSelector(`[data-dialog="${name}"]`);
export const no_dialog = (page) => page.waitForSelector('dialog', { state: 'detached' });

/// By a part of the name: its first letter on the pad, the others on the keyboard.
export async function identify_by_name(page, keys, { id, name, pin }) {
  const [first, ...others] = name.split(' ').at(-1).toUpperCase();
  await keys.press('type-badge');
  await told(page, 'badge', 'Your badge number');
  await keys.press('by-name');
  await told(page, 'name', 'Find your name');
  await keys.press_on(page.locator(`[data-letter="${first}"]`));
  await keys.type(others.slice(0, 2).join(''));
  await keys.press(`person-${id}`);
  await told(page, 'pin', 'Your PIN');
  await give(keys, pin);
  await on_screen(page, 'confirm');
  assert.match(await page.locator('main').textContent(), new RegExp(name));
  await keys.press('confirm-me');
  await on_screen(page, 'work');
}

/// Every kind of question, each checked and right.
export async function practise(page, keys) {
  await keys.press('practise');
  await on_screen(page, 'practice');
  const kinds = Object.keys(PRACTICE_ANSWERS).length;
  for (let place = 1; ; place += 1) {
    const item = page.locator('[data-item]');
    await keys.answer(PRACTICE_ANSWERS[await item.getAttribute('data-type')]);
    await keys.press('check-practice');
    await page.waitForSelector('[data-testid="practice-say"][data-right="true"]');
    if (place === kinds) break;
    const id = await item.getAttribute('data-item');
    await keys.press('next-practice');
    await page.waitForFunction((before) => document.querySelector('[data-item]').dataset.item !== before, id);
  }
  await keys.press('end-practice');
  await on_screen(page, 'brief');
}

/// The page was used with a keyboard and with nothing else.
export async function close({ page }) {
  const { touch, mouse, pen, keys } = await hands_used(page);
  assert.equal(touch + mouse + pen, 0);
  assert.ok(keys > 20);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}
