// The kiosk under faults, with a real box and a real browser over HTTPS: the box or the browser ended with -9 at named
// moments, the browser ended with -9 at any moment, the network cut, the clock a day off. In the end the box's database
// is compared with what the screen acknowledged and with what was ever seen in the browser's outbox.
//   MILLRACE_FAULT_ROUNDS   how often each of them; 25 in the full run. Without it 2, and one for each moment at which
//                           the browser is killed, which takes longest
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { moved_clock } from '../support/moved_clock.mjs';
import { until } from '../support/process.mjs';
import { comes_to_rest, HOST, MOMENTS, RIGHT_ANSWERS, SAMPLE_ANSWERS, SAMPLE_ID, TEST_ID } from './fault_box.mjs';
import { FaultRounds } from './fault_rounds.mjs';
import { findings } from './access.mjs';
import { by_touch } from './hands.mjs';
import { on_screen, sign_again } from './journey.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

const ROUNDS = Number(process.env.MILLRACE_FAULT_ROUNDS ?? 2);
const BROWSER_ROUNDS = Number(process.env.MILLRACE_FAULT_ROUNDS ?? 1);
const KINDS = ['attempt', 'answer', 'submission'];
// Two taps for the question with two right options.
const ANSWERS = 5;
const OTHER_TESTS = 13;
// As long as a test takes here, so that every moment of one is met.
const TEST_TAKES_MS = 4_000;
/// For strikes that met no browser.
const SPARE_ROUNDS = ROUNDS;
const DAY_S = 86_400;

let next_person = 0;
/// What every browser was told, and every result that was shown.
const told = { acknowledged: new Map(), results: [], seen_waiting: new Set(), browser_deaths: 0, browser_deaths_anywhere: 0 };

const rounds = FaultRounds.for_this_file('faults', {
  operators: ROUNDS * (Object.keys(MOMENTS).length + 1) + SPARE_ROUNDS + BROWSER_ROUNDS * Object.keys(MOMENTS).length + OTHER_TESTS,
  sampler: true,
});

const under_faults = (name, run) => rounds.test(name, run);

/// Also notes what was seen in its outbox.
const with_browser = (name, run, more) =>
  rounds.with_browser(
    name,
    async (browser) => {
      try {
        return await run(browser);
      } finally {
        for (const key of browser.seen_waiting) told.seen_waiting.add(key);
      }
    },
    more,
  );

function next_operator(browser, more = {}) {
  const person = rounds.box.people[next_person];
  next_person += 1;
  browser.acknowledged = [];
  const operator = new Operator({ browser, ...person, test_id: TEST_ID, answers: RIGHT_ANSWERS, ...more });
  return Object.assign(operator, { id: person.id });
}

/// The operator's result, noted for the reckoning, and back to the first screen.
async function finish(browser, operator, result) {
  told.results.push({ operator_id: operator.id, ...result });
  told.acknowledged.set(operator.id, [...browser.acknowledged]);
  await until('the outbox is empty', async () => (await browser.outbox()).waiting.length === 0);
  assert.deepEqual((await browser.outbox()).kept, []);
  await sign_out(browser.page);
}

async function sign_out(page) {
  await page.getByTestId('sign-out').tap();
  await on_screen(page, 'attract');
}

/// Where the box is struck in this round, in the words of edge_with_points.
function strike_of(round, { point, how }) {
  const kind = KINDS[round % KINDS.length];
  return { at: `${kind}-${point}`, how, pass: kind === 'answer' ? 1 + (round % ANSWERS) : 1 };
}

for (const [number, [moment, where]] of Object.entries(MOMENTS).entries()) {
  under_faults(`the box is killed ${moment}, ${ROUNDS} times, and every test counts once`, () =>
    with_browser(`box-killed-${moment.replaceAll(' ', '-')}`, async (browser) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const operator = next_operator(browser, { rushes: round % 2 === 1 });
        await finish(browser, operator, await rounds.box_dies(strike_of(round, where), () => operator.take_test()));
      }
      assert.deepEqual(browser.complaints, []);
    }),
  );

  under_faults(`the browser is killed ${moment}, ${BROWSER_ROUNDS} times, and every test counts once`, () =>
    with_browser(`browser-killed-${moment.replaceAll(' ', '-')}`, async (browser) => {
      for (let round = 0; round < BROWSER_ROUNDS; round += 1) {
        const operator = next_operator(browser, { rushes: round % 2 === 1 });
        const result = await rounds.browser_dies(browser, strike_of(number + round, where), () => operator.take_test());
        told.browser_deaths += 1;
        await finish(browser, operator, result);
      }
    }),
  );
}

