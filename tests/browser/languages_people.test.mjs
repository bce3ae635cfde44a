// What people do at kiosks beside the straight way through a test, in every language of the screens, by touch alone and by
// keyboard alone: a badge that is locked out, the practice, a request, what the box has otherwise, a screen that is left, also
// while the box is silent and an answer is on it only, a test that two screens take from each other, under a name instead of a
// badge, and that is signed by two, a leader's desk, and what became of a result.
// languages.test.mjs takes whole tests so, with every kind of question.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { assignment_of } from '../support/assignments.mjs';
import { lose_answer } from './browser.mjs';
import { answer_all, on_screen, saved, shown_result } from './journey.mjs';
import { dialog, no_dialog, stage } from './keyboard.mjs';
import { journeys_in } from './languages.mjs';
import { DEMO, Line, read_demo, STEP } from './line.mjs';
import {
  close, confirm, decide, fill_in, followed, give, open_kiosk, practise, show_badge, sign_in, sign_in_by_name, sign_in_to_test,
} from './one_hand.mjs';

/// The longest words of the screens, and the other direction: all of them take minutes.
const JOURNEYS = journeys_in(['en', 'tr', 'ar']);
/// kFreeTries and kWrongPinsAtOnce of the box.
const FREE_TRIES = 5;
const WRONG_PINS_AT_ONCE = 60;
/// In one journey.
const WRONG_PINS = 2 * FREE_TRIES;
/// kIdleWarnMs and kIdleLockMs of the kiosk, and its next look.
const UNTIL_WARNED_MS = 61_000;
const UNTIL_LOCKED_MS = 30_000;

// A few questions of the layout sample, so that it can be taken in languages that nobody has approved.
const sample = read_demo('packages/esd-handling.json');
const items = sample.items.filter(({ id }) => ['q10', 'q11', 'q16'].includes(id));
const test_id = 'a-few-questions';
const answers = Object.fromEntries(items.map(({ id, answer }) => [id, answer]));
const WRONG = 'q10';
answers[WRONG] = { value: !answers[WRONG].value };

const content = mkdtempSync(join(tmpdir(), 'millrace-people-content-'));
after(() => rmSync(content, { recursive: true, force: true }));
const write = (name, value) => writeFileSync(join(content, name), JSON.stringify(value));
mkdirSync(join(content, 'packages'));
write(`packages/${test_id}.json`, {
  ...sample,
  test_id,
  items,
  media: {},
  // All of them are asked.
  sections: sample.sections.filter(({ id }) => items.some(({ section }) => section === id)).map((section) => ({ ...section, draw: null })),
});

// No two of them begin with the same letter.
const FIRST_NAMES = 'Ada Bela Cleo Dora Edda Fritz Gaia Hugo Ines Jana Kurt Lena Mira Nils Olga Paul Quin Rosa'.split(' ');
const operators = JOURNEYS.map(({ language }, i) => ({
  id: `op-${i}`,
  badge: `${50_001 + i}`,
  pin: '2468',
  name: `${FIRST_NAMES[i]} Weber`,
  // Somebody else's: whoever taps a language on the first screen means it.
  language: language === 'en' ? 'de' : 'en',
}));
const LEADER = { id: 'tl-1', badge: '20001', pin: '1122', name: 'Sabine Hoffmann', language: 'en', roles: ['operator', 'team_leader'] };
const WITNESS = { id: 'wi-1', badge: '30001', pin: '3344', name: 'Tomasz Nowak', language: 'en', roles: ['operator', 'witness'] };
const step_of = (i) => ({
  ...STEP,
  workflow_id: `019aa8c0-1c00-7a10-8f00-${String(i).padStart(12, '0')}`,
  request_id: `019aa8bf-7d40-7e21-9b02-${String(i).padStart(12, '0')}`,
  step_id: `approval-${i}`,
  operator_id: operators[i].id,
});
write('workflows.json', { ...read_demo('workflows.json'), steps: JOURNEYS.map((_, i) => step_of(i)) });

