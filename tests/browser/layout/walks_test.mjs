// Walks through a test: its questions, what may come between, its end.
import { answer_question, on_screen, saved, sign_in, tap_keys } from '../journey.mjs';
import { full_result, longest_test } from './answers.mjs';
import { answer_anew, begin, change, hand_in, look_without_box, refuse_at, show_item, show_question, stop_the_box } from './walk.mjs';

export const TEST_WALKS = [
  {
    title: 'questions with choices',
    walk: async ({ page, kiosk, look }) => {
      await begin(page, kiosk);
      for (const id of ['long-single', 'long-multiple', 'long-truth', 'long-number', 'long-picture']) {
        await show_item(page, id);
        await answer_question(page);
        await saved(page);
        await look(`question-${id}`);
      }
      await page.getByTestId('languages').tap();
      await page.waitForSelector('[data-dialog="languages"]');
      await look('question-languages');
      await page.getByTestId('close-languages').tap();
      await page.getByTestId('enlarge').tap();
      await page.waitForSelector('[data-dialog="picture"]');
      await look('picture-large');
      await page.getByTestId('picture-close').tap();
    },
  },
  {
    title: 'questions with an order, pairs, places and a recording',
    walk: async ({ page, kiosk, look }) => {
      await begin(page, kiosk);
      await show_item(page, 'long-order');
      await look('question-long-order-untouched');
      await answer_question(page);
      await page.locator('[data-option] .order-take').nth(3).tap();
      await look('question-long-order');
      await show_item(page, 'long-match');
      await answer_question(page);
      await saved(page);
      await look('question-long-match');
      await show_item(page, 'long-place');
      await answer_question(page);
      await saved(page);
      await look('question-long-place');
      await show_item(page, 'long-sound');
      await answer_question(page);
      await saved(page);
      await look('question-long-sound');
    },
  },
  {
    title: 'a recording that cannot be played',
    walk: async ({ page, kiosk, look }) => {
      await page.route('**/media/**', (route) =>
        route.request().resourceType() === 'media' ? route.fulfill({ status: 200, contentType: 'audio/ogg', body: 'none' }) : route.fallback(),
      );
      await begin(page, kiosk);
      await show_item(page, 'long-sound');
      await page.locator('[data-item="long-sound"] .hint').waitFor();
      await look('question-sound-failed');
    },
  },
  {
    title: 'a question of a kind that this release does not know',
    walk: async ({ page, kiosk, look }) => {
      const unknown = (item) => ({ ...item, type: 'essay-with-spoken-defence' });
      const changed = (attempt) => ({ ...attempt, items: attempt.items.map(unknown) });
      await change(page, '**/api/v1/attempts', changed, { newer: true });
      await begin(page, kiosk);
      await page.getByTestId('unknown-item').waitFor();
      await look('question-unknown');
    },
  },
  {
    title: 'a test of two hundred questions',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/attempts', longest_test);
      await begin(page, kiosk);
      await look('question-of-two-hundred');
      await show_question(page, 199);
      await look('question-last-of-two-hundred');
      await page.getByTestId('next').tap();
      await on_screen(page, 'review');
      await look('review-of-two-hundred');
    },
  },
  {
    title: 'a test whose time is short and whose box cannot store',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/attempts', (attempt) => ({ ...attempt, time_limit_s: 3_600, remaining_s: 250 }));
      await begin(page, kiosk);
      await look('question-time-short');
      await refuse_at(page, '**/answers/*', 507, 'storage-full');
      await page.getByTestId('flag').tap();
      await page.getByTestId('box-delayed').waitFor();
      await look('question-box-delayed');
      await hand_in(page, kiosk.operator);
      await page.locator('.hint').first().waitFor();
      await look('sign-not-drained');
    },
  },
  {
    title: 'a test whose box is silent, is left, and is opened elsewhere',
    walk: async ({ page, kiosk, look }) => {
      await page.clock.install();
      await begin(page, kiosk);
      await page.clock.runFor(61_000);
      await page.waitForSelector('[data-dialog="idle"]');
      await look('idle');
      await page.clock.runFor(30_000);
      await page.waitForSelector('[data-stage="pin"]');
      await look('locked');
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await on_screen(page, 'question');
      await refuse_at(page, '**/answers/*', 409, 'stale-lease');
      await page.getByTestId('flag').tap();
      await page.waitForSelector('[data-dialog="elsewhere"]');
      await look('elsewhere');
      await refuse_at(page, '**/api/v1/attempts', 507, 'storage-full');
      await page.locator('[data-dialog="elsewhere"] .button-primary').tap();
      await page.locator('[data-dialog="elsewhere"] .hint').waitFor();
      await look('elsewhere-refused');
      await page.unroute('**/api/v1/attempts');
      await page.unroute('**/answers/*');
      await page.locator('[data-dialog="elsewhere"] .button-primary').tap();
      await page.waitForSelector('[data-dialog="elsewhere"]', { state: 'detached' });
      await stop_the_box(page);
      await page.getByTestId('flag').tap();
      await page.clock.runFor(2_000);
      await page.getByTestId('box-unreachable').waitFor();
      await look('question-box-silent');
      await page.getByTestId('sign-out').tap();
      await page.waitForSelector('[data-dialog="leave"]');
      await look('leave');
      await page.getByTestId('leave-anyway').tap();
      await on_screen(page, 'attract');
      await page.getByTestId('somebody-waits').waitFor();
      await look('attract-somebody-waits');
    },
  },
  {
    title: 'a test in a browser whose memory is full',
    walk: async ({ page, kiosk, look }) => {
      // A disk that is full in truth would be full for every page of this browser.
      await page.addInitScript(() => {
        IDBObjectStore.prototype.put = () => {
          throw new DOMException('no room', 'QuotaExceededError');
        };
      });
      await begin(page, kiosk);
      await answer_anew(page);
      await page.getByTestId('keeps-nothing').waitFor();
      await look('question-memory-full');
      await stop_the_box(page);
      await page.getByTestId('flag').tap();
      await page.getByTestId('box-unreachable').waitFor();
      await look('question-memory-full-no-box');
    },
  },
  {
    title: 'a test that is taken up again, witnessed, and out of time',
    walk: async ({ page, kiosk, look }) => {
      const again = async () => {
        await page.getByTestId('sign-out').tap();
        await on_screen(page, 'attract');
        await sign_in(page, kiosk.operator);
        await page.getByTestId('open-layout-long').tap();
        await on_screen(page, 'resume');
      };
      await begin(page, kiosk);
      await again();
      await look('resume');
      await look_without_box(page, look, 'resume');
      // A box that is a release older does not tell where they were.
      await change(page, '**/api/v1/attempts/*', ({ shown_item, ...attempt }) => attempt);
      await again();
      await page.waitForSelector('[data-known="false"]');
      await look('resume-place-unknown');
      await page.unroute('**/api/v1/attempts/*');
      await refuse_at(page, '**/api/v1/attempts', 507, 'storage-full');
      await page.getByTestId('resume-attempt').tap();
      await page.getByTestId('problem').waitFor();
      await look('resume-refused');
      await look_without_box(page, look, 'resume-refused');
      await page.unroute('**/api/v1/attempts');
      await change(page, '**/api/v1/attempts', (attempt) => ({ ...attempt, witness_required: true }));
      await page.getByTestId('resume-attempt').tap();
      await on_screen(page, 'question');
      await show_question(page, 0);
      await hand_in(page, kiosk.operator);
      await page.waitForSelector('[data-stage="witness-badge"]');
      await look('sign-witness-badge');
      await look_without_box(page, look, 'sign-witness-badge');
      await tap_keys(page, '401234567890');
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="witness-pin"]');
      await look('sign-witness-pin');
      await page.unroute('**/api/v1/attempts');
      await again();
      await change(page, '**/api/v1/attempts', (attempt) => ({ ...attempt, time_limit_s: 3_600, remaining_s: 0 }));
      await page.getByTestId('resume-attempt').tap();
      await page.getByTestId('time-up').waitFor();
      await look('sign-time-up');
    },
  },
  {
    title: 'a signature whose answer was lost',
    walk: async ({ page, kiosk, look }) => {
      await page.route('**/submit?*', (route) => route.abort());
      await begin(page, kiosk);
      await hand_in(page, kiosk.operator);
      await page.locator('.hint').first().waitFor();
      await look('sign-no-answer');
      await page.getByTestId('sign-out').tap();
      await page.waitForSelector('[data-dialog="leave"]');
      await look('leave-signed');
      await page.reload();
      await on_screen(page, 'attract');
      await sign_in(page, kiosk.operator, undefined, 'sign');
      await page.getByTestId('sign-again').waitFor();
      await look('sign-again');
    },
  },
  {
    title: 'overview, signature and result',
    walk: async ({ page, kiosk, look }) => {
      await begin(page, kiosk);
      await page.getByTestId('flag').tap();
      await saved(page);
      await page.getByTestId('overview').tap();
      await on_screen(page, 'review');
      await look('review');
      await page.getByTestId('to-sign').tap();
      await on_screen(page, 'sign');
      await tap_keys(page, kiosk.operator.badge);
      await look('sign-badge');
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="own-pin"]');
      await tap_keys(page, kiosk.operator.pin);
      await look('sign');
      await refuse_at(page, '**/submit?*', 507, 'storage-full');
      await page.getByTestId('pin-enter').tap();
      await page.locator('.hint').waitFor();
      await look('sign-refused');
      await page.unroute('**/submit?*');
      await refuse_at(page, '**/submit?*', 401, 'wrong-badge');
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await page.waitForSelector('[data-stage="own-badge"]');
      await look('sign-wrong-badge');
      await page.unroute('**/submit?*');
      await refuse_at(page, '**/submit?*', 429, 'locked-out', { retry_after_s: 1 });
      await tap_keys(page, kiosk.operator.badge);
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="own-pin"]');
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('locked-out').waitFor();
      await look('sign-locked-out');
      await page.getByTestId('locked-out').waitFor({ state: 'detached' });
      await page.unroute('**/submit?*');
      await change(page, '**/submit?*', full_result);
      await page.route('**/sync**', (route) => route.abort());
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await on_screen(page, 'result');
      await look('result');
      await look_without_box(page, look, 'result');
      await page.getByTestId('follow').tap();
      await on_screen(page, 'tracker');
      await look('tracker-attention');
      await look_without_box(page, look, 'tracker-attention');
    },
  },
];
