// The whole journey in every language of the screens, by touch alone and by keyboard alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kScreenLanguages } from '../../kiosk/src/i18n/index.ts';
import { assignment_of } from '../support/assignments.mjs';
import { root } from '../support/stack.mjs';
import { watch_api } from './api_watch.mjs';
import { watch_hands } from './hands.mjs';
import { takeTest } from './journey.mjs';
import { all, astray_on, journeys_in, used_by } from './languages.mjs';
import { Line } from './line.mjs';

// All of them by either hand take a while.
const JOURNEYS = journeys_in(kScreenLanguages, ['en', 'ar']);
const TEST = 'esd-handling';
// The layout sample, so that it can be taken in languages that nobody has approved.
const sample = JSON.parse(readFileSync(join(root, 'demo', 'packages', `${TEST}.json`), 'utf8'));
const approved = sample.languages.filter(({ approved_by }) => approved_by !== null).map(({ code }) => code);
/// Where it is said that nobody has approved the text.
const TELLS = /^(brief|question|result)/;

const operators = JOURNEYS.map(({ language }, i) => ({
  id: `op-${i + 1}`,
  badge: `${50_001 + i}`,
  pin: '2468',
  name: 'Anna Kowalska',
  // Somebody else's: whoever taps a language on the first screen means it.
  language: language === 'en' ? 'de' : 'en',
}));

const line = Line.for_this_file('languages', {
  operators,
  assignments: operators.map(({ id }) => assignment_of({
    assignment_id: `as-${id}`,
    operator_id: id,
    test_id: TEST,
    test_version: sample.version,
    skill: sample.skill,
  })),
  packages: join(root, 'demo', 'packages'),
});

/// The right answers but for one, so that the score is neither nothing nor everything.
const answers = Object.fromEntries(sample.items.map(({ id, answer }) => [id, answer]));
const wrong = sample.items.find(({ type }) => type === 'true_false').id;
answers[wrong] = { value: !answers[wrong].value };

/// Hears what is asked, where that can be heard.
async function listen(page, hand, language) {
  if ((await page.getByTestId('play').count()) === 0) return;
  assert.equal(await page.locator('audio').getAttribute('lang'), language);
  await hand.press('play');
  await page.waitForFunction(() => document.querySelector('audio').currentTime > 0);
  await hand.press('play');
}

line.test('the first screen offers every language, each in its own name', async () => {
  const page = await line.open_page();
  await page.goto(line.stack.url);
  await page.getByTestId('type-badge').waitFor();
  const offered = await page
    .locator('.language-grid [data-testid]')
    .evaluateAll((all) => all.map(({ dataset, lang }) => [dataset.testid, lang]));
  assert.deepEqual(offered, kScreenLanguages.map((code) => [`language-${code}`, code]));
  await page.context().close();
});

for (const [i, { language, hand, by }] of JOURNEYS.entries()) {
  line.test(`a whole test in ${language}, by ${by} alone`, async () => {
    const page = await line.open_page();
    await watch_hands(page);
    const api = watch_api(page);
    const one_hand = hand(page);
    const astray = [];
    const shown = await takeTest(page, {
      url: line.stack.url,
      ...operators[i],
      language,
      testId: TEST,
      answers,
      hand: one_hand,
      screenshotsDir: all ? join(line.pictures, `${language}-${by}`) : undefined,
      onScreen: async (name) => {
        // The words of the test itself, too, in the direction and with the letters of the language.
        astray.push(...(await astray_on(page, name, language)));
        const stem = page.locator('#stem');
        if (name.startsWith('question') && (await stem.getAttribute('lang')) !== language) {
          astray.push(`${name} asks in ${await stem.getAttribute('lang')}`);
        }
        const note = page.locator('[data-testid="language-note"]');
        const told = (await note.count()) > 0 ? await note.getAttribute('data-standing') : 'nothing';
        const due = approved.includes(language) ? 'sample' : 'not_approved';
        if (TELLS.test(name) && told !== due) astray.push(`${name} tells ${told}, not ${due}`);
        await listen(page, one_hand, language);
      },
    });
    assert.deepEqual(astray, []);
    assert.deepEqual(page.complaints, []);

    await used_by(page, by);
    const { asked, faults } = await api();
    assert.deepEqual(faults, []);
    assert.ok(asked > Object.keys(answers).length, `only ${asked} requests`);

    // Every answer came as it was meant, whichever hand gave it.
    const { message } = line.recorded(shown.event_id);
    assert.equal(message.language, language);
    assert.equal(message.score_bp, shown.score_bp);
    assert.deepEqual(
      message.items.filter(({ score_bp }) => score_bp !== 10_000).map(({ item_id }) => item_id),
      [wrong],
    );
    await page.context().close();
  });
}
