// A keyboard alone, beside the straight way through a test: names, practice, dialogs, requests, the leader's desk, the way
// back into a test, a witness, what needs attention.
// languages.test.mjs takes whole tests so, with every kind of question.
import assert from 'node:assert/strict';
import { by_keys, reach, watch_hands } from './hands.mjs';
import { answer_all, on_screen, shown_result } from './journey.mjs';
import {
  choice, close, dialog, focus_on, give, give_by_button, identify, identify_by_name, no_dialog, open, practise, signed_in, stage, told,
} from './keyboard.mjs';
import { change } from './layout/walk.mjs';
import { DEMO, LEADER, Line, person, read_demo, STEP, TAKES_WITNESSED, uuid_of, WITNESS, WITNESSED } from './line.mjs';

const [ANNA, JONAS, PRIYA] = ['op-1001', 'op-1002', 'op-1004'].map(person);

const line = Line.for_this_file('keys', {
  ...DEMO,
  screens: { roster_sign_in: true, record_answer_times: true },
});

line.test('by keys alone a leader decides a step', async () => {
  const at = await signed_in(line, LEADER);
  const { page, keys } = at;
  await keys.press('to-leader');
  await on_screen(page, 'leader');
  await keys.press_on(page.locator(`[data-step-id="${STEP.step_id}"] button`).first());
  await on_screen(page, 'decide');
  await keys.choose(choice(page, 'approve'));
  await keys.press('decide-next');
  // Who types at once writes.
  await page.waitForFunction(() => document.activeElement.tagName === 'TEXTAREA');
  await keys.write('I was there.');
  await keys.press('decide-next');
  await stage(page, 'sign');
  await give(keys, LEADER.pin);
  await on_screen(page, 'tracker');
  const [stored, ...more] = line.rows('SELECT * FROM decision');
  assert.deepEqual([stored.step_id, stored.decision, more.length], [STEP.step_id, 'approve', 0]);
  assert.equal(line.recorded(uuid_of(stored.event_id)).message.reason, 'I was there.');
  await close(at);
});

line.test('by keys alone a leader of many people asks for somebody else', async () => {
  const at = await open(line);
  const { page, keys } = at;
  const others = Array.from({ length: 40 }, (_, i) => ({ id: `other-${i}`, name: `Worker ${i}` }));
  await change(page, '**/api/v1/request-choices', (said) => ({ ...said, people: [...others, ...said.people] }));
  await identify(page, keys, LEADER);
  await keys.press('to-leader');
  await on_screen(page, 'leader');
  await keys.press('to-request-for');
  const part = (name) => page.waitForSelector(`[data-part="${name}"]`);
  const next = async (name) => {
    await keys.press('request-next');
    await part(name);
  };
  await part('people');
  assert.equal(await page.locator('[data-option]').count(), 0, 'so many that nobody looks through them');
  for (const { id, name } of [JONAS, PRIYA]) {
    await keys.type(name.slice(0, 4));
    await page.waitForFunction((wanted) => {
      const [found, ...more] = document.querySelectorAll('[data-option]');
      return found?.dataset.option === wanted && more.length === 0;
    }, id);
    await keys.enter();
    await page.waitForSelector(`[data-chosen="${id}"]`);
  }
  await keys.press_on(page.locator(`[data-chosen="${PRIYA.id}"]`));
  await page.waitForSelector(`[data-chosen="${PRIYA.id}"]`, { state: 'detached' });
  await next('kind');
  await keys.choose(choice(page, 'training'));
  await next('skill');
  await keys.choose(choice(page, 'esd-handling'));
  await next('reason');
  await keys.choose(choice(page, 'new-task'));
  await next('when');
  await keys.press('week-later');
  await keys.choose(choice(page, 'high'));
  await next('comment');
  await keys.write('From Monday.');
  await next('check');
  await keys.choose(page.locator('.choice-many input'));
  await give(keys, LEADER.pin);
  await page.waitForSelector('[data-screen="tracker"], [data-screen="batch"]');
  const [stored, ...more] = line.rows('SELECT * FROM request');
  assert.deepEqual([stored.operator_id, stored.made_by, stored.skill, more.length], [JONAS.id, LEADER.id, 'esd-handling', 0]);
  await close(at);
});

line.test('by keys alone a leader unlocks a badge from the desk', async () => {
  const at = await signed_in(line, LEADER);
  const { page, keys } = at;
  await keys.press('to-leader');
  await on_screen(page, 'leader');
  await keys.press('to-unlock');
  await on_screen(page, 'unlock');
  await told(page, 'whose', 'Badge of the person who is locked out');
  await give_by_button(keys, PRIYA.badge, 'badge-enter');
  await told(page, 'pin', 'PIN of the team leader');
  await give_by_button(keys, LEADER.pin, 'pin-enter');
  await told(page, 'done', `Badge ${PRIYA.badge} is unlocked`);
  await page.getByTestId('unlocked').waitFor();
  const unlocks = line.rows('SELECT leader_id, operator_id FROM unlock').map((row) => ({ ...row }));
  assert.deepEqual(unlocks, [{ leader_id: LEADER.id, operator_id: PRIYA.id }]);
  await close(at);
});

