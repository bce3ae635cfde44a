// Every screen, in its fullest and in its error states, in every way in which it may have to be shown.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/stack.mjs';
import { axe_findings } from './access.mjs';
import { launch, open_page } from './browser.mjs';
import { AXE_CELLS, CELLS, show_in, show_plain } from './layout/cells.mjs';
import { layout_findings } from './layout/check.mjs';
import { FIRST_WALKS } from './layout/walks_first.mjs';
import { TEAM_WALKS } from './layout/walks_team.mjs';
import { TEST_WALKS } from './layout/walks_test.mjs';
import { make_world } from './layout/world.mjs';

const PICTURES = join(root, '.artefacts', 'layout');
// For whoever mends a screen: only the walks whose title has these words, and a picture of every cell.
const only = process.env.MILLRACE_LAYOUT_ONLY;
const every_picture = process.env.MILLRACE_LAYOUT_PICTURES === '1';

let folder;
let stack;
let browser;

before(async () => {
  rmSync(PICTURES, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'millrace-layout-'));
  stack = await make_world(folder);
  await stack.broker.start();
  await stack.edge.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await stack?.edge.stop();
  await stack?.broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

/// Looks at the screen in every cell; returns what is wrong, and leaves the page as it was.
async function look(page, name) {
  await show_plain(page);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  const found = new Map();
  const note = (cell, sentences) => {
    for (const sentence of sentences) found.set(sentence, [...(found.get(sentence) ?? []), cell.name]);
  };
  for (const cell of CELLS) {
    await show_in(page, cell);
    const sentences = await layout_findings(page);
    if (sentences.length > 0 || every_picture) {
      const mark = sentences.length > 0 ? 'wrong' : 'cell';
      await page.screenshot({ path: join(PICTURES, `${mark}-${name}-${cell.name.replace(/\W+/g, '-')}.png`) });
    }
    note(cell, sentences);
  }
  for (const cell of AXE_CELLS) {
    await show_in(page, cell);
    note(cell, await axe_findings(page));
  }
  await show_plain(page);
  return [...found].map(([sentence, cells]) => `${name}: ${sentence} – in: ${cells.join('; ')}`);
}

for (const { title, walk } of [...FIRST_WALKS, ...TEST_WALKS, ...TEAM_WALKS]) {
  if (only && !title.includes(only)) continue;
  test(`holds in every language, size and direction: ${title}`, async () => {
    const page = await open_page(browser);
    const found = [];
    await walk({ page, stack, look: async (name) => found.push(...(await look(page, name))) });
    assert.equal(found.join('\n'), '');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test('a fault that is seeded into the kiosk is found in the cell in which it shows', async () => {
  const page = await open_page(browser);
  await page.goto(stack.url);
  await page.getByTestId('type-badge').waitFor();
  const seed = (selector, style) =>
    page.evaluate(([selector, style]) => Object.assign(document.querySelector(selector).style, style), [selector, style]);
  await show_in(page, CELLS[0]);
  assert.deepEqual(await layout_findings(page), []);

  // Enough room on the large screen, not on the small one.
  await seed('.attract-title', { inlineSize: '1100px' });
  await show_in(page, CELLS.find(({ name }) => name.startsWith('large')));
  const in_large = await layout_findings(page);
  await show_in(page, CELLS[0]);
  assert.match((await layout_findings(page)).join(), /stands out of the screen|more than its width/);
  await seed('.attract-title', { inlineSize: '' });
  assert.ok(in_large.length === 0 || in_large.every((sentence) => !/small target/.test(sentence)));

  // Large enough by CSS's guess, too small in millimetres on a dense screen.
  await seed('[data-testid="type-badge"]', { blockSize: '70px', minBlockSize: '0' });
  assert.deepEqual(await layout_findings(page), []);
  await show_in(page, CELLS.find(({ name }) => name === 'large, a dense screen'));
  assert.match((await layout_findings(page)).join(), /70 px, less than 88.8 px/);
  await page.context().close();
});
