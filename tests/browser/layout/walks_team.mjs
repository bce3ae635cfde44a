// Walks over requests, a leader's desk, and what the box did not take.
import { on_screen, sign_in, tap_keys } from '../journey.mjs';
import { choices, COMMENT, full_decisions, full_work, people, saved_batch, saved_decision, with_help } from './answers.mjs';
import { answer_anew, answer_with, begin, change, enter, look_without_box, refuse_at, silence_box } from './walk.mjs';

const next_part = async (page, part) => {
  await page.getByTestId('request-next').tap();
  await page.waitForSelector(`[data-part="${part}"]`);
};
const choose_first = (page) => page.locator('[data-option]').first().tap();
const tap_letters = async (page, letters) => {
  for (const letter of letters) await page.locator(`.letter-keys [data-letter="${letter}"]`).tap();
};
/// More people than stand there before a letter is tapped: each by the first two of the name.
const choose_all = async (page, everybody) => {
  for (const [already, { name }] of everybody.entries()) {
    await tap_letters(page, name.slice(0, 2).toUpperCase());
    await page.locator('[data-option]:not(:has(:checked))').first().tap();
    await page.locator('[data-chosen]').nth(already).waitFor();
  }
};

/// The parts of a request, each looked at: first whom a leader asks for, then all from the kind on up to the signature.
const choose_people = async (page, look) => {
  await choose_all(page, people());
  await tap_letters(page, 'M');
  await look('request-people');
  await next_part(page, 'kind');
};
const fill_in = async (page, look) => {
  await choose_first(page);
  await look('request-kind');
  await next_part(page, 'skill');
  await choose_first(page);
  await look('request-skill');
  await next_part(page, 'reason');
  await choose_first(page);
  await look('request-reason');
  await next_part(page, 'when');
  await page.getByTestId('week-later').tap();
  await page.getByTestId('clock-unset').waitFor();
  await look('request-when');
  await next_part(page, 'comment');
  await page.getByTestId('letters-text').fill(COMMENT);
  await look('request-comment');
  await next_part(page, 'check');
};

