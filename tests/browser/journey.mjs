// An operator's way through a test, tap by tap, as the demo and the browser test take it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { by_touch } from './hands.mjs';

const PATIENCE_MS = 15_000;

/// Waits until the kiosk shows the screen.
export const on_screen = (page, name) => page.waitForSelector(`[data-screen="${name}"]`, { timeout: PATIENCE_MS });

/// Taps digits on the pad in the page.
export const tap_keys = async (page, digits) => {
  for (const digit of digits) await page.tap(`.key[data-key="${digit}"]`);
};

export const give_pin = async (page, pin) => {
  await tap_keys(page, pin);
  await page.getByTestId('pin-enter').tap();
};

/// Writes with the letters in the page: capitals, digits and signs by the keys that lead to them.
export const write_letters = async (page, text) => {
  const pad = page.locator('.letter-pad');
  for (const character of text) {
    if (character === ' ') {
      await pad.locator('[data-key="space"]').tap();
      continue;
    }
    const key = pad.locator(`[data-letter="${character.toLowerCase()}"]`);
    const is_aside = (await key.count()) === 0;
    if (is_aside) await pad.locator('[data-key="digits"]').tap();
    const is_capital = character !== character.toLowerCase();
    // A script without capitals has no key for them.
    const shift = pad.locator(`[data-key="shift"][aria-pressed="${!is_capital}"]`);
    if (!is_aside && /\p{L}/u.test(character) && (await shift.count()) > 0) await shift.tap();
    await key.tap();
    if (is_aside) await pad.locator('[data-key="digits"]').tap();
  }
};

/// Up to the operator's own list. `on_confirm` is called while the screen asks whether the person is the right one.
/// `to`: the screen that comes then.
export const sign_in = async (page, { badge, pin }, on_confirm = undefined, to = 'work') => {
  await page.getByTestId('type-badge').tap();
  await on_screen(page, 'identify');
  await tap_keys(page, badge);
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="pin"]');
  await give_pin(page, pin);
  await on_screen(page, 'confirm');
  await on_confirm?.();
  await page.getByTestId('confirm-me').tap();
  await on_screen(page, to);
};

/// Gives `response` (as in the API) to the question on the screen; without one, its first option or a number.
export const answer_question = async (page, response) => {
  const question = page.locator('[data-item]');
  const type = await question.getAttribute('data-type');
  if (type === 'numeric') {
    const number = response?.number ?? '1';
    await page.tap('.key[data-key="clear"]');
    for (const character of number.replace('-', '')) {
      await page.tap(`.key[data-key="${character === '.' ? 'mark' : character}"]`);
    }
    if (number.startsWith('-')) await page.tap('.key[data-key="sign"]');
    return;
  }
  if (type === 'ordering') return put_in_order(page, question, response?.order);
  if (type === 'matching') return match_pairs(page, question, response?.pairs);
  const first = await question.locator('[data-option]').first().getAttribute('data-option');
  const options = response?.choices ?? [String(response?.choice ?? response?.region ?? response?.value ?? first)];
  for (const option of options) await page.tap(`[data-option="${option}"]`);
};

/// Picks each up and puts it where it belongs, from the first place on.
async function put_in_order(page, question, order) {
  const shown = () => question.locator('.order-row').evaluateAll((rows) => rows.map((row) => row.dataset.option));
  const take = (option) => page.tap(`[data-option="${option}"] .order-take`);
  const wanted = order ?? [...(await shown())].reverse();
  for (const [place, option] of wanted.entries()) {
    const there = (await shown())[place];
    if (there === option) continue;
    await take(option);
    await take(there);
  }
}

/// Taps left, then right, for each pair; without pairs, the sides as they stand.
async function match_pairs(page, question, pairs) {
  const side = (name) =>
    question.locator(`[data-match^="${name} "]`).evaluateAll((all) => all.map((one) => one.dataset.match.split(' ')[1]));
  const right = await side('right');
  const wanted = pairs ?? Object.fromEntries((await side('left')).map((left, i) => [left, right[i]]));
  for (const [left, partner] of Object.entries(wanted)) {
    await page.tap(`[data-match="left ${left}"]`);
    await page.tap(`[data-match="right ${partner}"]`);
  }
}

/// Waits until the box has the answer to the question on the screen.
export const saved = (page) => page.waitForSelector('[data-item][data-mark="saved"]', { timeout: PATIENCE_MS });

/// Signs what is handed in: the badge again, then the PIN.
export const sign_again = async (page, { badge, pin }) => {
  await tap_keys(page, badge);
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="own-pin"]');
  await give_pin(page, pin);
};