const line = Line.for_this_file('languages-people', {
  operators: [...operators, LEADER, WITNESS],
  assignments: operators.map(({ id }) => assignment_of({
    assignment_id: `as-${id}`,
    operator_id: id,
    test_id,
    test_version: sample.version,
    skill: sample.skill,
    witness_required: true,
  })),
  packages: join(content, 'packages'),
  catalogue: DEMO.catalogue,
  workflows: join(content, 'workflows.json'),
  screens: { roster_sign_in: true },
});

/// Wrong PINs until no more is taken.
async function is_locked_out({ page, hand, stands }) {
  await stage(page, 'pin');
  for (let tries = 0; tries < FREE_TRIES; tries += 1) {
    assert.equal(await page.getByTestId('locked-out').count(), 0);
    const answered = page.waitForResponse('**/api/v1/session');
    await hand.type('0000');
    await hand.enter('pin-enter');
    await answered;
    await page.locator('[data-testid="problem"], [data-testid="locked-out"]').waitFor();
  }
  await page.getByTestId('locked-out').waitFor();
  await stands('locked-out');
}

/// By a leader who comes to the screen.
async function is_let_in(kiosk, person) {
  const { page, hand, stands } = kiosk;
  await hand.press('leader-unlock');
  await on_screen(page, 'unlock');
  await give(kiosk, 'leader', LEADER.badge);
  await give(kiosk, 'pin', LEADER.pin);
  await on_screen(page, 'identify');
  await page.getByTestId('unlocked').waitFor();
  await stands('unlocked');
  await give(kiosk, 'pin', person.pin);
}

const asked_item = (page) => page.locator('[data-item]').getAttribute('data-item');

async function answer({ page, hand }) {
  await hand.answer(answers[await asked_item(page)]);
  await saved(page);
}

/// Practises, begins the test, answers a question, and reads that the box has the next one otherwise. Stays there, and says at which.
async function begin_test(kiosk) {
  const { page, hand, stands, language } = kiosk;
  await hand.press(`open-${test_id}`);
  await on_screen(page, 'brief');
  await practise(kiosk);
  await hand.choose(page.getByTestId(`test-language-${language}`));
  await hand.press('start-attempt');
  await on_screen(page, 'question');
  await answer(kiosk);
  const first = await asked_item(page);
  await hand.press('next');
  await page.waitForSelector(`[data-item]:not([data-item="${first}"])`);
  await answer(kiosk);
  const item = await asked_item(page);

  await lose_answer(page, '**/answers/*', (asked) => ({ ...asked, flagged: !asked.flagged }));
  await hand.press('flag');
  await on_screen(page, 'attention');
  await hand.press('show-kept');
  await page.getByTestId('kept-answer').waitFor();
  await stands('attention');
  await hand.press('attention-go-on');
  await on_screen(page, 'question');
  assert.equal(await asked_item(page), item);
  await stands('question-refused');
  return item;
}

/// Is asked whether they are still there, and is; then is not, and comes back.
async function leave_screen_and_return(kiosk, { pin }, item) {
  const { page, hand, stands, by } = kiosk;
  const stands_at_item = () => page.waitForSelector(`[data-screen="question"] [data-item="${item}"]`);
  const until_warned = async () => {
    await page.clock.runFor(UNTIL_WARNED_MS);
    await dialog(page, 'idle');
  };
  await until_warned();
  await stands('idle');
  // Any key is a sign of life, and is for nothing that lies under the question.
  if (by === 'keys') await page.keyboard.press('Enter');
  else await hand.press_on(page.locator('[data-dialog="idle"] button'));
  await no_dialog(page);
  await stands_at_item();
  await until_warned();
  await page.clock.runFor(UNTIL_LOCKED_MS);
  await on_screen(page, 'identify');
  await stage(page, 'pin');
  await stands('locked');
  await give(kiosk, 'pin', pin);
  await stands_at_item();
}

/// Goes on where the test was left.
async function resume({ page, hand, stands }, item) {
  await hand.press(`open-${test_id}`);
  await on_screen(page, 'resume');
  await stands('resume');
  await hand.press('resume-attempt');
  await page.waitForSelector(`[data-screen="question"] [data-item="${item}"]`);
}