export const TEAM_WALKS = [
  {
    title: 'a request',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/status', (status) => ({ ...status, clock_state: 'untrusted' }));
      await answer_with(page, '**/api/v1/request-choices', choices());
      await answer_with(page, '**/api/v1/decisions', full_decisions(kiosk.operator.id));
      await enter(page, kiosk);
      await page.getByTestId('to-leader').tap();
      await on_screen(page, 'leader');
      await page.getByTestId('to-request-for').tap();
      await on_screen(page, 'request');
      await choose_people(page, look);
      await fill_in(page, look);
      await refuse_at(page, '**/api/v1/requests/**', 503, 'busy', { retry_after_s: 1 });
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await page.locator('.hint').first().waitFor();
      await look('request-check-refused');
      await page.unroute('**/api/v1/requests/**');
      await page.route('**/api/v1/requests/**', (route) => route.abort());
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('kept').waitFor();
      await look('request-check-no-answer');
      await page.getByTestId('request-back').tap();
      await on_screen(page, 'leader');
      await page.getByTestId('to-work').tap();
      await page.getByTestId('unconfirmed').waitFor();
      await look('work-unconfirmed');
      await page.getByTestId('sign-out').tap();
      await page.getByTestId('leave-anyway').tap();
      await on_screen(page, 'attract');
      await page.getByTestId('paper-waits').waitFor();
      await look('attract-paper-waits');
      await sign_in(page, kiosk.operator);
      await page.getByTestId('send-again').tap();
      await page.waitForSelector('[data-part="check"]');
      await page.unroute('**/api/v1/requests/**');
      await answer_with(page, '**/api/v1/requests/on-behalf', saved_batch(), 201);
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await on_screen(page, 'batch');
      await look('batch');
      await look_without_box(page, look, 'batch');
      await page.route('**/sync**', (route) => route.abort());
      await page.locator('[data-event] .button').first().tap();
      await on_screen(page, 'tracker');
      await look('tracker-request');
    },
  },
  {
    title: 'requests while the box is silent',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/status', (status) => ({ ...status, clock_state: 'untrusted' }));
      await answer_with(page, '**/api/v1/request-choices', choices());
      await answer_with(page, '**/api/v1/decisions', full_decisions(kiosk.operator.id));
      await enter(page, kiosk);
      await page.getByTestId('to-request').tap();
      await page.waitForSelector('[data-part="kind"]');
      const answer_again = await silence_box(page);
      const look_at_own = (name) => look(`${name}-own-no-box`);
      await fill_in(page, look_at_own);
      await look_at_own('request-check');
      await answer_again();
      for (const part of ['comment', 'when', 'reason', 'skill', 'kind']) {
        await page.getByTestId('request-back').tap();
        await page.waitForSelector(`[data-part="${part}"]`);
      }
      await page.getByTestId('request-back').tap();
      await on_screen(page, 'work');
      await page.getByTestId('to-leader').tap();
      await on_screen(page, 'leader');
      await page.getByTestId('to-request-for').tap();
      await on_screen(page, 'request');
      await silence_box(page);
      const look_at_team = (name) => look(`${name}-no-box`);
      await choose_people(page, look_at_team);
      await fill_in(page, look_at_team);
      await look_at_team('request-check');
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('kept').waitFor();
      await look_at_team('request-check-no-answer');
    },
  },
  {
    title: "a leader's desk",
    walk: async ({ page, kiosk, look }) => {
      await answer_with(page, '**/api/v1/request-choices', choices());
      await answer_with(page, '**/api/v1/decisions', full_decisions(kiosk.operator.id));
      await change(page, '**/api/v1/work', full_work);
      await enter(page, kiosk);
      await page.getByTestId('to-leader').tap();
      await page.locator('[data-state="sent"] [data-testid="step-chip"]').first().waitFor();
      await look('leader');
      await look_without_box(page, look, 'leader');
      await page.locator('[data-testid^="decide-"]').first().tap();
      await on_screen(page, 'decide');
      await page.locator('[data-option="reject"]').tap();
      await look('decide');
      await page.getByTestId('decide-next').tap();
      await page.getByTestId('letters-text').fill(COMMENT);
      await look('decide-reason');
      await page.getByTestId('decide-next').tap();
      await page.waitForSelector('[data-stage="sign"]');
      await look('decide-sign');
      await page.route('**/api/v1/decisions', (route) => (route.request().method() === 'POST' ? route.abort() : route.fallback()));
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await page.getByTestId('kept').waitFor();
      await look('decide-no-answer');
      await look_without_box(page, look, 'decide-no-answer');
      await page.getByTestId('decide-back').tap();
      await page.getByTestId('unconfirmed').waitFor();
      await look('leader-unconfirmed');
      await page.locator('li:has([data-testid="unconfirmed"]) [data-testid^="decide-"]').tap();
      await page.waitForSelector('[data-stage="sign"]');
      await refuse_at(page, '**/api/v1/decisions', 409, 'key-reused', { reference: 'KC-12' });
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await on_screen(page, 'attention');
      await look('attention-decision');
      await page.getByTestId('attention-go-on').tap();
      await page.unroute('**/api/v1/decisions');
      await answer_with(page, '**/api/v1/decisions', full_decisions(kiosk.operator.id));
      await page.getByTestId('to-leader').tap();
      await page.locator('[data-testid^="decide-"]').first().tap();
      await page.locator('[data-option="approve"]').tap();
      const answer_again = await silence_box(page);
      await look('decide-no-box');
      await page.getByTestId('decide-next').tap();
      await page.getByTestId('letters-text').fill(COMMENT);
      await look('decide-reason-no-box');
      await page.getByTestId('decide-next').tap();
      await page.waitForSelector('[data-stage="sign"]');
      await look('decide-sign-no-box');
      await answer_again();
      await answer_with(page, '**/api/v1/decisions', saved_decision(), 201);
      await page.route('**/sync**', (route) => route.abort());
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await on_screen(page, 'tracker');
      await look('tracker-decision');
    },
  },
  {
    title: 'a desk on which nothing lies',
    walk: async ({ page, kiosk, look }) => {
      await answer_with(page, '**/api/v1/request-choices', choices());
      await answer_with(page, '**/api/v1/decisions', { as_of: null, steps: [], requests: [] });
      await enter(page, kiosk);
      await page.getByTestId('to-leader').tap();
      await on_screen(page, 'leader');
      await page.getByTestId('to-unlock').waitFor();
      await look('leader-nothing');
      await answer_with(page, '**/api/v1/unlock', undefined, 204);
      await page.getByTestId('to-unlock').tap();
      await page.waitForSelector('[data-stage="whose"]');
      await tap_keys(page, '401234567890');
      await look('unlock-whose');
      await look_without_box(page, look, 'unlock-whose');
      await page.getByTestId('badge-enter').tap();
      await page.waitForSelector('[data-stage="pin"]');
      await tap_keys(page, kiosk.operator.pin);
      await page.getByTestId('pin-enter').tap();
      await page.waitForSelector('[data-stage="done"]');
      await look('unlock-done');
      await look_without_box(page, look, 'unlock-done');
    },
  },
  {
    title: 'what the plant box did not take',
    walk: async ({ page, kiosk, look }) => {
      await change(page, '**/api/v1/status', with_help);
      await refuse_at(page, '**/answers/*', 409, 'key-reused', { reference: 'KC-12' });
      await begin(page, kiosk);
      await answer_anew(page);
      await on_screen(page, 'attention');
      await look('attention');
      await look_without_box(page, look, 'attention');
      await page.getByTestId('show-kept').first().tap();
      await page.getByTestId('kept-answer').first().waitFor();
      await look('attention-open');
      await look_without_box(page, look, 'attention-open');
      await page.getByTestId('attention-go-on').tap();
      await on_screen(page, 'question');
      await page.locator('.save-mark-refused').waitFor();
      await look('question-refused');
      await page.getByTestId('overview').tap();
      await on_screen(page, 'review');
      await look('review-refused');
      await page.getByTestId('sign-out').tap();
      await on_screen(page, 'attract');
      await sign_in(page, kiosk.operator);
      await page.getByTestId('to-attention').waitFor();
      await look('work-kept');
    },
  },
];