under_faults(`the browser is killed at any moment, ${ROUNDS} times, and every test counts once`, () =>
  with_browser('browser-killed', async (browser) => {
    let deaths = 0;
    let takes_ms = TEST_TAKES_MS;
    for (let round = 0; round < ROUNDS + SPARE_ROUNDS && deaths < ROUNDS; round += 1) {
      const operator = next_operator(browser, { rushes: round % 2 === 1 });
      // Spread evenly over the time that a test takes, for luck would leave gaps.
      const at_ms = ((deaths + Math.random()) / ROUNDS) * takes_ms;
      const from = Date.now();
      let is_struck = false;
      const strike = setTimeout(() => { is_struck = browser.kill(); }, at_ms);
      const result = await operator.take_test();
      clearTimeout(strike);
      // It came too late, or between two lives: the next one is spread over what a test takes in truth.
      if (is_struck) deaths += 1;
      else takes_ms = Math.min(takes_ms, Date.now() - from);
      await finish(browser, operator, result);
    }
    assert.equal(deaths, ROUNDS, 'the browser was to be killed in each round');
    told.browser_deaths_anywhere = deaths;
  }),
);

under_faults('a result that came as the browser died is in the operator’s list', () =>
  with_browser('result-unseen', async (browser) => {
    const operator = next_operator(browser);
    await operator.go_to('sign');
    await sign_again(browser.page, operator);
    await on_screen(browser.page, 'result');
    await until('the outbox is empty', async () => (await browser.outbox()).waiting.length === 0);
    browser.kill();
    await finish(browser, operator, await operator.take_test());
    assert.equal(operator.seen.at(-1), 'work');
  }),
);

under_faults('the network is cut for the whole test, and a reload in the middle loses nothing', () =>
  with_browser('network-cut', async (browser) => {
    const operator = next_operator(browser, { rushes: true });
    // The worker holds the app by now, so that it opens without the box.
    await browser.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    await operator.go_to('question');
    await rounds.box.link.stop();
    await operator.go_to('review');
    await browser.page.getByTestId('box-unreachable').waitFor();
    const waiting = (await browser.look_at_outbox()).waiting.map(({ answer }) => answer.item_id);
    assert.deepEqual([...new Set(waiting)].sort(), Object.keys(RIGHT_ANSWERS).sort());
    assert.deepEqual(browser.acknowledged, [], 'nothing was called saved');

    await browser.page.reload();
    await browser.page.waitForSelector('[data-service="no_box"]');
    await browser.page.getByTestId('somebody-waits').waitFor();
    assert.deepEqual(await findings(browser.page), []);

    await rounds.box.link.accept();
    await finish(browser, operator, await operator.take_test());
    assert.deepEqual(browser.complaints, []);
  }),
);

under_faults('pictures, places in them and a recording are there while the box is silent', () =>
  with_browser('network-cut-sample', async (browser) => {
    const { page } = browser;
    browser.acknowledged = [];
    const operator = new Operator({ browser, ...rounds.box.sampler, test_id: SAMPLE_ID, answers: SAMPLE_ANSWERS });
    await operator.go_to('question');
    await page.waitForLoadState('networkidle');
    await rounds.box.link.stop();
    const seen = { pictures: 0, recordings: 0 };
    while ((await page.locator('[data-screen="review"]').count()) === 0) {
      const item = await page.locator('[data-item]').getAttribute('data-item');
      for (const picture of await page.locator('.picture img').all()) {
        await page.waitForFunction((image) => image.complete && image.naturalWidth > 0, await picture.elementHandle());
        seen.pictures += 1;
      }
      if ((await page.getByTestId('play').count()) > 0) {
        await page.getByTestId('play').tap();
        await page.waitForFunction(() => document.querySelector('audio').currentTime > 0);
        seen.recordings += 1;
      }
      await by_touch(page).answer(SAMPLE_ANSWERS[item]);
      await page.waitForSelector('[data-item][data-mark="here"]');
      await page.getByTestId('next').tap();
      await page.waitForFunction((id) => document.querySelector('[data-item]')?.dataset.item !== id, item);
    }
    assert.ok(seen.pictures > 1 && seen.recordings > 0, JSON.stringify(seen));
    await browser.look_at_outbox();
    await rounds.box.link.accept();
    await finish(browser, Object.assign(operator, { id: rounds.box.sampler.id }), await operator.take_test());
  }),
);