/// Takes a whole test: badge, PIN, brief, every question, review, signature, result, tracker up to *sent*.
///   answers        Response by item id, for those that matter; the others get some answer
///   screenshotsDir keeps a picture of each screen
///   onScreen       called with the name of each screen once it stands
///   waitForSent    false where nothing carries the record away
///   hand           by_touch or by_keys of hands.mjs; by keys, every item needs its answer
/// Returns what the result screen says: {score_bp, outcome, attempt_id, event_id}.
export const takeTest = async (
  page,
  {
    url,
    badge,
    pin,
    language = 'en',
    testId = 'loto-basics',
    answers = {},
    screenshotsDir,
    onScreen,
    waitForSent = true,
    hand = by_touch(page),
  },
) => {
  if (screenshotsDir) mkdirSync(screenshotsDir, { recursive: true });
  let pictures = 0;
  const stands = async (name) => {
    pictures += 1;
    if (screenshotsDir) {
      await page.screenshot({ path: join(screenshotsDir, `${String(pictures).padStart(2, '0')}-${name}.png`) });
    }
    await onScreen?.(name);
  };
  const give = async (digits, name, enter) => {
    await hand.type(digits);
    await stands(name);
    await hand.enter(enter);
  };

  await page.goto(url);
  await page.getByTestId('type-badge').waitFor({ timeout: PATIENCE_MS });
  await hand.press(`language-${language}`);
  await page.waitForSelector(`html[lang="${language}"]`);
  await stands('attract');
  await hand.press('type-badge');
  await on_screen(page, 'identify');
  await give(badge, 'identify-badge', 'badge-enter');
  await page.waitForSelector('[data-stage="pin"]');
  await give(pin, 'identify-pin', 'pin-enter');
  await on_screen(page, 'confirm');
  await stands('confirm');
  await hand.press('confirm-me');
  await on_screen(page, 'work');
  await page.getByTestId(`open-${testId}`).waitFor({ timeout: PATIENCE_MS });
  await stands('work');

  await hand.press(`open-${testId}`);
  await on_screen(page, 'brief');
  await hand.choose(page.getByTestId(`test-language-${language}`));
  await stands('brief');
  await hand.press('start-attempt');
  await on_screen(page, 'question');
  await answer_all(page, { hand, answers, stands });
  await stands('review');

  await hand.press('to-sign');
  await on_screen(page, 'sign');
  await page.waitForSelector('[data-stage="own-badge"]');
  await give(badge, 'sign-badge', 'badge-enter');
  await page.waitForSelector('[data-stage="own-pin"]');
  await give(pin, 'sign-pin', 'pin-enter');
  await on_screen(page, 'result');
  const result = await shown_result(page);
  await stands('result');

  await hand.press('follow');
  await on_screen(page, 'tracker');
  if (waitForSent) {
    await page.waitForSelector('[data-step="sent"][data-state="done"]', { timeout: PATIENCE_MS });
  }
  await stands('tracker');
  await hand.press('finish');
  await on_screen(page, 'attract');
  return result;
};

/// Every question up to the review, with one flag on the way; `stands` hears of the first of each kind.
export async function answer_all(page, { hand = by_touch(page), answers = {}, stands = async () => {} } = {}) {
  const seen = new Set();
  let flagged = false;
  await each_question(
    page,
    async ({ item, type, question }) => {
      const picture = (await question.locator('.picture').count()) > 0;
      if (answers[item] === undefined) await answer_question(page);
      else await hand.answer(answers[item]);
      await saved(page);
      // One flag, so that flags are seen on the way and in the review.
      if (!flagged && seen.size === 2) {
        await hand.press('flag');
        await saved(page);
        flagged = true;
      }
      const kind = picture ? `${type}-picture` : type;
      if (!seen.has(kind)) await stands(`question-${kind}`);
      seen.add(kind).add(item);
    },
    hand,
  );
}

/// Calls `visit` at each question, from the one on the screen up to the review.
export async function each_question(page, visit, hand = by_touch(page)) {
  for (;;) {
    const question = page.locator('[data-item]');
    await visit({
      item: await question.getAttribute('data-item'),
      type: await question.getAttribute('data-type'),
      question,
    });
    const place = await page.locator('h1').textContent();
    await hand.press('next');
    await page.waitForFunction(
      (before) => document.querySelector('h1')?.textContent !== before,
      place,
      { timeout: PATIENCE_MS },
    );
    if ((await page.locator('[data-screen="review"]').count()) > 0) return;
  }
}

/// A response as it is compared: which of several was chosen first, or paired first, says nothing.
export const in_order = (response) => {
  if ('choices' in response) return { choices: [...response.choices].sort() };
  return 'pairs' in response ? { pairs: Object.fromEntries(Object.entries(response.pairs).sort()) } : response;
};

/// The answer that the question on the screen shows, in the words of the API.
export const shown_answer = (page) =>
  page.locator('[data-item]').evaluate((question) => {
    const all = (selector, read) => [...question.querySelectorAll(selector)].map(read);
    const chosen = all('[data-option]:has(input:checked)', ({ dataset }) => dataset.option);
    // A pair carries the same number on both sides.
    const side = (name) =>
      all(`.match-pair[data-match^="${name} "]`, (end) => [end.querySelector('.match-number').textContent, end.dataset.match.split(' ')[1]]);
    const shown = {
      single_choice: () => ({ choice: chosen.join() }),
      multiple_choice: () => ({ choices: chosen.sort() }),
      true_false: () => ({ value: chosen.join() === 'true' }),
      numeric: () => ({ number: question.querySelector('[data-testid="number"]').value }),
      ordering: () => ({ order: all('.order-row', ({ dataset }) => dataset.option) }),
      matching: () => {
        const right = Object.fromEntries(side('right'));
        return { pairs: Object.fromEntries(side('left').map(([number, left]) => [left, right[number]]).sort()) };
      },
      hotspot: () => ({ region: chosen.join() }),
    };
    return shown[question.dataset.type]();
  });

/// What the result screen says.
export async function shown_result(page) {
  const score = page.getByTestId('result-score');
  return {
    score_bp: Number(await score.getAttribute('data-score-bp')),
    outcome: await score.getAttribute('data-outcome'),
    attempt_id: await score.getAttribute('data-attempt-id'),
    event_id: await score.getAttribute('data-event-id'),
  };
}
