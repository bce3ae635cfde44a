// What the box has otherwise under a key: both are kept, and the screen says under which reference. A test that was
// counted already is no such case, whoever witnesses it the second time.
import assert from 'node:assert/strict';
import { lose_answer } from './browser.mjs';
import { answer_all, answer_question, give_pin, on_screen, shown_result, sign_again, sign_in, tap_keys, write_letters } from './journey.mjs';
import { DEMO, LEADER, Line, person, STEP, TAKES_WITNESSED, WITNESS, WITNESSED } from './line.mjs';

const JONAS = person('op-1002');

const line = Line.for_this_file('conflicts', DEMO);

async function signed_in(someone) {
  const page = await line.open_page();
  await page.goto(line.stack.url);
  await page.getByTestId('language-en').tap();
  await sign_in(page, someone);
  return page;
}

const conflicts = () => line.rows('SELECT * FROM key_conflict ORDER BY id');

/// Stands before what needs attention for the newest conflict, with its reference, and says what was given.
async function newest_needs_attention(page, given) {
  await on_screen(page, 'attention');
  const reference = `KC-${conflicts().at(-1).id}`;
  const row = page.locator('.kept-row').filter({ has: page.locator(`[data-reference="${reference}"]`) });
  assert.match(await row.innerText(), given);
}

/// After a reload, and from the operator's own list.
async function is_still_there(page, someone, given) {
  await page.reload();
  await page.getByTestId('language-en').tap();
  await sign_in(page, someone);
  await on_screen(page, 'work');
  await page.getByTestId('to-attention').tap();
  await newest_needs_attention(page, given);
}

async function start(page, test_id) {
  await page.getByTestId(`open-${test_id}`).tap();
  await on_screen(page, 'brief');
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
}

line.test('an answer that the box has otherwise under its key needs attention, and the test goes on', async () => {
  const page = await signed_in(JONAS);
  await start(page, 'press-safety');
  const before = conflicts().length;
  await lose_answer(page, '**/answers/*', (asked) => ({ ...asked, flagged: !asked.flagged }));
  await answer_question(page);
  await newest_needs_attention(page, /Question 1/);
  assert.equal(conflicts().length, before + 1);
  await line.look(page, 'answer');
  // The answer itself is still there to be looked at.
  await page.getByTestId('show-kept').first().tap();
  await page.getByTestId('kept-answer').waitFor();
  await page.getByTestId('attention-go-on').tap();
  await on_screen(page, 'question');
  await page.context().close();
});

line.test('a request that the box has otherwise under its key needs attention, and is not sent again', async () => {
  const page = await signed_in(JONAS);
  await page.getByTestId('to-request').tap();
  for (const option of ['training', 'esd-handling', 'new-task']) {
    await page.locator(`[data-option="${option}"]`).tap();
    await page.getByTestId('request-next').tap();
  }
  await page.getByTestId('request-next').tap();
  await write_letters(page, 'Both.');
  await page.getByTestId('request-next').tap();
  await page.waitForSelector('[data-part="check"]');
  const before = conflicts().length;
  await lose_answer(page, '**/api/v1/requests', (asked) => ({ ...asked, comment: 'Something else.' }));
  await give_pin(page, JONAS.pin);
  await page.getByTestId('kept').waitFor();
  await give_pin(page, JONAS.pin);
  const given = /Your request[\s\S]*Both\./;
  await newest_needs_attention(page, given);
  assert.equal(conflicts().length, before + 1);
  await line.look(page, 'request');
  await page.getByTestId('attention-go-on').tap();
  await on_screen(page, 'work');
  assert.equal(await page.getByTestId('unconfirmed').count(), 0);
  await is_still_there(page, JONAS, given);
  assert.equal(conflicts().length, before + 1);
  await page.context().close();
});

line.test('a decision that the box has otherwise under its key needs attention', async () => {
  const page = await signed_in(LEADER);
  await page.getByTestId('to-leader').tap();
  await page.locator(`[data-step-id="${STEP.step_id}"]`, { hasText: person(STEP.operator_id).name }).locator('button').tap();
  await page.locator('[data-option="reject"]').tap();
  await page.getByTestId('decide-next').tap();
  await write_letters(page, 'No place.');
  await page.getByTestId('decide-next').tap();
  await page.waitForSelector('[data-stage="sign"]');
  const before = conflicts().length;
  await lose_answer(page, '**/api/v1/decisions', (asked) => ({ ...asked, reason: 'Something else.' }));
  await give_pin(page, LEADER.pin);
  await page.getByTestId('kept').waitFor();
  await give_pin(page, LEADER.pin);
  const given = /Your decision[\s\S]*Reject[\s\S]*No place\./;
  await newest_needs_attention(page, given);
  assert.equal(conflicts().length, before + 1);
  await line.look(page, 'decision');
  await is_still_there(page, LEADER, given);
  await page.context().close();
});

async function sign_as_witness(page, { badge, pin }) {
  await page.waitForSelector('[data-stage="witness-badge"]');
  await tap_keys(page, badge);
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="witness-pin"]');
  await give_pin(page, pin);
}

line.test('a test that was counted, and whose answer was lost, shows its result when another witness signs', async () => {
  const page = await signed_in(TAKES_WITNESSED);
  await start(page, WITNESSED.test_id);
  await answer_all(page);
  await page.getByTestId('to-sign').tap();
  await on_screen(page, 'sign');
  // The seat would tell it as well, a little later.
  await page.route('**/api/v1/session', (route) => route.abort());
  await lose_answer(page, '**/submit?*');
  await sign_again(page, TAKES_WITNESSED);
  await sign_as_witness(page, WITNESS);
  await page.locator('.hint', { hasText: 'it counts once' }).waitFor();
  const outcomes = () => line.rows('SELECT * FROM outcome').length;
  assert.equal(outcomes(), 1);
  await page.getByTestId('other-witness').tap();
  await sign_as_witness(page, LEADER);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  assert.equal(line.recorded(event_id).message.witness_signature.signer_id, WITNESS.id);
  assert.equal(outcomes(), 1);
  await page.context().close();
});