line.test('by keys alone one goes on with a test that was left, and it is signed by two', async () => {
  const at = await signed_in(line, TAKES_WITNESSED);
  const { page, keys } = at;
  const answers = Object.fromEntries(read_demo(`packages/${WITNESSED.test_id}.json`).items.map(({ id, answer }) => [id, answer]));
  await keys.press(`open-${WITNESSED.test_id}`);
  await on_screen(page, 'brief');
  await keys.press('start-attempt');
  await on_screen(page, 'question');
  await keys.answer(answers[await page.locator('[data-item]').getAttribute('data-item')]);
  await page.waitForSelector('[data-item][data-mark="saved"]');
  await keys.press('sign-out');
  await on_screen(page, 'attract');
  await keys.press('language-en');
  await identify(page, keys, TAKES_WITNESSED);
  await keys.press(`open-${WITNESSED.test_id}`);
  await on_screen(page, 'resume');
  await keys.press('resume-attempt');
  await on_screen(page, 'question');
  await answer_all(page, { hand: keys, answers });
  await keys.press('to-sign');
  await told(page, 'own-badge', 'Your badge again');
  await give_by_button(keys, TAKES_WITNESSED.badge, 'badge-enter');
  await told(page, 'own-pin', 'Your PIN is your signature');
  await give_by_button(keys, TAKES_WITNESSED.pin, 'pin-enter');
  await told(page, 'witness-badge', 'Badge of the witness');
  await give_by_button(keys, WITNESS.badge, 'badge-enter');
  await told(page, 'witness-pin', 'PIN of the witness');
  await give(keys, WITNESS.pin);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  const { operator_signature, witness_signature, active_ms, items } = line.recorded(event_id).message;
  assert.deepEqual(items.filter(({ shown_ms }) => shown_ms === 0), [], 'this plant records how long each question was shown');
  assert.ok(items.reduce((sum, { shown_ms }) => sum + shown_ms, 0) < Number(active_ms));
  assert.deepEqual([operator_signature.signer_id, witness_signature.signer_id], [TAKES_WITNESSED.id, WITNESS.id]);
  await close(at);
});

line.test('by keys alone one comes by name, practises, and goes about in a test with its dialogs', async () => {
  const at = await open(line);
  const { page, keys } = at;
  await identify_by_name(page, keys, ANNA);
  await keys.press('open-esd-handling');
  await on_screen(page, 'brief');
  await practise(page, keys);
  const begun = page.waitForResponse((response) => response.url().endsWith('/api/v1/attempts'));
  await keys.press('start-attempt');
  await on_screen(page, 'question');

  // From the review to a question, and back without choosing another.
  const pictured = read_demo('packages/esd-handling.json').items.find(({ image }) => image !== null);
  const place = (await (await begun).json()).items.findIndex(({ item_id }) => item_id === pictured.id);
  const stands_at_picture = () => page.waitForSelector(`[data-screen="question"] [data-item="${pictured.id}"]`);
  await keys.press('overview');
  await on_screen(page, 'review');
  await keys.press_on(page.locator('.tile').nth(place));
  await stands_at_picture();
  await keys.press('overview');
  await on_screen(page, 'review');
  await keys.press_on(page.getByRole('button', { name: 'Back to the questions' }));
  await stands_at_picture();

  await keys.press('enlarge');
  await dialog(page, 'picture');
  await keys.press('picture-close');
  await no_dialog(page);
  await focus_on(page, 'enlarge');
  await keys.enter();
  await dialog(page, 'picture');
  await page.keyboard.press('Escape');
  await no_dialog(page);
  await focus_on(page, 'enlarge');

  const stem = (language) => page.waitForSelector(`#stem[lang="${language}"]`);
  await keys.press('languages');
  await dialog(page, 'languages');
  await keys.press('pick-language-de');
  await no_dialog(page);
  await stem('de');
  await focus_on(page, 'languages');
  await keys.enter();
  await dialog(page, 'languages');
  await keys.press('close-languages');
  await no_dialog(page);
  await focus_on(page, 'languages');
  await stem('de');
  await keys.answer(pictured.answer);
  await page.waitForSelector('[data-item][data-mark="saved"]');
  await close(at);
});

line.test('by keys alone one asks for oneself', async () => {
  const at = await signed_in(line, ANNA);
  const { page, keys } = at;
  const part = (name) => page.waitForSelector(`[data-part="${name}"]`);
  const next = async (name) => {
    await keys.press('request-next');
    await part(name);
  };
  await keys.press('to-request');
  await part('kind');
  await keys.choose(choice(page, 'recertification'));
  await next('skill');
  await keys.choose(choice(page, 'press-operation'));
  await next('reason');
  await keys.press('request-back');
  await part('skill');
  await next('reason');
  await keys.choose(choice(page, 'expires-soon'));
  await next('when');
  await next('comment');
  await next('check');
  await give(keys, ANNA.pin);
  await on_screen(page, 'tracker');
  const [stored, ...more] = line.rows('SELECT * FROM request WHERE made_by = ?', ANNA.id);
  assert.deepEqual([stored.operator_id, stored.skill, stored.reason_code, more.length], [ANNA.id, 'press-operation', 'expires-soon', 0]);
  await close(at);
});