/// While the box is silent: wants to leave, stays, and leaves after all. Once it answers again, what was on the screen only is
/// saved as soon as the person is back, and the test goes on.
async function leave_unsaved_and_return(kiosk, person, item) {
  const { page, hand, stands } = kiosk;
  const flag = () => page.getByTestId('flag').getAttribute('aria-pressed');
  const before = await flag();
  const say_nothing = (route) => route.abort();
  await page.route('**/api/v1/**', say_nothing);
  await hand.press('flag');
  await page.waitForSelector('[data-item][data-mark="here"]');
  await page.getByTestId('box-unreachable').waitFor();
  await stands('question-here');
  await hand.press('sign-out');
  await dialog(page, 'leave');
  await stands('leave');
  await hand.press('leave-not');
  await no_dialog(page);
  assert.equal(await asked_item(page), item);
  await hand.press('sign-out');
  await hand.press('leave-anyway');
  await on_screen(page, 'attract');
  await page.unroute('**/api/v1/**', say_nothing);
  const taken = page.waitForResponse((response) => response.ok() && new URL(response.url()).pathname.endsWith(`/answers/${item}`));
  await sign_in_to_test(kiosk, person);
  await taken;
  assert.equal(await asked_item(page), item);
  await saved(page);
  assert.notEqual(await flag(), before);
}

/// Two screens take the test from each other: the first loses it, takes it back and loses it again; who stands there leaves.
async function take_from_each_other(first, second) {
  const taken_at = async ({ page, stands }) => {
    await dialog(page, 'elsewhere');
    await stands('elsewhere');
    assert.equal(await page.locator('#stem').count(), 0);
  };
  const take_back = async ({ page, hand }) => {
    await hand.press_on(page.locator('[data-dialog="elsewhere"] .button-primary'));
    await no_dialog(page);
  };
  await taken_at(first);
  await take_back(first);
  await taken_at(second);
  await take_back(second);
  await taken_at(first);
  await first.hand.press_on(first.page.locator('[data-dialog="elsewhere"] .button:not(.button-primary)'));
  await on_screen(first.page, 'attract');
}

/// Hands it in with a witness, by the PIN alone as somebody who came by name; returns what the result says.
async function finish_test(kiosk, person) {
  const { page, hand, stands } = kiosk;
  await answer_all(page, { hand, answers });
  await hand.press('to-sign');
  await on_screen(page, 'sign');
  await give(kiosk, 'own-pin', person.pin);
  await give(kiosk, 'witness-badge', WITNESS.badge);
  await give(kiosk, 'witness-pin', WITNESS.pin);
  await on_screen(page, 'result');
  await stands('result');
  return shown_result(page);
}

/// What a leader does at the desk: asks for the person, and for two at once, decides on their request, and lets the person in
/// again who waits at another screen. Returns what is to be kept of it.
async function lead(kiosk, person, step) {
  const { page, hand, stands } = kiosk;
  const to_desk = async () => {
    await hand.press('to-leader');
    await on_screen(page, 'leader');
    await page.locator('[data-step-id]').first().waitFor();
  };
  await sign_in(kiosk, LEADER);
  await to_desk();
  await page.getByTestId(`decide-${step.step_id}`).waitFor();
  await stands('leader');
  await hand.press('to-request-for');
  const comment = await fill_in(kiosk, LEADER, [person]);
  const request = await followed(kiosk, 'tracker-request');
  await hand.press('to-work');
  await on_screen(page, 'work');

  await to_desk();
  await hand.press('to-request-for');
  await fill_in(kiosk, LEADER, [person, WITNESS]);
  await on_screen(page, 'batch');
  const cards = page.locator('[data-event]');
  const several = await cards.evaluateAll((all) => all.map(({ dataset }) => dataset.event));
  await stands('batch');
  await hand.press_on(cards.last().locator('button'));
  assert.equal(await followed(kiosk, 'tracker-one-of-several'), several.at(-1));
  await hand.press('to-work');
  await on_screen(page, 'work');

  await to_desk();
  await hand.press('to-unlock');
  await on_screen(page, 'unlock');
  await give(kiosk, 'whose', person.badge);
  await give(kiosk, 'pin', LEADER.pin);
  await stage(page, 'done');
  await stands('unlock-done');
  await hand.press('leave-unlock');
  await on_screen(page, 'leader');
  const reason = await decide(kiosk, step, LEADER);
  const decision = await followed(kiosk, 'tracker-decision');
  await hand.press('finish');
  await on_screen(page, 'attract');
  return { comment, request, several, reason, decision };
}

