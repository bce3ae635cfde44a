// What people do at a kiosk in any language of the screens, by either hand: found by test ids and data, never by words.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { watch_api } from './api_watch.mjs';
import { watch_hands } from './hands.mjs';
import { on_screen } from './journey.mjs';
import { choice, stage } from './keyboard.mjs';
import { PRACTICE_ANSWERS } from './layout/answers.mjs';
import { all, astray_on, used_by } from './languages.mjs';

/// A kiosk that is used in one language and by one hand. `stands` is called with the name of each screen, which is looked at
/// once in a journey; `astray` has what was wrong with any.
export async function open_kiosk(line, { language, hand, by }, name, seen) {
  const page = await line.open_page();
  await page.clock.install();
  await watch_hands(page);
  await page.goto(`${line.stack.url}/?kiosk=${name}`);
  const kiosk = { page, language, by, hand: hand(page), astray: [], api: watch_api(page) };
  kiosk.stands = async (screen) => {
    if (seen.has(screen)) return;
    seen.add(screen);
    if (all) await line.picture(page, join(`${language}-${by}`, screen));
    kiosk.astray.push(...(await astray_on(page, screen, language)));
  };
  return kiosk;
}

export async function close({ page, by, astray, api }) {
  assert.deepEqual(astray, []);
  assert.deepEqual((await api()).faults, []);
  assert.deepEqual(page.complaints, []);
  await used_by(page, by);
  await page.context().close();
}

/// Where the screen asks for a badge or a PIN.
export async function give({ page, hand, stands }, asked, digits) {
  await stage(page, asked);
  await stands(`${await page.locator('[data-screen]').getAttribute('data-screen')}-${asked}`);
  await hand.type(digits);
  await hand.enter(asked.endsWith('pin') ? 'pin-enter' : 'badge-enter');
}

async function ask_who({ page, hand, language }) {
  await page.getByTestId('type-badge').waitFor();
  await hand.press(`language-${language}`);
  await page.waitForSelector(`html[lang="${language}"]`);
  await hand.press('type-badge');
}

/// From the first screen to the PIN.
export async function show_badge(kiosk, { badge }) {
  await ask_who(kiosk);
  await give(kiosk, 'badge', badge);
}

/// As sign_in, for somebody without their badge: the first letters of the name are on the pad in every language.
export async function sign_in_by_name(kiosk, { id, name, pin }) {
  const { page, hand, stands } = kiosk;
  await ask_who(kiosk);
  await hand.press('by-name');
  await stage(page, 'name');
  for (const letter of name.slice(0, 2).toUpperCase()) await hand.press_on(page.locator(`.letter-keys [data-letter="${letter}"]`));
  await page.getByTestId(`person-${id}`).waitFor();
  await stands('identify-name');
  await hand.press(`person-${id}`);
  await give(kiosk, 'pin', pin);
  await confirm(kiosk);
}

/// From the brief, and back to it: the first kind of question, which is answered right.
export async function practise({ page, hand, stands }) {
  await hand.press('practise');
  await on_screen(page, 'practice');
  await hand.answer(PRACTICE_ANSWERS[await page.locator('[data-item]').getAttribute('data-type')]);
  await hand.press('check-practice');
  await page.waitForSelector('[data-testid="practice-say"][data-right="true"]');
  await stands('practice');
  await hand.press('end-practice');
  await on_screen(page, 'brief');
}

async function say_who({ page, hand, stands }) {
  await on_screen(page, 'confirm');
  await stands('confirm');
  await hand.press('confirm-me');
}

export async function confirm(kiosk) {
  const { page } = kiosk;
  await say_who(kiosk);
  await on_screen(page, 'work');
  await page.locator('[data-assignment], [aria-labelledby="to-do"] .nothing').first().waitFor();
}

export async function sign_in(kiosk, person) {
  await show_badge(kiosk, person);
  await give(kiosk, 'pin', person.pin);
  await confirm(kiosk);
}

/// As sign_in, where an answer of the person's waits at the screen: straight to the test.
export async function sign_in_to_test(kiosk, person) {
  await show_badge(kiosk, person);
  await give(kiosk, 'pin', person.pin);
  await say_who(kiosk);
  await on_screen(kiosk.page, 'question');
}

/// Written with the language's own letters, by touch on the pad; returns it.
async function write_something({ page, hand }) {
  const letters = await page.locator('.letter-pad [data-letter]').evaluateAll((keys) => keys.map(({ dataset }) => dataset.letter));
  const text = `${letters.slice(0, 3).join('')} 4`;
  await hand.write(text);
  assert.equal(await page.getByTestId('letters-text').inputValue(), text);
  return text;
}

/// From the first part of a request to its signature, for oneself or, as a leader, for `others`; returns the comment.
export async function fill_in(kiosk, signer, others = []) {
  const { page, hand, stands } = kiosk;
  const part = async (name) => {
    await page.waitForSelector(`[data-part="${name}"]`);
    await stands(`request-${name}`);
  };
  const next = async (name) => {
    await hand.press('request-next');
    await part(name);
  };
  if (others.length > 0) {
    await part('people');
    for (const { id, name } of others) {
      await hand.press_on(page.locator(`[data-letter="${name[0]}" i]`));
      await hand.choose(choice(page, id));
      await page.waitForSelector(`[data-chosen="${id}"], [data-option="${id}"]:has(:checked)`);
    }
    await next('kind');
  } else {
    await part('kind');
  }
  await hand.choose(choice(page, 'training'));
  await next('skill');
  await hand.choose(choice(page, 'esd-handling'));
  await next('reason');
  await hand.choose(choice(page, 'new-task'));
  await next('when');
  await hand.press('week-later');
  await hand.choose(choice(page, 'high'));
  await next('comment');
  const comment = await write_something(kiosk);
  await next('check');
  if (others.length > 0) await hand.choose(page.locator('input[type="checkbox"]'));
  await hand.type(signer.pin);
  await hand.enter('pin-enter');
  return comment;
}

/// The record whose way the screen shows, once the bus has it.
export async function followed({ page, stands }, name) {
  await on_screen(page, 'tracker');
  await page.waitForSelector('[data-step="sent"][data-state="done"]');
  await stands(name);
  return page.locator('.record code').textContent();
}

/// Approves the step; returns the reason.
export async function decide(kiosk, { step_id }, leader) {
  const { page, hand, stands } = kiosk;
  await hand.press(`decide-${step_id}`);
  await on_screen(page, 'decide');
  await hand.choose(choice(page, 'approve'));
  await stands('decide');
  await hand.press('decide-next');
  await page.getByTestId('letters-text').waitFor();
  const reason = await write_something(kiosk);
  await stands('decide-reason');
  await hand.press('decide-next');
  await stage(page, 'sign');
  await stands('decide-sign');
  await hand.type(leader.pin);
  await hand.enter('pin-enter');
  return reason;
}