under_faults('what waits for one operator is neither shown nor sent for another, on the same kiosk', () =>
  with_browser('two-people', async (browser) => {
    const first = next_operator(browser, { rushes: true });
    await first.go_to('question');
    await rounds.box.link.stop();
    await first.go_to('review');
    const waiting = async () => (await browser.look_at_outbox()).waiting.map(({ submission_key }) => submission_key);
    const keys = await waiting();
    assert.ok(keys.length >= Object.keys(RIGHT_ANSWERS).length);
    // Who wants to leave is told what stays behind, and may stay.
    await browser.page.getByTestId('sign-out').tap();
    await browser.page.getByTestId('leave-not').tap();
    await on_screen(browser.page, 'review');
    await browser.page.getByTestId('sign-out').tap();
    await browser.page.getByTestId('leave-anyway').tap();
    await on_screen(browser.page, 'attract');
    await rounds.box.link.accept();
    const acknowledged = browser.acknowledged;

    const second = next_operator(browser);
    const result = await second.take_test();
    assert.deepEqual(await waiting(), keys);
    told.results.push({ operator_id: second.id, ...result });
    await sign_out(browser.page);

    browser.acknowledged = acknowledged;
    first.seen = [];
    await finish(browser, first, await first.take_test());
  }),
);

for (const [words, days] of [
  ['ahead', 1],
  ['behind', -1],
]) {
  under_faults(`a kiosk whose clock is a day ${words} loses nothing and shows the box's time left`, () =>
    with_browser(
      `clock-${words}`,
      async (browser) => {
        const off = (await browser.page.evaluate(() => Date.now())) - Date.now();
        assert.ok(Math.abs(off - days * DAY_S * 1000) < 60_000, `the browser's clock is ${off} ms off`);
        const operator = next_operator(browser);
        await operator.go_to('question');
        const left = await browser.page.locator('.time-value').textContent();
        assert.match(left, /^(1:00:00|59:\d\d)$/);
        await browser.page.reload();
        await finish(browser, operator, await operator.take_test());
        assert.deepEqual(browser.complaints, []);
      },
      { env: moved_clock(join(rounds.folder, `clock-${words}.offset`), days * DAY_S) },
    ),
  );
}

under_faults('the tab dies in the middle of a test, with answers waiting, and they are saved', () =>
  with_browser('tab-dies', async (browser) => {
    const operator = next_operator(browser, { rushes: true });
    await browser.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    await operator.go_to('question');
    await rounds.box.link.stop();
    await operator.go_to('review');
    const waiting = async () => (await browser.look_at_outbox()).waiting.map(({ submission_key }) => submission_key);
    const keys = await waiting();
    assert.ok(keys.length >= Object.keys(RIGHT_ANSWERS).length);
    await browser.crash_tab();
    assert.deepEqual(await waiting(), keys);
    await rounds.box.link.accept();
    await finish(browser, operator, await operator.take_test());
  }),
);

