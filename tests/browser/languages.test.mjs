// The whole journey in every language of the screens, by touch alone and by keyboard alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { directionOf, kScreenLanguages } from '../../kiosk/src/i18n/index.ts';
import { assignment_of } from '../support/assignments.mjs';
import { root } from '../support/stack.mjs';
import { findings } from './access.mjs';
import { by_keys, by_touch, hands_used, watch_hands } from './hands.mjs';
import { takeTest } from './journey.mjs';
import { layout_findings } from './layout/check.mjs';
import { Line } from './line.mjs';

// All of them take a while; each language by one hand, and these by both, is what every run has time for.
const all = process.env.MILLRACE_JOURNEYS === 'all';
const BY_BOTH = ['en', 'ar'];
const TEST = 'esd-handling';
// The layout sample, so that it can be taken in languages that nobody has approved.
const sample = JSON.parse(readFileSync(join(root, 'demo', 'packages', `${TEST}.json`), 'utf8'));
const approved = sample.languages.filter(({ approved_by }) => approved_by !== null).map(({ code }) => code);
/// Where it is said that nobody has approved the text.
const TELLS = /^(brief|question|result)/;

const HANDS = [by_touch, by_keys];
const JOURNEYS = kScreenLanguages.flatMap((language, place) =>
  (all || BY_BOTH.includes(language) ? HANDS : [HANDS[place % HANDS.length]]).map((hand) => ({ language, hand })),
);

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

for (const [i, { language, hand }] of JOURNEYS.entries()) {
  const by = hand === by_touch ? 'touch' : 'keys';
  line.test(`a whole test in ${language}, by ${by} alone`, async () => {
    const page = await line.open_page();
    await watch_hands(page);
    const one_hand = hand(page);
    const astray = [];
    // The words of the test itself, too, in the direction and with the letters of the language.
    const look = all ? findings : layout_findings;
    const shown = await takeTest(page, {
      url: line.stack.url,
      ...operators[i],
      language,
      testId: TEST,
      answers,
      hand: one_hand,
      screenshotsDir: all ? join(line.pictures, `${language}-${by}`) : undefined,
      onScreen: async (name) => {
        const [lang, dir] = await page.evaluate(() => {
          const { lang, dir } = document.documentElement;
          return [lang, dir];
        });
        if (lang !== language || dir !== directionOf(language)) astray.push(`${name} is in ${lang}, ${dir}`);
        const stem = page.locator('#stem');
        if (name.startsWith('question') && (await stem.getAttribute('lang')) !== language) {
          astray.push(`${name} asks in ${await stem.getAttribute('lang')}`);
        }
        const note = page.locator('[data-testid="language-note"]');
        const told = (await note.count()) > 0 ? await note.getAttribute('data-standing') : 'nothing';
        const due = approved.includes(language) ? 'sample' : 'not_approved';
        if (TELLS.test(name) && told !== due) astray.push(`${name} tells ${told}, not ${due}`);
        astray.push(...(await look(page)).map((finding) => `${name}: ${finding}`));
        await listen(page, one_hand, language);
      },
    });
    assert.deepEqual(astray, []);
    assert.deepEqual(page.complaints, []);

    const { touch, mouse, pen, keys } = await hands_used(page);
    assert.equal(mouse + pen, 0);
    if (by === 'touch') assert.equal(keys, 0);
    else assert.equal(touch, 0);
    assert.ok(touch + keys > 20);

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
