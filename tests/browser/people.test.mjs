// Who stands at the kiosk: a name from the roster, a locked badge, a witness, a signature by badge and PIN.
import assert from 'node:assert/strict';
import { as_the_former_box, FORMER_API, refused_by_former } from '../support/former_box.mjs';
import { answer_of_box } from './browser.mjs';
import { HAND_MS } from './hands.mjs';
import { answer_all, give_pin, on_screen, shown_result, sign_again, sign_in, tap_keys } from './journey.mjs';
import { DEMO, LEADER, Line, person, TAKES_WITNESSED, WITNESS, WITNESSED } from './line.mjs';

const [ANNA, JONAS, MEHMET] = ['op-1001', 'op-1002', 'op-1003'].map(person);
/// Every kind of character that a badge may have, and as many of them.
const LONG_BADGE = { ...ANNA, id: 'op-9001', badge: '~04:A2/7F_b.+*%"\'<>&#{}'.padEnd(64, '!') };
const TEST = 'loto-basics';
/// kFreeTries of the box.
const FREE_TRIES = 5;

const line = Line.for_this_file('people', {
  ...DEMO,
  operators: [...DEMO.operators, LONG_BADGE],
  screens: { help: 'Plant IT, extension 4711', roster_sign_in: true },
});

/// `script`: what runs in the page before its own, as addInitScript takes it.
async function open(...script) {
  const page = await line.open_page();
  if (script.length > 0) await page.addInitScript(...script);
  await page.goto(`${line.stack.url}/?lang=en&kiosk=gate-7`);
  await page.getByTestId('type-badge').waitFor();
  return page;
}

const close = async (page) => {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
};

const give_badge = async (page, badge) => {
  await tap_keys(page, badge);
  await page.getByTestId('badge-enter').tap();
};
/// A reader types faster than the screen is drawn.
const scan = (page, badge) =>
  page.evaluate((keys) => {
    for (const key of keys) document.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
  }, [...badge, 'Enter']);
const stage = (page, name) => page.waitForSelector(`[data-stage="${name}"]`);
const hint = (page) => page.locator('.hint');

/// Answers the test and stands before its signature.
async function up_to_signing(page, test_id) {
  await page.getByTestId(`open-${test_id}`).tap();
  await on_screen(page, 'brief');
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
  await answer_all(page);
  await page.getByTestId('to-sign').tap();
  await on_screen(page, 'sign');
}

const outcomes = () => line.rows('SELECT count(*) AS n FROM outcome')[0].n;

/// Before a PIN: wrong ones until no more is taken, which the last of them says. `sent_to`: whereto they go.
async function lock_out(page, sent_to = '**/api/v1/session') {
  for (let tries = 0; (await page.getByTestId('locked-out').count()) === 0; tries += 1) {
    assert.ok(tries < FREE_TRIES, 'nobody is told that no more PINs are taken');
    const answered = page.waitForResponse(sent_to);
    await give_pin(page, '0000');
    await answered;
    await hint(page).waitFor();
  }
}

line.test('a badge that is locked out is opened by a leader at the same screen, and the box keeps who did it', async () => {
  const page = await open();
  await page.getByTestId('type-badge').tap();
  await give_badge(page, MEHMET.badge);
  await stage(page, 'pin');
  await lock_out(page);
  await line.look(page, 'locked-out');
  assert.equal(await page.getByTestId('pin-enter').isDisabled(), true);

  await page.getByTestId('leader-unlock').tap();
  await on_screen(page, 'unlock');
  await line.look(page, 'unlock-badge');
  await give_badge(page, ANNA.badge);
  await stage(page, 'pin');
  await give_pin(page, ANNA.pin);
  await hint(page).waitFor();
  assert.match(await hint(page).textContent(), /It takes a team leader/);
  await line.look(page, 'unlock-refused');
  assert.deepEqual(line.rows('SELECT * FROM unlock'), []);

  await stage(page, 'leader');
  await give_badge(page, LEADER.badge);
  await stage(page, 'pin');
  await give_pin(page, LEADER.pin);
  await on_screen(page, 'identify');
  await page.getByTestId('unlocked').waitFor();
  await line.look(page, 'unlocked');
  const unlocks = line.rows('SELECT leader_id, operator_id, kiosk FROM unlock');
  assert.deepEqual(unlocks.map((row) => ({ ...row })), [{ leader_id: LEADER.id, operator_id: MEHMET.id, kiosk: 'gate-7' }]);
  await give_pin(page, MEHMET.pin);
  await on_screen(page, 'confirm');
  assert.equal((await page.getByTestId('confirm-name').textContent()).trim(), MEHMET.name);
  await close(page);
});

