// Every screen, in its fullest and in its error states, in every way in which it may have to be shown.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { root } from '../support/stack.mjs';
import { axe_findings } from './access.mjs';
import { open_page } from './browser.mjs';
import { every_pass, PASSES as USUAL_PASSES, show_in } from './layout/cells.mjs';
import { layout_findings } from './layout/check.mjs';
import { answer_with } from './layout/walk.mjs';
import { FIRST_WALKS } from './layout/walks_first.mjs';
import { TEAM_WALKS } from './layout/walks_team.mjs';
import { TEST_WALKS } from './layout/walks_test.mjs';
import { TROUBLE_WALKS } from './layout/walks_trouble.mjs';
import { operators, world_of_file } from './layout/world.mjs';

const PICTURES = join(root, '.artefacts', 'layout');
// For whoever mends a screen: only the walks whose title has these words, and a picture of every cell.
const only = process.env.MILLRACE_LAYOUT_ONLY;
const every_picture = process.env.MILLRACE_LAYOUT_PICTURES === '1';
const PASSES = process.env.MILLRACE_LAYOUT === 'all' ? every_pass() : USUAL_PASSES;
/// More pages at once than this keep one another waiting.
const AT_ONCE = 5;

const world = world_of_file('layout');

before(() => {
  rmSync(PICTURES, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
});

/// Looks at the screen in every cell of the pass; returns what is wrong, and leaves the page as it was.
async function look(page, pass, name) {
  const picture = (...words) =>
    page.screenshot({ path: join(PICTURES, `${[...words, name, pass.name].join('-').replace(/[^\w.-]+/g, '-')}.png`) });
  const found = new Map();
  const note = (cell, sentences) => {
    for (const sentence of sentences) found.set(sentence, [...(found.get(sentence) ?? []), cell.name]);
  };
  const [plain] = pass.cells;
  await show_in(page, plain);
  assert.equal(await page.evaluate(() => document.documentElement.dir), pass.dir);
  if (pass === PASSES[0]) await picture();
  for (const cell of pass.cells) {
    await show_in(page, cell);
    const sentences = await layout_findings(page);
    if (sentences.length > 0) await picture('wrong', cell.name);
    else if (every_picture) await picture('cell', cell.name);
    note(cell, sentences);
  }
  for (const cell of pass.axe_cells) {
    await show_in(page, cell);
    note(cell, await axe_findings(page));
  }
  await show_in(page, plain);
  return [...found].map(([sentence, cells]) => `${name}, ${pass.name}: ${sentence} – in: ${cells.join('; ')}`);
}

/// One walk in one language, by an operator of its own.
async function walk_in(pass, walk) {
  const page = await open_page(world.browser, { viewport: pass.cells[0].size });
  const found = [];
  await walk({
    page,
    kiosk: { url: world.stack.url, query: pass.query, operator: operators[PASSES.indexOf(pass)] },
    look: async (name) => found.push(...(await look(page, pass, name))),
  });
  const complaints = page.complaints.map((complaint) => `${pass.name}: ${complaint}`);
  // The status and the session are asked for all the time: one of those answers may be on its way.
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.context().close();
  return [...found, ...complaints];
}

for (const { title, walk } of [...FIRST_WALKS, ...TEST_WALKS, ...TEAM_WALKS, ...TROUBLE_WALKS]) {
  if (only && !title.includes(only)) continue;
  test(`holds in the languages and sizes of this run: ${title}`, async () => {
    const found = [];
    for (let first = 0; first < PASSES.length; first += AT_ONCE) {
      found.push(...(await Promise.all(PASSES.slice(first, first + AT_ONCE).map((pass) => walk_in(pass, walk)))));
    }
    assert.equal(found.flat().join('\n'), '');
  });
}

test('an answer that is made up and that no box may send is complained of', async () => {
  const page = await open_page(world.browser);
  await answer_with(page, '**/api/v1/roster', { people: [{ id: 'op-1', title: 'Anna' }] });
  await page.goto(world.stack.url);
  await page.evaluate(() => fetch('/api/v1/roster'));
  assert.match(page.complaints.join(), /made up: GET .*roster 200: \/people\/0 must have required property 'name'/);
  await page.context().close();
});

test('a fault that is seeded into the kiosk is found in the cell in which it shows', async () => {
  const page = await open_page(world.browser);
  await page.goto(world.stack.url);
  await page.getByTestId('type-badge').waitFor();
  const [{ cells }] = PASSES;
  const cell = (name) => cells.find((candidate) => candidate.name === name);
  const seed = (selector, style) =>
    page.evaluate(([selector, style]) => Object.assign(document.querySelector(selector).style, style), [selector, style]);
  await show_in(page, cell('small'));
  assert.deepEqual(await layout_findings(page), []);

  // A title that cannot break, as long words are in other languages.
  await seed('.attract-title', { whiteSpace: 'nowrap', fontSize: '60px' });
  assert.match((await layout_findings(page)).join(), /stands out of|more than its width|cut off/);
  await seed('.attract-title', { whiteSpace: '', fontSize: '' });
  assert.deepEqual(await layout_findings(page), []);

  // Large enough by CSS's guess, too small in millimetres on a dense screen.
  await seed('[data-testid="type-badge"]', { blockSize: '70px', minBlockSize: '0' });
  assert.deepEqual(await layout_findings(page), []);
  await show_in(page, cell('large, 5.55 px/mm'));
  assert.match((await layout_findings(page)).join(), /70 px, less than 88.8 px/);
  await page.context().close();
});