/// What the box has of what a leader did.
function was_led({ comment, request, several, reason, decision }, person, step) {
  const [asked, decided, ...each] = [request, decision, ...several].map((event_id) => line.recorded(event_id).message);
  assert.equal(asked.request.operator_id, person.id);
  assert.equal(asked.request.comment, comment);
  assert.equal(asked.delegate_signature.signer_id, LEADER.id);
  assert.equal(asked.operator_acknowledged, true);
  assert.deepEqual(each.map((one) => one.request.operator_id).sort(), [person.id, WITNESS.id].sort());
  assert.equal(new Set(each.map(({ batch_id }) => batch_id)).size, 1);
  assert.deepEqual([decided.step_id, decided.decision, decided.reason], [step.step_id, 'DECISION_APPROVE', reason]);
}

/// The box counts wrong PINs of a machine in memory.
async function forgive_wrong_pins_before(number) {
  if (number === 0 || number % Math.floor(WRONG_PINS_AT_ONCE / WRONG_PINS) !== 0) return;
  await line.stack.edge.stop();
  await line.stack.edge.start();
}

for (const [i, journey] of JOURNEYS.entries()) {
  const { language, by } = journey;
  line.test(`what people do beside a test in ${language}, by ${by} alone`, async () => {
    await forgive_wrong_pins_before(i);
    const person = operators[i];
    const step = step_of(i);
    const seen = new Set();
    const gate = await open_kiosk(line, journey, 'gate-1', seen);
    await show_badge(gate, person);
    await is_locked_out(gate);
    await is_let_in(gate, person);
    await confirm(gate);

    await gate.hand.press('to-request');
    const comment = await fill_in(gate, person);
    const { message: request } = line.recorded(await followed(gate, 'tracker-request'));
    assert.deepEqual([request.request.operator_id, request.request.comment], [person.id, comment]);
    assert.equal(request.request.comment_language, language);
    await gate.hand.press('to-work');
    await on_screen(gate.page, 'work');

    const item = await begin_test(gate);
    await leave_screen_and_return(gate, person, item);
    await leave_unsaved_and_return(gate, person, item);

    const desk = await open_kiosk(line, journey, 'gate-2', seen);
    await sign_in_by_name(desk, person);
    await resume(desk, item);
    await take_from_each_other(gate, desk);
    const { event_id, score_bp } = await finish_test(desk, person);
    await desk.hand.press('finish');
    await on_screen(desk.page, 'attract');
    const { message: result } = line.recorded(event_id);
    assert.deepEqual([result.language, result.score_bp], [language, score_bp]);
    assert.deepEqual(
      result.items.filter((one) => one.score_bp !== 10_000).map(({ item_id }) => item_id),
      [WRONG],
    );
    assert.deepEqual(
      [result.operator_signature, result.witness_signature].map(({ signer_id }) => signer_id),
      [person.id, WITNESS.id],
    );

    await show_badge(gate, person);
    await is_locked_out(gate);
    await gate.hand.press_on(gate.page.locator('.acts .button').first());
    await on_screen(gate.page, 'attract');
    was_led(await lead(desk, person, step), person, step);
    await close(desk);
    const unlocks = line.rows('SELECT leader_id, kiosk FROM unlock WHERE operator_id = ?', person.id);
    assert.deepEqual(
      unlocks.map((row) => ({ ...row })),
      ['gate-1', 'gate-2'].map((kiosk) => ({ leader_id: LEADER.id, kiosk })),
    );

    // Later badge and PIN are all that it takes, to see where the result is and what the box did not take.
    await sign_in(gate, person);
    assert.equal(await gate.page.locator('[data-request]').count(), 3);
    await gate.stands('work');
    await gate.hand.press('to-attention');
    await on_screen(gate.page, 'attention');
    await gate.hand.press('attention-go-on');
    await on_screen(gate.page, 'work');
    await gate.hand.press('follow-result');
    assert.equal(await followed(gate, 'tracker-later'), event_id);
    await gate.hand.press('finish');
    await on_screen(gate.page, 'attract');
    await close(gate);
  });
}
