// The screens and the states in which the layout test looks at them. Each walk takes one page from state to state and
// calls `look` where it stands; a new screen gets a walk, or a step in one, here.
import { answer_question, on_screen, saved, sign_in, tap_keys } from './journey.mjs';
import { full_result, full_work, refuse } from './layout_answers.mjs';
import { operators } from './layout_world.mjs';

const [operator] = operators;

const open_kiosk = async (page, stack, query = '') => {
  await page.goto(`${stack.url}/${query}`);
  await page.waitForSelector('[data-screen]');
};

/// Stands before the first question of the long test, begun or taken up.
const begin = async (page, stack) => {
  await open_kiosk(page, stack);
  await sign_in(page, operator);
  await page.getByTestId('open-layout-long').tap();
  await page.waitForSelector('[data-screen="brief"], [data-screen="resume"]');
  const start = page.getByTestId('start-attempt');
  if ((await start.count()) > 0) await start.tap();
  else await page.getByTestId('resume-attempt').tap();
  await on_screen(page, 'question');
  await show_question(page, 0);
};

/// Goes to the question at the place, by the overview.
const show_question = async (page, place) => {
  const last = (await page.getByTestId('overview').count()) === 0;
  await page.getByTestId(last ? 'next' : 'overview').tap();
  await on_screen(page, 'review');
  await page.locator('.tile').nth(place).tap();
  await on_screen(page, 'question');
};

const show_type = async (page, id) => {
  const places = await page.locator('.segment').count();
  for (let place = 0; place < places; place += 1) {
    await show_question(page, place);
    if ((await page.locator('[data-item]').getAttribute('data-item')) === id) return;
  }
  throw new Error(`no question ${id} in this test`);
};

const stop_the_box = (page) => page.route('**/api/v1/**', (route) => route.abort());
const change_status = (page, change) =>
  page.route('**/api/v1/status', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), ...change } });
  });

