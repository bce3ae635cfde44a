// Walks over the screens before and around a test.
import { answer_question, on_screen, tap_keys } from '../journey.mjs';
import { full_roster, full_work, PRACTICE_ANSWERS } from './answers.mjs';
import { answer_with, change, enter, look_without_box, open_kiosk, refuse_at, silence_box, stop_the_box } from './walk.mjs';

/// Answers what is practised, one after the other, and looks at each once it is checked.
const practise = async (page, look) => {
  for (let place = 1; ; place += 1) {
    const type = await page.locator('[data-item]').getAttribute('data-type');
    await answer_question(page, PRACTICE_ANSWERS[type]);
    await page.getByTestId('check-practice').tap();
    await page.waitForSelector('[data-testid="practice-say"] .hint');
    await look(`practice-${place}`);
    if ((await page.getByTestId('next-practice').count()) === 0) return;
    const item = await page.locator('[data-item]').getAttribute('data-item');
    await page.getByTestId('next-practice').tap();
    await page.waitForFunction((id) => document.querySelector('[data-item]').dataset.item !== id, item);
  }
};

/// Each takes one page from state to state and calls `look` where it stands. A new screen gets a walk, or a step in one.
export const FIRST_WALKS = [
  {
    title: 'the first screen',
    walk: async ({ page, kiosk, look }) => {
      // Something went wrong before it has said how it is.
      await refuse_at(page, '**/api/v1/status', 500, 'internal');
      await open_kiosk(page, kiosk);
      await page.waitForSelector('[data-service="starting"]');
      await look('attract-starting');
      await page.unroute('**/api/v1/status');
      const outbox = { depth: 128_412, oldest_age_s: 86_400, parked: 1_204 };
      await change(page, '**/api/v1/status', (status) => ({ ...status, clock_state: 'untrusted', outbox }));
      await page.getByTestId('type-badge').waitFor();
      await page.getByTestId('clock-unset').waitFor();
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
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/status', (status) => ({ ...status, storage: 'full' }));
      await open_kiosk(page, kiosk);
      await page.waitForSelector('[data-service="out_of_service"]');
      await look('attract-out-of-service');
    },
  },
  {
    title: 'the calibration',
    walk: async ({ page, kiosk, look }) => {
      // Without the service worker, which has the code of every screen.
      await page.addInitScript(() => Object.defineProperty(navigator, 'serviceWorker', { value: undefined }));
      await page.route('**/assets/later-*.js', (route) => route.abort());
      await open_kiosk(page, kiosk, 'calibrate=1');
      await page.getByTestId('again').waitFor();
      await look('not-fetched');
      await look_without_box(page, look, 'not-fetched');
      await change(page, '**/api/v1/status', (status) => ({ ...status, app: '9.9.9+next' }));
      await page.getByTestId('other-release').waitFor();
      await look('other-release');
      await page.unroute('**/api/v1/status');
      await page.unroute('**/assets/later-*.js');
      await page.getByTestId('again').tap();
      await page.getByTestId('calibrate10').tap();
      await look('calibrate');
      await look_without_box(page, look, 'calibrate');
    },
  },
  {
    title: 'badge, name and PIN',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/status', (status) => ({ ...status, roster_sign_in: true }));
      await answer_with(page, '**/api/v1/roster', full_roster());
      await open_kiosk(page, kiosk);
      // Nobody's, and another one in each pass: five wrong PINs would make it wait.
      const badge = kiosk.operator.badge.padEnd(12, '9876543');
      await page.getByTestId('type-badge').tap();
      await on_screen(page, 'identify');
      await tap_keys(page, badge);
      await look('identify-badge');
      await look_without_box(page, look, 'identify-badge');
      await page.getByTestId('by-name').tap();
      await page.locator('.letter-keys [data-letter="ظ"]').waitFor();
      await look('identify-letters');
      await look_without_box(page, look, 'identify-letters');
      await page.locator('.letter-keys .key:not(:disabled)', { hasText: 'M' }).first().tap();
      await page.locator('[data-testid^="person-"]').first().waitFor();
      await look('identify-name');
      await look_without_box(page, look, 'identify-name');
      await page.getByTestId('by-badge').tap();
      await tap_keys(page, badge);
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="pin"]');
      await tap_keys(page, '123456789012');
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('problem').waitFor();
      await tap_keys(page, '12345678');
      await look('identify-pin-wrong');
      await look_without_box(page, look, 'identify-pin-wrong');
      await refuse_at(page, '**/api/v1/session', 429, 'locked-out', { retry_after_s: 3_600 });
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('locked-out').waitFor();
      await look('identify-locked-out');
      await look_without_box(page, look, 'identify-locked-out');
      await page.getByTestId('leader-unlock').tap();
      await on_screen(page, 'unlock');
      await tap_keys(page, '20002');
      await look('unlock-badge');
      await look_without_box(page, look, 'unlock-badge');
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="pin"]');
      await refuse_at(page, '**/api/v1/unlock', 403, 'not-allowed');
      await tap_keys(page, '1234');
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('problem').waitFor();
      await look('unlock-refused');
      await page.unroute('**/api/v1/unlock');
      await answer_with(page, '**/api/v1/unlock', undefined, 204);
      await page.waitForSelector('[data-stage="leader"]');
      await tap_keys(page, '20002');
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="pin"]');
      await look('unlock-pin');
      await look_without_box(page, look, 'unlock-pin');
      await tap_keys(page, '1234');
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('unlocked').waitFor();
      await look('identify-unlocked');
    },
  },
  {
    title: 'names that cannot be had',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/status', (status) => ({ ...status, roster_sign_in: true }));
      await refuse_at(page, '**/api/v1/roster', 500, 'internal');
      await open_kiosk(page, kiosk);
      await page.getByTestId('type-badge').tap();
      await page.getByTestId('by-name').tap();
      await page.locator('.waiting .button').waitFor();
      await look('identify-no-names');
      await look_without_box(page, look, 'identify-no-names');
    },
  },
  {
    title: 'the person and their work',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/status', (status) => ({ ...status, clock_state: 'untrusted' }));
      await change(page, '**/api/v1/work', full_work);
      await enter(page, kiosk, async () => {
        await look('confirm');
        await look_without_box(page, look, 'confirm');
      });
      await page.locator('[data-attempt]').first().waitFor();
      await page.getByTestId('clock-unset').waitFor();
      await look('work');
      await page.getByTestId('languages').tap();
      await page.waitForSelector('[data-dialog="languages"]');
      await look('languages');
      await page.getByTestId('close-languages').tap();
      await page.getByTestId('open-layout-long').first().tap();
      await on_screen(page, 'brief');
      await look('brief');
      await look_without_box(page, look, 'brief');
      await page.getByTestId('practise').tap();
      await on_screen(page, 'practice');
      await practise(page, look);
      await page.getByTestId('end-practice').tap();
      await on_screen(page, 'brief');
      await refuse_at(page, '**/api/v1/attempts', 409, 'no-attempts-left');
      await page.getByTestId('start-attempt').tap();
      await page.getByTestId('problem').waitFor();
      await look('brief-refused');
      await look_without_box(page, look, 'brief-refused');
      await stop_the_box(page);
      await page.locator('.acts .button').first().tap();
      await page.getByTestId('box-unreachable').waitFor();
      await look('work-no-box');
    },
  },
  {
    title: 'the practice, for which no box is needed',
    walk: async ({ page, kiosk, look }) => {
      await enter(page, kiosk);
      await page.getByTestId('open-layout-long').first().tap();
      await on_screen(page, 'brief');
      await page.getByTestId('practise').tap();
      await on_screen(page, 'practice');
      await silence_box(page);
      await practise(page, (name) => look(`${name}-no-box`));
    },
  },
  {
    title: 'nothing to do',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/work', (work) => ({ ...work, assignments: [], results: [] }));
      await enter(page, kiosk);
      await page.locator('.nothing').first().waitFor();
      await look('work-nothing');
      await refuse_at(page, '**/api/v1/decisions', 401, 'not-signed-in');
      await page.getByTestId('to-leader').tap();
      await page.waitForSelector('[data-screen="identify"] [data-stage="pin"]');
      await look('locked-no-test');
    },
  },
];
