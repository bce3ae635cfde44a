// The kiosk in a real browser in front of the whole line: what the screens show, and what arrives.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { COMPLETED, Consumer, envelope_of } from '../support/consumer.mjs';
import { decode } from '../support/events.mjs';
import { until } from '../support/process.mjs';
import { root, Stack } from '../support/stack.mjs';
import { findings } from './access.mjs';
import { read_box } from './box_database.mjs';
import { answer_of_box, launch, open_page, SCREENS } from './browser.mjs';
import { HOST } from './fault_box.mjs';
import { HAND_MS } from './hands.mjs';
import { answer_question, in_order, on_screen, saved, shown_answer, sign_in, takeTest, tap_keys } from './journey.mjs';

const RECEIVED_WITHIN_MS = 20_000;
const PICTURES = join(root, '.artefacts', 'screens');

const read_json = (...path) => JSON.parse(readFileSync(join(root, 'demo', ...path), 'utf8'));
const operators = read_json('roster.source.json').operators;
const received = new Map();
let folder;
let stack;
let consumer;
let browser;
let failed = false;

before(async () => {
  rmSync(PICTURES, { recursive: true, force: true });
  folder = mkdtempSync(join(tmpdir(), 'millrace-kiosk-'));
  stack = await Stack.create({
    folder,
    operators,
    assignments: read_json('assignments.json').assignments,
    packages: join(root, 'demo', 'packages'),
    kiosk: join(root, 'kiosk', 'dist'),
    host: HOST,
  });
  await stack.start();
  consumer = new Consumer({
    connection_string: stack.connection_string,
    subscription: 'training',
    on_message: (message) => {
      const { id, type, data } = envelope_of(message);
      if (type === COMPLETED) received.set(id, decode('millrace.events.v1.TestCompleted', data));
    },
  });
  consumer.start();
  browser = await launch(stack);
});