export const STATES = [
  {
    title: 'the first screen',
    walk: async ({ page, stack, look }) => {
      await change_status(page, { outbox: { depth: 128_412, oldest_age_s: 86_400 } });
      await open_kiosk(page, stack);
      await page.getByTestId('type-badge').waitFor();
      await look('attract');
      await page.getByTestId('display').tap();
      await page.waitForSelector('[data-dialog="display"]');
      await look('display');
      await page.getByTestId('display-close').tap();
      await stop_the_box(page);
      await page.waitForSelector('[data-service="no_box"]');
      await look('attract-no-box');
    },
  },
  {
    title: 'the first screen of a box that cannot store',
    walk: async ({ page, stack, look }) => {
      await change_status(page, { storage: 'full' });
      await open_kiosk(page, stack);
      await page.waitForSelector('[data-service="out_of_service"]');
      await look('attract-out-of-service');
    },
  },
  {
    title: 'the calibration',
    walk: async ({ page, stack, look }) => {
      await open_kiosk(page, stack, '?calibrate=1');
      await on_screen(page, 'calibrate');
      await page.getByTestId('calibrate10').tap();
      await look('calibrate');
    },
  },
  {
    title: 'badge and PIN',
    walk: async ({ page, stack, look }) => {
      await open_kiosk(page, stack);
      await page.getByTestId('type-badge').tap();
      await on_screen(page, 'identify');
      await tap_keys(page, '401234567890');
      await look('identify-badge');
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="pin"]');
      await tap_keys(page, '123456789012');
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('problem').waitFor();
      await tap_keys(page, '12345678');
      await look('identify-pin-wrong');
      await page.route('**/api/v1/session', refuse(429, 'locked-out', { retry_after_s: 3_600 }));
      await page.getByTestId('pin-enter').tap();
      await page.waitForFunction(() => document.querySelector('[data-testid="pin-enter"]')?.disabled);
      await look('identify-locked-out');
    },
  },
  {
    title: 'my work',
    walk: async ({ page, stack, look }) => {
      await page.route('**/api/v1/work', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: full_work(await answer.json()) });
      });
      await open_kiosk(page, stack);
      await sign_in(page, operator);
      await page.locator('[data-attempt]').first().waitFor();
      await look('work');
      await page.getByTestId('open-layout-long').first().tap();
      await page.waitForSelector('[data-screen="brief"], [data-screen="resume"]');
      await look('brief');
      await page.route('**/api/v1/attempts', refuse(409, 'no-attempts-left'));
      await page.getByTestId('start-attempt').tap();
      await page.getByTestId('problem').waitFor();
      await look('brief-refused');
      await stop_the_box(page);
      await page.locator('.acts .button').first().tap();
      await page.getByTestId('box-unreachable').waitFor();
      await look('work-no-box');
    },
  },
  {
    title: 'questions with choices',
    walk: async ({ page, stack, look }) => {
      await begin(page, stack);
      for (const id of ['long-single', 'long-multiple', 'long-truth', 'long-number', 'long-picture']) {
        await show_type(page, id);
        await answer_question(page);
        await saved(page);
        await look(`question-${id}`);
      }
      await page.getByTestId('enlarge').tap();
      await page.waitForSelector('[data-dialog="picture"]');
      await look('picture-large');
      await page.getByTestId('picture-close').tap();
    },
  },
  {
    title: 'questions with an order, pairs, places and a recording',
    walk: async ({ page, stack, look }) => {
      await begin(page, stack);
      await show_type(page, 'long-order');
      await look('question-long-order-untouched');
      await answer_question(page);
      await page.locator('[data-option] .order-take').nth(3).tap();
      await look('question-long-order');
      await show_type(page, 'long-match');
      await answer_question(page);
      await saved(page);
      await look('question-long-match');
      await show_type(page, 'long-place');
      await answer_question(page);
      await saved(page);
      await look('question-long-place');
      await show_type(page, 'long-sound');
      await answer_question(page);
      await saved(page);
      await look('question-long-sound');
    },
  },
  {
    title: 'a question of a kind that this release does not know',
    walk: async ({ page, stack, look }) => {
      await page.route('**/api/v1/attempts', async (route) => {
        const answer = await route.fetch();
        const attempt = await answer.json();
        attempt.items = attempt.items.map((item) => ({ ...item, type: 'essay-with-spoken-defence' }));
        await route.fulfill({ response: answer, json: attempt });
      });
      await begin(page, stack);
      await page.getByTestId('unknown-item').waitFor();
      await look('question-unknown');
    },
  },
  {
    title: 'a test whose box is silent, is left, and is opened elsewhere',
    walk: async ({ page, stack, look }) => {
      await page.clock.install();
      await begin(page, stack);
      await page.clock.runFor(61_000);
      await page.waitForSelector('[data-dialog="idle"]');
      await look('idle');
      await page.clock.runFor(30_000);
      await page.waitForSelector('[data-stage="pin"]');
      await look('locked');
      await tap_keys(page, operator.pin);
      await page.getByTestId('pin-enter').tap();
      await on_screen(page, 'question');
      await page.route('**/answers/*', refuse(409, 'stale-lease'));
      await page.getByTestId('flag').tap();
      await page.waitForSelector('[data-dialog="elsewhere"]');
      await look('elsewhere');
      await page.unroute('**/answers/*');
      await page.locator('[data-dialog="elsewhere"] .button-primary').tap();
      await page.waitForSelector('[data-dialog="elsewhere"]', { state: 'detached' });
      await stop_the_box(page);
      await page.getByTestId('flag').tap();
      await page.clock.runFor(2_000);
      await page.getByTestId('box-unreachable').waitFor();
      await look('question-box-silent');
    },
  },
  {
    title: 'overview, signature and result',
    walk: async ({ page, stack, look }) => {
      await begin(page, stack);
      await page.getByTestId('flag').tap();
      await saved(page);
      await page.getByTestId('overview').tap();
      await on_screen(page, 'review');
      await look('review');
      await page.getByTestId('to-sign').tap();
      await on_screen(page, 'sign');
      await tap_keys(page, operator.pin);
      await look('sign');
      await page.route('**/submit', refuse(503, 'storage-full'));
      await page.getByTestId('pin-enter').tap();
      await page.locator('.hint').waitFor();
      await look('sign-refused');
      await page.unroute('**/submit');
      await page.route('**/submit', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: full_result(await answer.json()) });
      });
      await page.route('**/sync**', (route) => route.abort());
      await tap_keys(page, operator.pin);
      await page.getByTestId('pin-enter').tap();
      await on_screen(page, 'result');
      await look('result');
      await page.getByTestId('follow').tap();
      await on_screen(page, 'tracker');
      await look('tracker-attention');
    },
  },
];