under_faults('an answer to a test that was handed in elsewhere is kept, shown with a reference, and survives a reload', () =>
  with_browser('attention', async (browser) => {
    const operator = next_operator(browser, { rushes: true });
    await operator.go_to('question');
    await rounds.box.link.stop();
    await operator.go_to('review');
    const keys = (await browser.look_at_outbox()).waiting.map(({ submission_key }) => submission_key).sort();
    await rounds.box.link.accept();

    await browser.page.reload();
    const other = new KioskBrowser({ profile: join(rounds.folder, 'attention-2'), url: rounds.box.url, host: HOST, trust: rounds.box.trust });
    await other.start();
    const there = new Operator({ ...operator, browser: other });
    told.results.push({ operator_id: operator.id, ...(await there.take_test()) });
    told.acknowledged.set(operator.id, other.acknowledged);
    await other.stop();

    await operator.go_to('attention');
    const kept = async () => (await browser.outbox()).kept.map(({ submission_key }) => submission_key).sort();
    await until('all is kept', async () => (await kept()).length === keys.length);
    assert.deepEqual(await kept(), keys);
    await browser.page.reload();
    const back = new Operator({ ...operator, seen: [], attentions: 0 });
    await back.go_to('work');
    await browser.page.getByTestId('to-attention').tap();
    await on_screen(browser.page, 'attention');
    assert.equal(await browser.page.locator('.kept-row').count(), keys.length);
    assert.match(await browser.page.getByTestId('reference').first().getAttribute('data-reference'), /^S-[0-9A-F]{6}$/);
    await browser.page.getByTestId('show-kept').first().tap();
    await browser.page.getByTestId('kept-answer').waitFor();
    assert.deepEqual(await findings(browser.page), []);
    for (const key of keys) browser.seen_waiting.delete(key);
  }),
);

/// In the page.
function refuse_the_outbox() {
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (name, ...more) {
    if (name === 'millrace-kiosk') throw new DOMException('not here', 'UnknownError');
    return open.call(this, name, ...more);
  };
}

under_faults('a browser that cannot store says so, and the test goes on', () => {
  const take_it = async (browser) => {
    const operator = next_operator(browser);
    await operator.go_to('question');
    await browser.page.getByTestId('keeps-nothing').waitFor();
    assert.deepEqual(await findings(browser.page), []);
    const result = await operator.take_test();
    told.results.push({ operator_id: operator.id, ...result });
    told.acknowledged.set(operator.id, [...browser.acknowledged]);
  };
  return with_browser('no-storage', take_it, { scripts: [[refuse_the_outbox]] });
});

under_faults('nothing acknowledged is lost, every submission counted once, nothing in an outbox lost', async () => {
  await comes_to_rest(rounds.box);
  const held = rounds.box.read();
  assert.ok(told.results.length >= ROUNDS * 5 + BROWSER_ROUNDS * 4, `${told.results.length} results`);
  for (const { operator_id, event_id, score_bp } of told.results) {
    const attempts = held.attempts.filter((attempt) => attempt.operator_id === operator_id);
    assert.equal(attempts.length, 1, `${operator_id} took the test once`);
    const outcomes = held.outcomes.filter(({ attempt_id }) => attempt_id === attempts[0].attempt_id);
    assert.deepEqual(outcomes, [{ attempt_id: attempts[0].attempt_id, event_id, score_bp }]);
    assert.equal(score_bp, 10_000, `${operator_id} gave the right answers, and they are what counted`);
    for (const { item, response } of told.acknowledged.get(operator_id) ?? []) {
      const written = attempts[0].journal.filter((entry) => entry.item === item).map((entry) => JSON.stringify(entry.response));
      assert.ok(written.includes(JSON.stringify(response)), `${operator_id}: ${item} ${JSON.stringify(response)} in ${written}`);
    }
  }
  // Not every operator waits for each mark: some rush on, some are cut off.
  assert.ok([...told.acknowledged.values()].flat().length > told.results.length, 'acknowledgements were seen');
  assert.equal(held.outcomes.length, told.results.length);
  assert.equal(held.records, told.results.length, 'one record each');
  for (const key of told.seen_waiting) assert.ok(held.keys.has(key), `${key} was in an outbox and reached the box`);
  assert.ok(told.seen_waiting.size > 0);
  assert.equal(held.conflicts, 0);
  console.log(
    `${told.results.length} tests, ${rounds.box.deaths} deaths of the box, ${told.browser_deaths} of the browser at named moments and ${told.browser_deaths_anywhere} at others, ` +
      `${[...told.acknowledged.values()].flat().length} answers acknowledged, ${told.seen_waiting.size} keys seen in outboxes`,
  );
});