line.test('by keys alone one takes a test back from another screen', async () => {
  const at = await signed_in(line, JONAS);
  const { page, keys } = at;
  await keys.press('open-esd-handling');
  await on_screen(page, 'brief');
  await keys.press('start-attempt');
  await on_screen(page, 'question');
  const other = await signed_in(line, JONAS);
  await other.keys.press('open-esd-handling');
  await on_screen(other.page, 'resume');
  await other.keys.press('resume-attempt');
  await on_screen(other.page, 'question');
  await dialog(page, 'elsewhere');
  await keys.press_on(page.locator('[data-dialog="elsewhere"] .button-primary'));
  await no_dialog(page);
  await keys.press('flag');
  await page.waitForSelector('[data-item][data-mark="saved"]');
  await dialog(other.page, 'elsewhere');
  await close(other);
  await close(at);
});

/// A reader's keys at once, and whether the browser is kept from pressing with its Enter what is in focus.
const scan = (page, badge) =>
  page.evaluate(
    (keys) =>
      keys.map((key) => {
        const init = { key, bubbles: true, cancelable: true };
        return !document.activeElement.dispatchEvent(new KeyboardEvent('keydown', init));
      }).at(-1),
    [...badge, 'Enter'],
  );

line.test('Enter presses the button in focus, and signs nothing then; a badge reader presses none', async () => {
  const page = await line.open_page();
  await watch_hands(page);
  const keys = by_keys(page);
  const full = () => page.locator('.dot-full').count();
  await page.goto(`${line.stack.url}/?lang=en`);
  await keys.press('type-badge');
  await told(page, 'badge', 'Your badge number');
  await keys.type(JONAS.badge);
  await keys.press('display');
  await page.waitForSelector('dialog[open]');
  await keys.press('display-close');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.equal(await page.getByTestId('badge-text').textContent(), JONAS.badge, 'a dialog has its own Enter');
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await keys.press_on(cancel);
  await on_screen(page, 'attract');
  await keys.press('type-badge');
  await told(page, 'badge', 'Your badge number');
  await reach(page, cancel);
  assert.equal(await scan(page, JONAS.badge), true);
  await told(page, 'pin', 'Your PIN');
  await keys.type(JONAS.pin.slice(0, 2));
  await keys.press_on(page.locator('[data-key="clear"]'));
  assert.equal(await full(), 0);
  await keys.type(JONAS.pin);
  await keys.press_on(cancel);
  await on_screen(page, 'attract');

  await identify(page, keys, JONAS);
  await keys.press('open-loto-basics');
  await on_screen(page, 'brief');
  await keys.press('start-attempt');
  await on_screen(page, 'question');
  const { items } = read_demo('packages/loto-basics.json');
  await answer_all(page, { hand: keys, answers: Object.fromEntries(items.map(({ id, answer }) => [id, answer])) });
  await keys.press('to-sign');
  await told(page, 'own-badge', 'Your badge again');
  await give(keys, JONAS.badge);
  await told(page, 'own-pin', 'Your PIN is your signature');
  let signed = 0;
  page.on('request', (request) => {
    if (request.url().includes('/submit')) signed += 1;
  });
  await keys.type(JONAS.pin);
  await keys.press_on(page.getByRole('button', { name: 'Back' }));
  await on_screen(page, 'review');
  assert.equal(signed, 0);
  await close({ page });
});

line.test('by keys alone one reads what the box did not take, and goes on', async () => {
  const at = await signed_in(line, ANNA);
  const { page, keys } = at;
  const refused = '**/api/v1/attempts/*/answers/*';
  await keys.press('open-loto-basics');
  await on_screen(page, 'brief');
  await keys.press('start-attempt');
  await on_screen(page, 'question');
  const problem = { type: 'urn:millrace:problem:key-reused', title: 'Key reused', status: 409, detail: 'Kept.', reference: 'S-1A2B3C' };
  await page.route(refused, (route) =>
    route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  const item = await page.locator('[data-item]').getAttribute('data-item');
  const { answer } = read_demo('packages/loto-basics.json').items.find(({ id }) => id === item);
  await keys.answer(answer);
  await on_screen(page, 'attention');
  await page.unroute(refused);
  // Arrows may have given more than one answer on their way.
  await keys.press_on(page.getByTestId('show-kept').first());
  await page.getByTestId('kept-answer').waitFor();
  await keys.press('attention-go-on');
  await on_screen(page, 'question');
  await close(at);
});
