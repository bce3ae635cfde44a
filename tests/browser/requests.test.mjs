// What operators and team leaders ask for and decide at the kiosk, and what the box has of it afterwards.
import assert from 'node:assert/strict';
import { answer_of_box } from './browser.mjs';
import { give_pin, on_screen, sign_in, tap_keys, write_letters } from './journey.mjs';
import { DEMO, LEADER, Line, person, STEP, uuid_of } from './line.mjs';

const [ANNA, JONAS, PRIYA] = ['op-1001', 'op-1002', 'op-1004'].map(person);

const line = Line.for_this_file('requests', DEMO);

/// A page on which somebody has signed in, in English, and which notes what it asks the box for.
async function signed_in(someone) {
  const page = await line.open_page();
  page.asked = [];
  page.on('request', (request) => page.asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.goto(line.stack.url);
  await page.getByTestId('language-en').tap();
  await sign_in(page, someone);
  return page;
}

const words = (page) => page.locator('main').innerText();

const choose = (page, option) => page.locator(`[data-option="${option}"]`).tap();
const next_part = async (page, part) => {
  await page.getByTestId('request-next').tap();
  await page.waitForSelector(`[data-part="${part}"]`);
};

/// From the first part to the check: {kind, skill, reason, priority, comment}; the day is a week from now. Returns the day.
async function fill_in(page, asked, name) {
  await page.waitForSelector('[data-part="kind"]');
  await choose(page, asked.kind);
  await line.look(page, `${name}-kind`);
  await next_part(page, 'skill');
  await choose(page, asked.skill);
  assert.match(await words(page), /As of \d/);
  await line.look(page, `${name}-skill`);
  await next_part(page, 'reason');
  await choose(page, asked.reason);
  await line.look(page, `${name}-reason`);
  await next_part(page, 'when');
  await page.getByTestId('week-later').tap();
  await choose(page, asked.priority);
  await line.look(page, `${name}-when`);
  const day = await page.getByTestId('needed-by').getAttribute('data-day');
  await next_part(page, 'comment');
  await write_letters(page, asked.comment);
  assert.equal(await page.getByTestId('letters-text').inputValue(), asked.comment);
  await line.look(page, `${name}-comment`);
  await next_part(page, 'check');
  return day;
}

/// The state of each step on the tracker, by its name.
const steps_shown = async (page) =>
  Object.fromEntries(
    await page.locator('[data-step]').evaluateAll((all) => all.map(({ dataset }) => [dataset.step, dataset.state])),
  );

const UNTIL_SENT = { here: 'done', saved: 'done', sent: 'done', received: 'unknown', certified: 'unknown' };

/// Waits until the bus has it; then nothing more may be claimed.
async function follow_until_sent(page) {
  await on_screen(page, 'tracker');
  await page.waitForSelector('[data-step="sent"][data-state="done"]');
  assert.deepEqual(await steps_shown(page), UNTIL_SENT);
  const event_id = await page.locator('.record code').textContent();
  assert.ok(page.asked.some((path) => path.startsWith(`GET /api/v1/events/${event_id}/sync`)), page.asked.join('\n'));
  return event_id;
}

line.test('an operator asks for training with the letters on the screen, and finds it in the list with its state', async () => {
  const page = await signed_in(ANNA);
  await page.getByTestId('to-request').tap();
  await on_screen(page, 'request');
  const asked = { kind: 'training', skill: 'esd-handling', reason: 'new-task', priority: 'high', comment: 'From Monday, line 4.' };
  const day = await fill_in(page, asked, 'own');
  const check = await words(page);
  for (const text of ['Training', 'Handling ESD-sensitive parts', 'New task or machine', 'Important', asked.comment, ANNA.name]) {
    assert.ok(check.includes(text), `“${text}” is not in: ${check}`);
  }
  await line.look(page, 'own-check');
  await give_pin(page, ANNA.pin);
  const event_id = await follow_until_sent(page);
  await line.look(page, 'own-tracker');

  await page.getByTestId('to-work').tap();
  await on_screen(page, 'work');
  const row = page.locator('[data-request]');
  await row.waitFor();
  assert.match(await row.innerText(), /Handling ESD-sensitive parts[\s\S]*Requested[\s\S]*Sent/);
  assert.doesNotMatch(await row.innerText(), /Decided/);
  await line.look(page, 'own-in-the-list');
  const request_id = await row.getAttribute('data-request');
  // Readable later, too.
  await row.locator('button').tap();
  assert.equal(await follow_until_sent(page), event_id);

  const [stored, ...more] = line.rows('SELECT * FROM request WHERE operator_id = ?', ANNA.id);
  assert.deepEqual(more, []);
  assert.equal(uuid_of(stored.request_id), request_id);
  assert.equal(uuid_of(stored.event_id), event_id);
  assert.deepEqual([stored.made_by, stored.kind, stored.skill, stored.reason_code], [ANNA.id, 'training', 'esd-handling', 'new-task']);
  const { attributes, message } = line.recorded(event_id);
  assert.equal(attributes.type, 'millrace.request.created.v1');
  assert.equal(message.request.comment, asked.comment);
  assert.equal(message.request.comment_language, 'en');
  assert.equal(message.request.priority, 'PRIORITY_HIGH');
  assert.equal(new Date(Number(message.request.needed_by_ms)).toISOString().slice(0, 10), day);
  assert.equal(message.signature.signer_id, ANNA.id);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

line.test('a team leader asks for two people at once; each has a request, and the box has what the screens said', async () => {
  const page = await signed_in(LEADER);
  await page.getByTestId('to-leader').tap();
  await page.getByTestId('to-request-for').tap();
  await page.waitForSelector('[data-part="people"]');
  for (const { id } of [JONAS, PRIYA]) await choose(page, id);
  await line.look(page, 'team-people');
  await next_part(page, 'kind');
  const asked = { kind: 'recertification', skill: 'press-operation', reason: 'expires-soon', priority: 'urgent', comment: 'Both.' };
  await fill_in(page, asked, 'team');
  for (const { name } of [JONAS, PRIYA]) assert.ok((await words(page)).includes(name));
  await page.locator('.choice-many').tap();
  await line.look(page, 'team-check');
  await give_pin(page, LEADER.pin);

  await on_screen(page, 'batch');
  const cards = page.locator('[data-event]');
  assert.equal(await cards.count(), 2);
  await line.look(page, 'team-saved');
  const shown = await cards.evaluateAll((all) => all.map((card) => [card.querySelector('h2').textContent, card.dataset.event]));
  const stored = line.rows('SELECT * FROM request WHERE made_by = ? ORDER BY position', LEADER.id);
  assert.deepEqual(
    stored.map(({ operator_id, event_id }) => [person(operator_id).name, uuid_of(event_id)]),
    shown,
  );
  const batches = new Set();
  for (const [name, event_id] of shown) {
    const { attributes, message } = line.recorded(event_id);
    assert.equal(attributes.type, 'millrace.request.createdonbehalf.v1');
    assert.equal(person(message.request.operator_id).name, name);
    assert.deepEqual(
      [message.request.skill, message.request.reason_code, message.request.comment, message.request.priority],
      [asked.skill, asked.reason, asked.comment, 'PRIORITY_URGENT'],
    );
    assert.equal(message.operator_acknowledged, true);
    assert.equal(message.delegate_signature.signer_id, LEADER.id);
    batches.add(message.batch_id);
  }
  assert.equal(batches.size, 1);

  await cards.first().locator('button').tap();
  assert.equal(await follow_until_sent(page), shown[0][1]);
  await page.getByTestId('finish').tap();
  await on_screen(page, 'attract');
  // The leader finds them again, each with its own way; one that the plant could not hand on says so.
  await page.route('**/api/v1/decisions', async (route) => {
    const answer = await answer_of_box(route);
    const desk = await answer.json();
    const stuck = desk.requests.find(({ event_id }) => event_id === shown[1][1]);
    stuck.steps = stuck.steps.map((step) => (step.name === 'sent' ? { ...step, state: 'attention', code: 'R-17' } : step));
    await route.fulfill({ response: answer, json: desk });
  });
  await sign_in(page, LEADER);
  await page.getByTestId('to-leader').tap();
  const made = page.locator('[data-request]');
  await made.first().waitFor();
  const listed = await made.evaluateAll((all) => all.map((card) => card.textContent));
  assert.equal(listed.length, 2);
  for (const { name } of [JONAS, PRIYA]) assert.ok(listed.some((text) => text.includes(name)), name);
  const chip = page.locator('[data-request] [data-testid="step-chip"][data-state="attention"]');
  assert.match(await chip.textContent(), /R-17/);
  await line.look(page, 'team-made');
  await page.unroute('**/api/v1/decisions');
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  // And the one for whom it was asked sees who did.
  await sign_in(page, JONAS);
  await page.locator('[data-request]').waitFor();
  assert.match(await page.locator('[data-request]').innerText(), new RegExp(LEADER.name));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

/// The box gets the request, and its answer goes astray. Returns what the box has of that person.
async function lose_request(page, someone, name) {
  await page.getByTestId('to-request').tap();
  await fill_in(page, { kind: 'training', skill: 'esd-handling', reason: 'new-task', priority: 'normal', comment: 'Once.' }, name);
  await page.route('**/api/v1/requests', async (route) => {
    await answer_of_box(route);
    await route.abort();
  });
  const made = () => line.rows('SELECT event_id FROM request WHERE made_by = ?', someone.id).map((row) => uuid_of(row.event_id));
  const before = made();
  await give_pin(page, someone.pin);
  await page.getByTestId('kept').waitFor();
  await page.unroute('**/api/v1/requests');
  assert.equal(made().length, before.length + 1);
  return made;
}

line.test('a request whose answer was lost, and its page after it, is signed again and is one request', async () => {
  const page = await signed_in(PRIYA);
  const made = await lose_request(page, PRIYA, 'lost');
  const [event_id, ...more] = made();
  assert.deepEqual(more, []);
  // Without the list nobody knows that it is saved.
  await page.route('**/api/v1/work', (route) => route.abort());
  await page.reload();
  await page.getByTestId('language-en').tap();
  await page.getByTestId('paper-waits').waitFor();
  await sign_in(page, PRIYA);
  await page.getByTestId('to-request').tap();
  await page.waitForSelector('[data-part="check"]');
  assert.ok((await words(page)).includes('Once.'));
  await line.look(page, 'lost-and-signed-again');
  await give_pin(page, PRIYA.pin);
  assert.equal(await follow_until_sent(page), event_id);
  assert.deepEqual(made(), [event_id]);
  await page.context().close();
});

line.test('a request whose answer was lost is in the list all the same: nothing is said to be unknown there, nor when one leaves', async () => {
  const page = await signed_in(PRIYA);
  const listed = page.locator('[data-request]');
  await listed.first().waitFor();
  const before = await listed.count();
  await lose_request(page, PRIYA, 'lost-and-listed');
  await page.getByTestId('request-back').tap();
  await on_screen(page, 'work');
  await listed.nth(before).waitFor();
  await page.getByTestId('unconfirmed').waitFor({ state: 'detached' });
  await line.look(page, 'lost-and-listed');
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  assert.equal(await page.getByTestId('paper-waits').count(), 0);
  await page.context().close();
});

line.test("a leader unlocks a badge from the desk, and stays signed in there", async () => {
  const page = await signed_in(LEADER);
  await page.getByTestId('to-leader').tap();
  await page.getByTestId('to-unlock').tap();
  await on_screen(page, 'unlock');
  await line.look(page, 'desk-unlock');
  await tap_keys(page, PRIYA.badge);
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="pin"]');
  await give_pin(page, LEADER.pin);
  await page.getByTestId('unlocked').waitFor();
  const [unlock, ...more] = line.rows('SELECT leader_id, operator_id FROM unlock');
  assert.deepEqual([unlock.leader_id, unlock.operator_id, more.length], [LEADER.id, PRIYA.id, 0]);
  assert.equal(await page.evaluate(async () => (await fetch('/api/v1/session')).status), 200);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

line.test('what did not come is asked for again by a tap, and by itself once the box is back', async () => {
  const page = await line.open_page();
  const busy = { type: 'urn:millrace:problem:busy', title: 'Busy', status: 503, detail: 'Busy.' };
  await page.route('**/api/v1/decisions', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: busy }));
  await page.route('**/api/v1/request-choices', (route) => route.abort());
  await page.goto(line.stack.url);
  await page.getByTestId('language-en').tap();
  await sign_in(page, LEADER);
  await page.getByTestId('to-leader').tap();
  await page.getByTestId('again').waitFor();
  await line.look(page, 'leader-again');
  await page.unroute('**/api/v1/decisions');
  await page.getByTestId('again').tap();
  await page.locator('[data-step-id]').first().waitFor();

  await page.getByTestId('to-request-for').tap();
  await page.getByTestId('again').waitFor();
  await line.look(page, 'request-again');
  await page.unroute('**/api/v1/request-choices');
  await page.waitForSelector('[data-part="people"]');
  await page.context().close();
});

line.test("a leader's own request is for another leader: there is nothing to tap, and the desk says why", async () => {
  const page = await signed_in(LEADER);
  await page.route('**/api/v1/decisions', async (route) => {
    const answer = await answer_of_box(route);
    const desk = await answer.json();
    const steps = desk.steps.map((step, at) => (at === 0 ? { ...step, operator_id: LEADER.id, operator_name: LEADER.name } : step));
    await route.fulfill({ response: answer, json: { ...desk, steps } });
  });
  await page.getByTestId('to-leader').tap();
  const own = page.locator('[data-step-id]', { hasText: LEADER.name });
  await own.waitFor();
  assert.match(await own.innerText(), /Nobody decides on their own request/);
  assert.equal(await own.locator('button').count(), 0);
  assert.ok((await page.locator('[data-step-id] button').count()) > 0, "the others' are open");
  await line.look(page, 'leader-own');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

line.test('a decision is sent with its reason, and no screen calls it decided', async () => {
  const page = await signed_in(LEADER);
  await page.getByTestId('to-leader').tap();
  const card = page.locator(`[data-step-id="${STEP.step_id}"]`, { hasText: person(STEP.operator_id).name });
  await card.waitFor();
  assert.equal(await card.getAttribute('data-state'), 'open');
  await line.look(page, 'leader');
  await card.locator('button').tap();
  await on_screen(page, 'decide');
  assert.ok((await words(page)).includes(STEP.comment));
  assert.match(await words(page), /As of \d/);
  await choose(page, 'approve');
  await line.look(page, 'decide');
  await page.getByTestId('decide-next').tap();
  await write_letters(page, 'I was there.');
  await line.look(page, 'decide-reason');
  await page.getByTestId('decide-next').tap();
  await page.waitForSelector('[data-stage="sign"]');
  assert.match(await words(page), /Approve[\s\S]*I was there\./);
  await line.look(page, 'decide-sign');
  await give_pin(page, LEADER.pin);

  const event_id = await follow_until_sent(page);
  assert.match(await words(page), /Where your decision is[\s\S]*It counts as decided once the office says so/);
  await line.look(page, 'decide-tracker');
  await page.getByTestId('to-work').tap();
  await page.getByTestId('to-leader').tap();
  await page.waitForSelector(`[data-step-id="${STEP.step_id}"][data-state="sent"]`);
  assert.match(await card.innerText(), /Sent · [\s\S]*You approved[\s\S]*not confirmed this yet/);
  assert.doesNotMatch(await words(page), /Decided|Approved\b/);
  assert.equal(await card.locator('button').count(), 0, 'nothing more to decide');
  await line.look(page, 'leader-sent');

  // On the box's disk, and no further: nobody calls that sent.
  await page.route('**/api/v1/decisions', async (route) => {
    const decisions = await (await answer_of_box(route)).json();
    for (const { steps = [] } of decisions.steps) {
      for (const step of steps) if (step.name === 'sent') Object.assign(step, { state: 'waiting', at: null });
    }
    await route.fulfill({ json: decisions });
  });
  await page.getByTestId('to-work').tap();
  await page.getByTestId('to-leader').tap();
  await card.locator('[data-testid="step-chip"]', { hasText: 'Saved at the plant' }).waitFor();
  assert.doesNotMatch(await card.innerText(), /Sent/);
  await page.unrouteAll({ behavior: 'wait' });

  const [stored, ...more] = line.rows('SELECT * FROM decision');
  assert.deepEqual(more, []);
  assert.equal(uuid_of(stored.workflow_id), STEP.workflow_id);
  assert.deepEqual([stored.step_id, stored.leader_id, stored.decision], [STEP.step_id, LEADER.id, 'approve']);
  assert.equal(uuid_of(stored.event_id), event_id);
  const { attributes, message } = line.recorded(event_id);
  assert.equal(attributes.type, 'millrace.command.decideworkflowstep.v1');
  assert.deepEqual([message.decision, message.reason], ['DECISION_APPROVE', 'I was there.']);
  assert.equal(message.signature.signer_id, LEADER.id);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
