// Walks to what is shown when something went wrong on the way, and nothing is lost.
import { on_screen, sign_in } from '../journey.mjs';
import { passed_result } from './answers.mjs';
import { answer_anew, begin, change, enter, hand_in, look_without_box, open_kiosk, refuse_at, show_item, stop_the_box } from './walk.mjs';

export const TROUBLE_WALKS = [
  {
    title: 'a sign-in that ended while an answer waited, and what a page left',
    walk: async ({ page, kiosk, look }) => {
      await begin(page, kiosk);
      await refuse_at(page, '**/answers/*', 401, 'not-signed-in');
      await answer_anew(page);
      await page.waitForSelector('[data-screen="identify"] [data-stage="pin"]');
      await look('locked-expired');
      await look_without_box(page, look, 'locked-expired');
      await page.reload();
      await on_screen(page, 'attract');
      await page.unroute('**/answers/*');
      await refuse_at(page, '**/answers/*', 507, 'storage-full');
      await sign_in(page, kiosk.operator);
      await page.getByTestId('answers-wait').waitFor();
      await look('work-answers-wait');
    },
  },
  {
    title: 'lists that cannot be had',
    walk: async ({ page, kiosk, look }) => {
      await refuse_at(page, '**/api/v1/work', 500, 'internal');
      // *My work* asks for them as well.
      await refuse_at(page, '**/api/v1/request-choices', 500, 'internal');
      await enter(page, kiosk);
      await page.locator('.waiting .button').waitFor();
      await look('work-no-list');
      await refuse_at(page, '**/api/v1/decisions', 500, 'internal');
      await page.getByTestId('to-leader').tap();
      await page.locator('[data-screen="leader"] .waiting .button').waitFor();
      await look('leader-no-lists');
      await look_without_box(page, look, 'leader-no-lists');
      await page.getByTestId('to-work').tap();
      await page.getByTestId('to-request').tap();
      await page.locator('[data-screen="request"] .waiting .button').waitFor();
      await look('request-no-choices');
      await look_without_box(page, look, 'request-no-choices');
    },
  },
  {
    title: 'a picture that does not come',
    walk: async ({ page, kiosk, look }) => {
      await page.route('**/media/**', (route) => route.abort());
      await begin(page, kiosk);
      await show_item(page, 'long-place');
      await page.locator('.missing').waitFor();
      await look('question-no-picture');
    },
  },
  {
    title: 'a calibration that the browser cannot keep',
    walk: async ({ page, kiosk, look }) => {
      await page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException('no room', 'QuotaExceededError');
        };
      });
      await open_kiosk(page, kiosk, 'calibrate=1');
      await page.getByTestId('calibrate-keep').tap();
      await page.locator('.hint').waitFor();
      await look('calibrate-not-kept');
    },
  },
  {
    title: 'a test in a language that nobody approved',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/attempts', (attempt) => ({ ...attempt, approved_languages: ['it'], languages: ['ar', 'de', 'en', 'fr', 'it', 'pl'] }));
      await begin(page, kiosk);
      await page.getByTestId('language-note').waitFor();
      await look('question-not-approved');
    },
  },
  {
    title: 'a signature that the box knows otherwise, and a test that is passed',
    walk: async ({ page, kiosk, look }) => {
      await begin(page, kiosk);
      await refuse_at(page, '**/submit?*', 409, 'key-reused', { reference: 'KC-13' });
      await hand_in(page, kiosk.operator);
      await on_screen(page, 'attention');
      await look('attention-signature');
      await page.getByTestId('sign-out').tap();
      await on_screen(page, 'attract');
      await page.unroute('**/submit?*');
      await begin(page, kiosk);
      await change(page, '**/submit?*', passed_result);
      await hand_in(page, kiosk.operator);
      await on_screen(page, 'result');
      await look('result-passed');
      await look_without_box(page, look, 'result-passed');
      await page.getByTestId('follow').tap();
      await on_screen(page, 'tracker');
      await look('tracker');
      await look_without_box(page, look, 'tracker');
    },
  },
  {
    title: 'a network that is gone at the end',
    walk: async ({ page, kiosk, look }) => {
      await begin(page, kiosk);
      await page.getByTestId('overview').tap();
      await stop_the_box(page);
      await page.getByTestId('box-unreachable').waitFor();
      await look('review-box-silent');
      await page.getByTestId('to-sign').tap();
      await on_screen(page, 'sign');
      await look('sign-box-silent');
    },
  },
];
