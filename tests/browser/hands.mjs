// The two ways to use a kiosk, each without the other: taps on the glass, or the keys of a keyboard.
import { answer_question, tap_keys, write_letters } from './journey.mjs';

const FOCUS_STEPS_MOST = 150;
/// Between two keys of a quick hand. What comes faster the kiosk takes for a badge reader.
export const HAND_MS = 80;

/// What both can do: `press` a button by its test id and `press_on` any, `type` digits and `enter` them, `write` words,
/// `choose` a radio button or a check box, `answer` the question on the screen with a response as in the API.
export const by_touch = (page) => ({
  name: 'touch',
  press: (testid) => page.getByTestId(testid).tap(),
  press_on: (element) => element.tap(),
  write: (text) => write_letters(page, text),
  type: (digits) => tap_keys(page, digits),
  enter: (testid) => page.getByTestId(testid).tap(),
  // Radio buttons and check boxes lie invisible over their whole card.
  choose: (input) => input.tap(),
  answer: async (response) => {
    if (response.region === undefined) await answer_question(page, response);
    else await tap_place(page, response.region);
  },
});

/// The picture itself, where the list beside it would do as well.
async function tap_place(page, region) {
  const place = page.locator(`[data-region="${region}"]`);
  await place.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await place.boundingBox();
  await page.touchscreen.tap(x + width / 2, y + height / 2);
}

export function by_keys(page) {
  const { keyboard } = page;
  const press_on = async (element) => {
    await reach(page, element);
    await keyboard.press('Enter');
  };
  const choose = (input) => choose_by_keys(page, input);
  const option = (id) => page.locator(`[data-item] [data-option="${id}"]`);
  return {
    name: 'keys',
    press: (testid) => press_on(page.getByTestId(testid)),
    press_on,
    write: async (text) => {
      await reach(page, page.getByTestId('letters-text'));
      await keyboard.type(text);
    },
    type: (digits) => keyboard.type(digits, { delay: HAND_MS }),
    // Wherever the focus is, as a badge reader does it.
    enter: () => keyboard.press('Enter'),
    choose,
    answer: async (response) => {
      if (response.number !== undefined) {
        await reach(page, page.getByTestId('number'));
        await keyboard.press('ControlOrMeta+A');
        await keyboard.type(response.number);
      } else if (response.order !== undefined) {
        await order_by_keys(page, response.order);
      } else if (response.pairs !== undefined) {
        for (const [left, right] of Object.entries(response.pairs)) {
          await press_on(page.locator(`[data-match="left ${left}"]`));
          await press_on(page.locator(`[data-match="right ${right}"]`));
        }
      } else {
        const ids = response.choices ?? [String(response.choice ?? response.region ?? response.value)];
        for (const id of ids) await choose(option(id).locator('input'));
      }
    },
  };
}

/// Tab, forwards or backwards, until the focus is there: of a group of radio buttons, on any one.
export async function reach(page, element) {
  await element.and(page.locator(':enabled')).waitFor({ state: 'attached' });
  for (let step = 0; step < FOCUS_STEPS_MOST; step += 1) {
    const way = await element.evaluate((wanted) => {
      const active = document.activeElement ?? document.body;
      const same_group = wanted.type === 'radio' && active.type === 'radio' && active.name === wanted.name;
      if (active === wanted || same_group) return active.matches(':focus-visible') ? 'there' : 'there, unseen';
      const is_before = wanted.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING;
      return is_before && active !== document.body ? 'Shift+Tab' : 'Tab';
    });
    if (way === 'there') return;
    if (way === 'there, unseen') throw new Error(`the focus cannot be seen on ${element}`);
    await page.keyboard.press(way);
  }
  throw new Error(`Tab does not lead to ${element}`);
}

/// Arrows lead through radio buttons and choose at once; a check box has its own stop.
async function choose_by_keys(page, input) {
  await reach(page, input);
  const [by, is_chosen] = await input.evaluate((wanted) => {
    const group = [...document.querySelectorAll(`input[name="${CSS.escape(wanted.name)}"]`)];
    const active = document.activeElement;
    return [active === wanted ? 0 : group.indexOf(wanted) - group.indexOf(active), wanted.checked];
  });
  if (by === 0 && !is_chosen) await page.keyboard.press('Space');
  for (let step = 0; step < Math.abs(by); step += 1) await page.keyboard.press(by > 0 ? 'ArrowDown' : 'ArrowUp');
}

/// Picks each up with Enter, moves it with the arrows, and puts it down.
async function order_by_keys(page, order) {
  const shown = () => page.locator('.order-row').evaluateAll((rows) => rows.map((row) => row.dataset.option));
  for (const [place, id] of order.entries()) {
    const up = (await shown()).indexOf(id) - place;
    if (up === 0) continue;
    await reach(page, page.locator(`.order-take[data-focus="${id}"]`));
    await page.keyboard.press('Enter');
    for (let step = 0; step < up; step += 1) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
  }
}

/// Counts in the page what it was used with, so that a journey can prove that it had nothing else.
export const watch_hands = (page) =>
  page.addInitScript(() => {
    globalThis.used = { touch: 0, mouse: 0, pen: 0, keys: 0 };
    const options = { capture: true, passive: true };
    document.addEventListener('pointerdown', ({ pointerType }) => { globalThis.used[pointerType] += 1; }, options);
    document.addEventListener('keydown', () => { globalThis.used.keys += 1; }, options);
  });

/// {touch, mouse, pen, keys} since the page was opened.
export const hands_used = (page) => page.evaluate(() => globalThis.used);