line.test('a badge of any printable characters signs in by the reader, at the first screen and where it is typed', async () => {
  const page = await open();
  await scan(page, LONG_BADGE.badge);
  await stage(page, 'pin');
  assert.ok((await page.locator('.part-words').textContent()).includes(LONG_BADGE.badge));
  await line.look(page, 'long-badge');
  await page.getByRole('button', { name: 'Cancel' }).tap();
  await page.getByTestId('type-badge').tap();
  await stage(page, 'badge');
  await page.keyboard.type(LONG_BADGE.badge);
  assert.equal(await page.getByTestId('badge-text').textContent(), LONG_BADGE.badge);
  await line.look(page, 'long-badge-typed');
  await page.getByTestId('badge-enter').tap();
  await stage(page, 'pin');
  // Held to the reader once more it is no PIN.
  await scan(page, LONG_BADGE.badge);
  await give_pin(page, LONG_BADGE.pin);
  await on_screen(page, 'confirm');
  await close(page);
});

/// From the first screen to the PIN, without a badge.
async function find_name(page, { id, name }) {
  await page.getByTestId('type-badge').tap();
  await page.getByTestId('by-name').tap();
  await page.locator(`.letter-keys [data-letter="${name[0]}" i]`).tap();
  await page.getByTestId(`person-${id}`).waitFor();
  await line.look(page, 'roster');
  await page.getByTestId(`person-${id}`).tap();
  await stage(page, 'pin');
}

line.test('whoever came by name is let in again by name, without knowing a number', async () => {
  const page = await open();
  await find_name(page, MEHMET);
  await lock_out(page);
  await page.getByTestId('leader-unlock').tap();
  await stage(page, 'leader');
  assert.ok((await page.locator('.part-words').textContent()).includes(MEHMET.name));
  await line.look(page, 'unlock-name');
  await give_badge(page, LEADER.badge);
  await stage(page, 'pin');
  await give_pin(page, LEADER.pin);
  await on_screen(page, 'identify');
  await page.getByTestId('unlocked').waitFor();
  await line.look(page, 'unlocked-name');
  await give_pin(page, MEHMET.pin);
  await on_screen(page, 'confirm');
  await close(page);
});

line.test('whoever came by name is let in by their badge where the box is a release older, which unlocks badges alone', async () => {
  const page = await open(as_the_former_box, [FORMER_API]);
  await find_name(page, JONAS);
  await lock_out(page);
  await page.getByTestId('leader-unlock').tap();
  await stage(page, 'leader');
  await give_badge(page, LEADER.badge);
  await stage(page, 'pin');
  await give_pin(page, LEADER.pin);
  await stage(page, 'whose');
  assert.deepEqual(await refused_by_former(page), ['post /api/v1/unlock']);
  assert.equal(await hint(page).count(), 0, 'nothing is amiss');
  await line.look(page, 'unlock-former');
  await give_badge(page, JONAS.badge);
  await stage(page, 'pin');
  await give_pin(page, LEADER.pin);
  await on_screen(page, 'identify');
  await page.getByTestId('unlocked').waitFor();
  await give_pin(page, JONAS.pin);
  await on_screen(page, 'confirm');
  await close(page);
});

line.test('a language and larger text that nobody signed in with are gone after a quiet minute', async () => {
  const page = await line.open_page();
  await page.clock.install();
  await page.goto(`${line.stack.url}/?lang=en`);
  await page.getByTestId('language-pl').tap();
  await page.waitForSelector('html[lang="pl"]');
  await page.getByTestId('display').tap();
  await page.getByTestId('text-200').tap();
  await page.getByTestId('display-close').tap();
  await page.waitForSelector('html[data-text="200"]');
  await page.clock.fastForward(61_000);
  await page.waitForSelector('html[lang="en"][data-text="100"]');
  await close(page);
});

