// Every question of the demo's packages, as its author has worded it, on the screens that leave it least room.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directionOf } from '../../kiosk/src/i18n/index.ts';
import { assignment_of } from '../support/assignments.mjs';
import { root, Stack } from '../support/stack.mjs';
import { open_page, SCREENS } from './browser.mjs';
import { HOST } from './fault_box.mjs';
import { answer_question, each_question, saved } from './journey.mjs';
import { EVERY_CELL, in_cells, NARROWEST } from './layout/cells.mjs';
import { layout_findings } from './layout/check.mjs';
import { begin } from './layout/walk.mjs';
import { operators as long_named, world_of_file } from './layout/world.mjs';

const all = process.env.MILLRACE_LAYOUT === 'all';
const CELLS = all ? EVERY_CELL : NARROWEST;
/// The longest words of the plants, and the other direction; all languages of a package take a while.
const USUAL = ['en', 'de', 'ar'];
/// More pages at once keep one another waiting.
const AT_ONCE = 3;

const folder_of_packages = join(root, 'demo', 'packages');
const packages = readdirSync(folder_of_packages)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder_of_packages, name), 'utf8')));
const ATTEMPTS = packages.flatMap((content) =>
  content.languages
    .map(({ code }) => code)
    .filter((code) => all || USUAL.includes(code))
    .map((language) => ({ content, language })),
);
/// Once more, with faults.
const [{ content: with_faults }] = ATTEMPTS;
const SITTINGS = [...ATTEMPTS, { content: with_faults, language: 'en' }];
const operators = SITTINGS.map(({ language }, i) => ({ ...long_named[0], id: `op-${i}`, badge: `${4_000 + i}`, language }));

const world = world_of_file('questions', (folder) => {
  const whole = join(folder, 'content');
  cpSync(folder_of_packages, whole, { recursive: true });
  // An attempt that leaves nothing out.
  for (const content of packages) {
    const sections = content.sections.map((section) => ({ ...section, draw: null }));
    writeFileSync(join(whole, `${content.test_id}.json`), JSON.stringify({ ...content, sections }));
  }
  const assignments = SITTINGS.map(({ content: { test_id, version, skill } }, i) =>
    assignment_of({ assignment_id: `as-${i}`, operator_id: operators[i].id, test_id, test_version: version, skill }),
  );
  return Stack.create({ folder, operators, assignments, packages: whole, kiosk: join(root, 'kiosk', 'dist'), host: HOST });
});

const pictures_stand = (page) =>
  page.waitForFunction(() => [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0));

/// A page at the first question of the sitting.
async function sit_down(sitting) {
  const { content, language } = sitting;
  const operator = operators[SITTINGS.indexOf(sitting)];
  const page = await open_page(world.browser, { viewport: SCREENS.small });
  await begin(page, { url: world.stack.url, query: `lang=${language}`, operator, test: content.test_id });
  return page;
}

/// Looks at each question untouched, and once more with the right answer and a flag: {looked_at, found}.
async function look_at_all(page, { content, language }, cells) {
  const answers = Object.fromEntries(content.items.map(({ id, answer }) => [id, answer]));
  const looked_at = [];
  const found = [];
  await each_question(page, async ({ item, question }) => {
    const look = async (state) =>
      found.push(...(await in_cells(page, cells, layout_findings)).map((sentence) => `${item}, ${state}: ${sentence}`));
    assert.equal(await question.locator('.stem').getAttribute('lang'), language);
    assert.equal(await page.evaluate(() => document.documentElement.dir), directionOf(language));
    await pictures_stand(page);
    await look('untouched');
    await answer_question(page, answers[item]);
    await page.getByTestId('flag').tap();
    await page.waitForSelector('[data-testid="flag"][aria-pressed="true"]');
    await saved(page);
    await look('answered');
    looked_at.push(item);
  });
  return { looked_at, found };
}

describe('every question fits where there is least room', { concurrency: AT_ONCE }, () => {
  for (const sitting of ATTEMPTS) {
    const { test_id, items } = sitting.content;
    test(`the ${items.length} questions of ${test_id} in ${sitting.language}, untouched and answered`, async () => {
      const page = await sit_down(sitting);
      const { looked_at, found } = await look_at_all(page, sitting, CELLS);
      assert.equal(found.join('\n'), '');
      assert.deepEqual(looked_at.sort(), items.map(({ id }) => id).sort());
      assert.deepEqual(page.complaints, []);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await page.context().close();
    });
  }

  test('a fault in one question is found there, and one that only an answer brings about, with the answer', async () => {
    const sitting = SITTINGS.at(-1);
    const [small, wide] = ['true_false', 'single_choice'].map((type) => with_faults.items.find((item) => item.type === type).id);
    const page = await sit_down(sitting);
    await page.evaluate(
      ([small, wide]) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`
          [data-item="${small}"] .choice { block-size: 50px; min-block-size: 0; padding-block: 0 }
          [data-item="${wide}"] .choice:has(:checked) .choice-text { white-space: nowrap; font-size: 90px }`);
        document.adoptedStyleSheets.push(sheet);
      },
      [small, wide],
    );
    const { found } = await look_at_all(page, sitting, [NARROWEST[0]]);
    const places = new Set(found.map((sentence) => sentence.split(':')[0]));
    assert.deepEqual([...places].sort(), [`${small}, untouched`, `${small}, answered`, `${wide}, answered`].sort());
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.context().close();
  });
});