after(async () => {
  await browser?.close();
  await Promise.race([consumer?.stop(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  const troubles = (await stack?.stop()) ?? [];
  if (failed || troubles.length > 0) console.log(`Logs and data are kept in ${folder}`, ...troubles);
  else rmSync(folder, { recursive: true, force: true });
  // The SDK holds a socket open for a while.
  setTimeout(() => process.exit(process.exitCode ?? 0), 1_000).unref();
});

/// A test whose failure keeps the logs.
const on_the_line = (name, run) =>
  test(name, async (t) => {
    try {
      await run(t);
    } catch (error) {
      failed = true;
      throw error;
    }
  });

/// The package's own answers, with a wrong one for each item that is named.
function answers_but(test_id, ...wrong) {
  const answers = Object.fromEntries(read_json('packages', `${test_id}.json`).items.map(({ id, answer }) => [id, answer]));
  for (const id of wrong) {
    const right = answers[id];
    if ('value' in right) answers[id] = { value: !right.value };
    else if ('number' in right) answers[id] = { number: String(Number(right.number) + 7) };
    else if ('choices' in right) answers[id] = { choices: right.choices.slice(1) };
    else answers[id] = { choice: right.choice === 'a' ? 'b' : 'a' };
  }
  return answers;
}

const JOURNEYS = [
  {
    name: 'in English on the usual screen, passed',
    operator: 0,
    language: 'en',
    viewport: 'usual',
    color_scheme: 'light',
    testId: 'loto-basics',
    wrong: ['q9'],
    outcome: 'passed',
  },
  {
    name: 'in German on a small dark screen, not passed',
    operator: 1,
    language: 'de',
    viewport: 'small',
    color_scheme: 'dark',
    testId: 'press-safety',
    wrong: ['p3', 'p4', 'p6', 'p13'],
    outcome: 'failed',
  },
  {
    name: 'in English on an upright screen, failed by a critical question',
    operator: 3,
    language: 'en',
    viewport: 'upright',
    color_scheme: 'light',
    testId: 'loto-basics',
    wrong: ['q4'],
    outcome: 'failed',
  },
];

for (const journey of JOURNEYS) {
  on_the_line(`a test taken tap by tap arrives with the score that the screen showed: ${journey.name}`, async () => {
    const page = await open_page(browser, { viewport: SCREENS[journey.viewport], color_scheme: journey.color_scheme });
    const found = [];
    const { testId, language } = journey;
    const shown = await takeTest(page, {
      url: stack.url,
      ...operators[journey.operator],
      language,
      testId,
      answers: answers_but(testId, ...journey.wrong),
      screenshotsDir: join(PICTURES, `${journey.viewport}-${language}`),
      onScreen: async (name) => found.push(...(await findings(page)).map((finding) => `${name}: ${finding}`)),
    });
    assert.deepEqual(found, []);
    assert.deepEqual(page.complaints, []);
    assert.equal(shown.outcome, journey.outcome);
    assert.ok(shown.score_bp > 0 && shown.score_bp < 10_000, `a score of ${shown.score_bp} says little`);

    const event = await until('the completion is received', () => received.get(shown.event_id), RECEIVED_WITHIN_MS);
    assert.equal(event.score_bp, shown.score_bp);
    assert.equal(event.language, language);
    await page.context().close();
  });
}

/// Signs in and stands before the first question of the test.
async function begin(page, operator, test_id) {
  await page.goto(stack.url);
  await sign_in(page, operator);
  await page.getByTestId(`open-${test_id}`).tap();
  await on_screen(page, 'brief');
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
}

const picture = (page, name) => page.screenshot({ path: join(PICTURES, 'states', `${name}.png`) });

on_the_line('answers given while the network is away are saved, in order, once it is back', async () => {
  const page = await open_page(browser);
  const given = [];
  const sent = [];
  page.on('request', (request) => {
    if (request.method() !== 'PUT') return;
    const [, item] = request.url().match(/\/answers\/([^/?]+)/);
    sent.push({ item, key: request.postDataJSON().submission_key });
  });
  const answer = async () => {
    const next = page.locator(`[data-item]:not([data-item="${given.at(-1)}"])`);
    given.push(await next.getAttribute('data-item'));
    await answer_question(page);
  };
  await begin(page, operators[2], 'press-safety');
  await answer();
  await saved(page);
  await page.getByTestId('next').tap();

  await page.context().setOffline(true);
  await answer();
  await page.getByTestId('box-unreachable').waitFor();
  await page.getByTestId('next').tap();
  await answer();
  await page.waitForSelector('[data-item][data-mark="here"]');
  assert.deepEqual(await findings(page), []);
  await picture(page, 'box-unreachable');

  await page.context().setOffline(false);
  await saved(page);
  await page.getByTestId('back').tap();
  await saved(page);
  await page.getByTestId('box-unreachable').waitFor({ state: 'detached' });
  // As they were given: tried again and again under one key, while the next one waited behind it.
  const in_turn = (values) => values.filter((one, i) => one !== values[i - 1]);
  assert.deepEqual(in_turn(sent.map(({ item }) => item)), given);
  const keys = in_turn(sent.map(({ key }) => key));
  assert.deepEqual(keys, [...new Set(keys)]);
  assert.deepEqual(page.complaints, []);
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
  await page.context().close();
});

on_the_line('a box that is killed and comes back takes the answer that it missed, after the PIN', async () => {
  const operator = operators[2];
  const page = await open_page(browser);
  await page.goto(stack.url);
  await sign_in(page, operator);
  await page.getByTestId('open-press-safety').tap();
  await on_screen(page, 'resume');
  await page.getByTestId('resume-attempt').tap();
  await on_screen(page, 'question');
  await stack.edge.kill();
  await answer_question(page);
  await page.getByTestId('box-unreachable').waitFor();
  const item = await page.locator('[data-item]').getAttribute('data-item');

  // Sessions do not outlive the box; the attempt and the answer do.
  await stack.edge.start();
  await page.waitForSelector('[data-stage="pin"]');
  await picture(page, 'signed-out-by-the-box');
  await tap_keys(page, operator.pin);
  await page.getByTestId('pin-enter').tap();
  await on_screen(page, 'question');
  assert.equal(await page.locator('[data-item]').getAttribute('data-item'), item);
  await saved(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

on_the_line('a screen that dies is forgotten by nobody: at another kiosk one goes on at the question that it showed', async () => {
  const operator = operators[2];
  /// Where the operator goes on: its item, and which of the questions it is.
  const come_back = async (page) => {
    await sign_in(page, operator);
    const told = page.waitForResponse((answer) => /attempts\/[^/]+$/.test(answer.url()));
    await page.getByTestId('open-press-safety').tap();
    const { items } = await (await told).json();
    await on_screen(page, 'resume');
    const words = await page.locator('.resume-place').textContent();
    await page.getByTestId('resume-attempt').tap();
    await on_screen(page, 'question');
    const item = await page.locator('[data-item]').getAttribute('data-item');
    return { items, words, item };
  };
  const dying = await open_page(browser);
  await dying.clock.install();
  await dying.goto(`${stack.url}/?kiosk=gate-1`);
  const { items } = await come_back(dying);
  const empty = items.findIndex(({ response }) => response === null);
  const last = items.at(-2).item_id;
  assert.ok(empty < items.length - 2, 'an earlier question is to be open still');
  while ((await dying.locator(`[data-item="${last}"]`).count()) === 0) await dying.getByTestId('next').tap();
  const heard = dying.waitForResponse((answer) => answer.url().endsWith(`&shown=${last}`));
  await dying.clock.runFor(5_000);
  await heard;
  await dying.context().close();

  const page = await open_page(browser);
  await page.goto(`${stack.url}/?kiosk=gate-2`);
  const { words, item } = await come_back(page);
  assert.equal(words, `Sie waren bei Frage ${items.length - 1} von ${items.length}.`);
  assert.equal(item, last);
  await page.context().close();
});

on_the_line('a test that is left locks, keeps its place and its answers, and goes on after the PIN', async () => {
  const operator = operators[2];
  const page = await open_page(browser);
  await page.clock.install();
  await page.goto(stack.url);
  await sign_in(page, operator);
  await page.getByTestId('open-press-safety').tap();
  await on_screen(page, 'resume');
  assert.deepEqual(await findings(page), []);
  await picture(page, 'resume');
  await page.getByTestId('resume-attempt').tap();
  await on_screen(page, 'question');
  await answer_question(page);
  await saved(page);
  const item = await page.locator('[data-item]').getAttribute('data-item');

  await page.clock.runFor(61_000);
  await page.waitForSelector('[data-dialog="idle"]');
  await picture(page, 'idle-warning');
  await page.clock.runFor(30_000);
  await page.waitForSelector('[data-stage="pin"]');
  assert.deepEqual(await findings(page), []);
  await picture(page, 'locked');

  await tap_keys(page, operator.pin);
  await page.getByTestId('pin-enter').tap();
  await on_screen(page, 'question');
  assert.equal(await page.locator('[data-item]').getAttribute('data-item'), item);
  await saved(page);
  await page.context().close();
});

on_the_line('the same test on a second screen stops the first, which can take it back', async () => {
  const operator = operators[2];
  const open = async () => {
    const page = await open_page(browser);
    await page.goto(stack.url);
    await sign_in(page, operator);
    await page.getByTestId('open-press-safety').tap();
    await on_screen(page, 'resume');
    await page.getByTestId('resume-attempt').tap();
    await on_screen(page, 'question');
    return page;
  };
  const first = await open();
  const second = await open();
  // By itself: whoever stands there could read on, while the clock goes by the other screen.
  await first.waitForSelector('[data-dialog="elsewhere"]');
  assert.deepEqual(await findings(first), []);
  await picture(first, 'elsewhere');
  await first.locator('[data-dialog="elsewhere"] .button-primary').tap();
  await first.waitForSelector('[data-dialog="elsewhere"]', { state: 'detached' });
  await first.getByTestId('flag').tap();
  await saved(first);
  await second.waitForSelector('[data-dialog="elsewhere"]');
  assert.equal(await second.locator('#stem').count(), 0, 'what is asked is not shown there any more');
  await first.context().close();
  await second.context().close();
});

on_the_line('the language changes in the middle of a question of each kind and no answer is lost', async () => {
  const operator = operators[3];
  const answers = answers_but('esd-handling');
  const page = await open_page(browser);
  /// What the box has written down for the item.
  const written = (item) => {
    const { journal } = read_box(stack.database).attempts.find(({ operator_id, state }) => operator_id === operator.id && state !== 'submitted');
    return journal.filter((entry) => entry.item === item).map(({ response }) => response);
  };
  const speak = async (language) => {
    await page.getByTestId('languages').tap();
    await page.getByTestId(`pick-language-${language}`).tap();
    await page.waitForSelector(`#stem[lang="${language}"]`);
  };
  await begin(page, operator, 'esd-handling');
  const kinds = new Set();
  while ((await page.locator('[data-screen="review"]').count()) === 0) {
    const question = page.locator('[data-item]');
    const item = await question.getAttribute('data-item');
    kinds.add(await question.getAttribute('data-type'));
    await answer_question(page, answers[item]);
    await saved(page);
    const [shown, before_change] = [await shown_answer(page), written(item)];
    assert.deepEqual(shown, in_order(answers[item]));
    assert.deepEqual(in_order(before_change.at(-1)), shown);
    for (const language of ['de', 'ar', 'en']) {
      await speak(language);
      assert.deepEqual(await shown_answer(page), shown, `${item} in ${language}`);
    }
    await saved(page);
    assert.deepEqual(written(item), before_change);
    await page.getByTestId('next').tap();
    await page.waitForFunction((id) => document.querySelector('[data-item]')?.dataset.item !== id, item);
  }
  assert.equal(kinds.size, 7, [...kinds].join());
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

on_the_line('a wrong PIN is refused without a word on which of the two was wrong', async () => {
  const page = await open_page(browser);
  await page.goto(stack.url);
  // As a badge reader does it: digits and Enter, wherever the focus is.
  await page.getByTestId('type-badge').waitFor();
  await page.keyboard.type('99999');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-stage="pin"]');
  await page.keyboard.type('0000', { delay: HAND_MS });
  await page.keyboard.press('Enter');
  await page.getByTestId('problem').waitFor();
  assert.match(await page.getByTestId('problem').textContent(), /Badge and PIN do not fit together/);
  assert.deepEqual(await findings(page), []);
  await picture(page, 'wrong-pin');
  await page.context().close();
});

on_the_line('a box that cannot store safely takes the kiosk out of service', async () => {
  const page = await open_page(browser);
  await page.route('**/api/v1/status', async (route) => {
    const answer = await answer_of_box(route);
    await route.fulfill({ response: answer, json: { ...(await answer.json()), storage: 'full' } });
  });
  await page.goto(stack.url);
  await page.waitForSelector('[data-service="out_of_service"]');
  assert.equal(await page.getByTestId('type-badge').count(), 0);
  assert.deepEqual(await findings(page), []);
  await picture(page, 'out-of-service');
  await page.context().close();
});