line.test('a badge at a PIN pad is no PIN; at a locked screen it is the next person', async () => {
  const page = await open();
  let tries = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/session')) tries += 1;
  });
  await scan(page, ANNA.badge);
  await stage(page, 'pin');
  // A reader that reads twice, a colleague who is quick: whose PIN it is stays, and no wrong one is counted.
  await page.keyboard.type(ANNA.pin.slice(0, 2), { delay: HAND_MS });
  await scan(page, JONAS.badge);
  await page.waitForFunction(() => document.querySelector('.dot-full') === null);
  assert.match(await page.locator('.part-words .lead').innerText(), new RegExp(ANNA.badge));
  assert.equal(tries, 0);
  await page.keyboard.type(ANNA.pin, { delay: HAND_MS });
  await page.keyboard.press('Enter');
  await on_screen(page, 'confirm');
  assert.equal(tries, 1);

  const over = { type: 'urn:millrace:problem:not-signed-in', title: 'Over', status: 401, detail: 'Over.' };
  await page.route('**/api/v1/work', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', json: over }));
  await page.getByTestId('confirm-me').tap();
  await page.getByText('Your sign-in has ended.').waitFor();
  await page.unroute('**/api/v1/work');
  const title = page.locator('h1');
  await scan(page, ANNA.badge);
  assert.equal(await title.textContent(), 'Locked', 'her own badge opens nothing');
  await scan(page, JONAS.badge);
  await page.getByText(`Badge ${JONAS.badge}`).waitFor();
  assert.notEqual(await title.textContent(), 'Locked');
  assert.equal(tries, 1);
  // Taps on the pad and Enter on a keyboard go together.
  await tap_keys(page, JONAS.pin);
  await page.keyboard.press('Enter');
  await on_screen(page, 'confirm');
  assert.equal((await page.getByTestId('confirm-name').textContent()).trim(), JONAS.name);
  await page.context().close();
});

line.test('a name from the roster is confirmed before anything is done in it, and signs with the PIN alone', async () => {
  const page = await open();
  const by_name = async (person) => {
    await find_name(page, person);
    await give_pin(page, person.pin);
    await on_screen(page, 'confirm');
    assert.equal((await page.getByTestId('confirm-name').textContent()).trim(), person.name);
  };
  const session = () => page.evaluate(async () => (await fetch('/api/v1/session')).status);
  await by_name(ANNA);
  await line.look(page, 'confirm');
  assert.equal(await session(), 200);
  await page.getByTestId('not-me').tap();
  await on_screen(page, 'attract');
  await page.waitForFunction(async () => (await fetch('/api/v1/session')).status === 401);

  await by_name(JONAS);
  await page.getByTestId('confirm-me').tap();
  await on_screen(page, 'work');
  await up_to_signing(page, TEST);
  await stage(page, 'own-pin');
  await line.look(page, 'sign-by-name');
  await give_pin(page, JONAS.pin);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  const { operator_signature, items } = line.recorded(event_id).message;
  assert.deepEqual(items.filter(({ shown_ms }) => shown_ms > 0), [], 'nobody asked how long a question was shown');
  assert.equal(operator_signature.signer_id, JONAS.id);
  assert.deepEqual(operator_signature.components_used, ['pin']);
  await close(page);
});

line.test('whoever is locked out while signing is let in again by a leader, and signs', async () => {
  const page = await open();
  await sign_in(page, MEHMET);
  await up_to_signing(page, TEST);
  await give_badge(page, MEHMET.badge);
  await stage(page, 'own-pin');
  await lock_out(page, '**/submit?*');
  await line.look(page, 'sign-locked-out');
  await page.getByTestId('leader-unlock').tap();
  await on_screen(page, 'unlock');
  await stage(page, 'leader');
  assert.ok((await page.locator('.part-words').textContent()).includes(MEHMET.badge));
  await give_badge(page, LEADER.badge);
  await stage(page, 'pin');
  await give_pin(page, LEADER.pin);
  await page.getByTestId('unlocked').waitFor();
  await page.getByTestId('leave-unlock').tap();
  await on_screen(page, 'sign');
  await sign_again(page, MEHMET);
  await on_screen(page, 'result');
  await close(page);
});

