// The checker itself: each fault that it is there for is seeded once, and a page without faults is left alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe_findings } from './access.mjs';
import { launch, open_page } from './browser.mjs';
import { layout_findings } from './layout/check.mjs';

let browser;
let page;

before(async () => {
  browser = await launch();
  page = await open_page(browser, { viewport: { width: 1024, height: 768 } });
});
after(() => browser?.close());

const GOOD = `
  <main>
    <h1>Good</h1>
    <div class="row"><button id="a">One</button><button id="b">Two</button></div>
    <p class="words">Some words that have all the room that they need.</p>
    <div class="plate"></div>
    <div class="list"><button>Three</button><div class="far"></div></div>
    <button id="below">Below</button>
  </main>`;

const stand = (style = '') =>
  page.setContent(`<!doctype html><html lang="en"><head><title>Good</title><style>
    :root { --mm: 4px; }
    body { margin: 8px; font: 20px sans-serif; }
    .row { display: flex; gap: 12px; }
    .list { height: 100px; margin-bottom: 12px; overflow: hidden auto; }
    .far { height: 200px; }
    button { min-width: 100px; min-height: 64px; background: #000; color: #fff; border: 0; }
    ${style}
  </style></head><body>${GOOD}</body></html>`);

test('a page without faults has no finding', async () => {
  await stand();
  assert.deepEqual(await layout_findings(page), []);
  assert.deepEqual(await axe_findings(page), []);
});

const FAULTS = [
  ['an element wider than the screen', '.words { width: 1100px }', /wider than the screen/],
  ['a box that scrolls sideways', '.row { width: 150px; overflow: auto }', /more than its width/],
  ['an element that stands out of the screen', '.words { margin-left: -40px }', /stands out of the screen/],
  ['text that is cut off below', '.words { height: 10px; overflow: hidden }', /text is cut off/],
  ['text that does not fit its button', '#a { width: 100px; height: 64px; font-size: 90px }', /text is cut off/],
  ['a word that is torn letter by letter', '.words { width: 12px; overflow-wrap: anywhere }', /the word “Some” is torn/],
  ['a word whose last letter stands alone', '#b { width: 100px; padding: 0; font-size: 60px; overflow-wrap: anywhere }', /the word “Two” is torn/],
  ['a target that is too small', '#a { min-height: 0; height: 60px; align-self: start }', /60 px, less than 64 px/],
  ['a target that is large in pixels and small in millimetres', ':root { --mm: 5px } .row { gap: 15px }', /less than 80 px/],
  ['targets that are too near', '.row { gap: 8px }', /8 px apart, less than 12 px/],
  ['a target that its list cuts off right above a button', '.list { margin-bottom: 5px } .list button { margin-top: 50px }', /“Three”.*“Below”.* 5 px apart/],
  ['a target that may be scrolled to there', '.list { margin-bottom: 5px } .list button { margin-top: 200px }', /“Three”.*“Below”.* 5 px apart/],
  ['targets that overlap', '#b { margin-left: -40px }', /overlap/],
  ['a line that lies over the heading', '.row { position: absolute; bottom: 0 } .words { margin-top: -56px }', /text lies over text/],
  ['text that lies over a button', '.words { margin-top: -40px; position: relative }', /text lies over a target/],
  ['a button that hides the text under it', '.words { margin-top: -40px } .row { position: relative }', /text lies over a target/],
  ['text under something without words', '.plate { height: 60px; margin-top: -60px; position: relative; background: #fff }', /text is hidden/],
  ['text over which another is painted', '.words { margin-top: -120px; position: relative; background: #fff }', /text lies over text/],
  ['a target that something covers at one end', '.plate { position: absolute; left: 8px; top: 0; width: 30px; height: 300px }', /is covered by/],
  ['a target that something covers', 'h1 { position: absolute; inset: 0; margin: 0 }', /is covered by/],
];

for (const [name, style, finding] of FAULTS) {
  test(`finds ${name}`, async () => {
    await stand(style);
    const found = await layout_findings(page);
    assert.ok(found.some((sentence) => finding.test(sentence)), `found only: ${found.join('; ') || 'nothing'}`);
  });
}

test('a long word that goes on in the next line, and Chinese, are left alone', async () => {
  await stand('.words { width: 190px; overflow-wrap: anywhere }');
  for (const text of ['Sicherheitsunterweisung', 'Donaudampfschifffahrtsgesellschaft', '防静电手环必须每天检查一次然后才能开始工作']) {
    await page.locator('.words').evaluate((words, text) => { words.textContent = text; }, text);
    assert.ok((await page.locator('.words').evaluate(({ offsetHeight }) => offsetHeight)) > 40);
    assert.deepEqual(await layout_findings(page), []);
  }
});

test('a target that no scrolling brings near another is left alone', async () => {
  await stand('.list { margin-bottom: 5px }');
  assert.deepEqual(await layout_findings(page), []);
});

test('axe finds a contrast under 7:1 and targets under 24 px', async () => {
  // Of 5.7:1, which the plainer rule lets pass.
  await stand('.words { color: #666 }');
  assert.match((await axe_findings(page)).join(), /color-contrast-enhanced/);
  await stand('button { min-width: 0; min-height: 0; width: 20px; height: 20px; padding: 0; font-size: 8px } .row { gap: 0 }');
  assert.match((await axe_findings(page)).join(), /target-size/);
});