line.test("a signature takes the operator's own badge and PIN again", async () => {
  const page = await open();
  await sign_in(page, ANNA);
  await up_to_signing(page, TEST);
  const before = outcomes();
  await stage(page, 'own-badge');
  await line.look(page, 'sign-badge');
  await give_badge(page, JONAS.badge);
  await stage(page, 'own-pin');
  await give_pin(page, ANNA.pin);
  await stage(page, 'own-badge');
  assert.match(await hint(page).textContent(), /not the badge that you signed in with/);
  await line.look(page, 'sign-wrong-badge');
  await scan(page, ANNA.badge);
  await stage(page, 'own-pin');
  await give_pin(page, '0000');
  await hint(page).waitFor();
  assert.match(await hint(page).textContent(), /not your PIN/);
  await line.look(page, 'sign-wrong-pin');
  assert.equal(outcomes(), before);
  await give_pin(page, ANNA.pin);
  await on_screen(page, 'result');
  const { event_id } = await shown_result(page);
  assert.deepEqual(line.recorded(event_id).message.operator_signature.components_used, ['badge', 'pin']);
  assert.equal(outcomes(), before + 1);
  await close(page);

  // Another kiosk, later: the badge is all that it takes to see where the result is.
  const later = await open();
  await sign_in(later, ANNA);
  await later.getByTestId('follow-result').first().tap();
  await on_screen(later, 'tracker');
  await later.waitForSelector('[data-step="saved"][data-state="done"]');
  assert.equal(await later.locator('.record code').textContent(), event_id);
  await line.look(later, 'tracker-later');
  await close(later);
});

line.test('a test that asks for a witness is handed in with one: somebody else, who may', async () => {
  const page = await open();
  await sign_in(page, TAKES_WITNESSED);
  await up_to_signing(page, WITNESSED.test_id);
  const before = outcomes();
  // The box itself refuses it without one, whatever a screen would do.
  let left_out = null;
  await page.route('**/submit?*', async (route) => {
    const { witness, ...rest } = route.request().postDataJSON();
    left_out = witness;
    await route.continue({ postData: JSON.stringify(rest) });
  });
  await sign_own(page);
  await stage(page, 'witness-badge');
  await line.look(page, 'witness-badge');
  await sign_as_witness(page, WITNESS);
  await stage(page, 'witness-badge');
  assert.ok(left_out);
  await page.waitForFunction(() => /needs the signature of a witness/.test(document.querySelector('.hint')?.textContent));
  await line.look(page, 'witness-missing');
  await page.unroute('**/submit?*');

  await sign_as_witness(page, TAKES_WITNESSED);
  await page.waitForFunction(() => /never yourself/.test(document.querySelector('.hint')?.textContent));
  await line.look(page, 'witness-same-person');
  await sign_as_witness(page, ANNA);
  await page.waitForFunction(() => /never yourself/.test(document.querySelector('.hint')?.textContent));
  assert.equal(outcomes(), before);

  // The time is up, so there is no way back; the witness has to wait, and another one is at hand.
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  await sign_in(page, TAKES_WITNESSED);
  await page.getByTestId(`open-${WITNESSED.test_id}`).tap();
  await on_screen(page, 'resume');
  await page.route('**/api/v1/attempts', async (route) => {
    const answer = await answer_of_box(route);
    await route.fulfill({ response: answer, json: { ...(await answer.json()), time_limit_s: 3_600, remaining_s: 0 } });
  });
  await page.getByTestId('resume-attempt').tap();
  await page.getByTestId('time-up').waitFor();
  await sign_own(page);
  const wait = { type: 'urn:millrace:problem:locked-out', title: 'Wait', status: 429, detail: 'Wait.', retry_after_s: 900 };
  await page.route('**/submit?*', (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', json: wait }));
  await sign_as_witness(page, LEADER);
  await page.getByTestId('locked-out').waitFor();
  await line.look(page, 'witness-locked-out');
  await page.unroute('**/submit?*');
  await page.getByTestId('other-witness').tap();
  await stage(page, 'witness-badge');
  assert.equal(await hint(page).count(), 1, 'only that the time is up');

  await sign_as_witness(page, WITNESS);
  await on_screen(page, 'result');
  await line.look(page, 'witnessed-result');
  const { event_id } = await shown_result(page);
  const { operator_signature, witness_signature } = line.recorded(event_id).message;
  assert.equal(operator_signature.signer_id, TAKES_WITNESSED.id);
  assert.equal(witness_signature.signer_id, WITNESS.id);
  assert.equal(witness_signature.meaning, 'test.witnessed');
  assert.deepEqual(witness_signature.components_used, ['badge', 'pin']);
  assert.equal(outcomes(), before + 1);
  await close(page);
});

const sign_own = (page) => sign_again(page, TAKES_WITNESSED);

async function sign_as_witness(page, { badge, pin }) {
  await stage(page, 'witness-badge');
  await give_badge(page, badge);
  await stage(page, 'witness-pin');
  await give_pin(page, pin);
}
