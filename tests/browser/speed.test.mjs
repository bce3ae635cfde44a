// What the first operator screen costs over the wire, and how long taps and a saving take. Sizes are asserted; times
// depend on the machine and are printed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pause } from '../support/process.mjs';
import { root } from '../support/stack.mjs';
import { FaultBox, HOST, RIGHT_ANSWERS, SAMPLE_ANSWERS, SAMPLE_ID, TEST_ID } from './fault_box.mjs';
import { on_screen } from './journey.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

const MOST_SCRIPT_BYTES = 60_000;
const SLOWER = 4;
const TAPS = 30;
/// Through the sample, which has a question of every kind.
const ROUNDS = 5;
/// A tap of which the browser has not told by then counts as if it had taken so long.
const UNTOLD_AFTER_MS = 2_000;

let folder;
let box;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-speed-'));
  box = await FaultBox.create({ folder, operators: 5, sampler: true });
  await box.start();
});

after(async () => {
  await box?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function with_browser(name, run) {
  const browser = new KioskBrowser({ profile: join(folder, name), url: null, host: HOST, trust: box.trust, watched: false });
  await browser.start();
  try {
    return await run(browser, await browser.page.context().newCDPSession(browser.page));
  } finally {
    await browser.stop();
  }
}

const operator = (browser, i) => new Operator({ browser, ...box.people[i], test_id: TEST_ID, answers: RIGHT_ANSWERS });
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const share = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];

/// How long a finger rests on the glass, ms. No shorter: a touch that is over before the page has drawn its beginning is
/// held back until it has. From tap to tap it differs by the golden ratio of the span, so that the leaving meets the screen
/// at every moment between two frames alike.
const REST_MS = { least: 60, span: 60 };
let rests = 0;

function next_rest() {
  rests += 1;
  return REST_MS.least + REST_MS.span * ((rests * 0.618) % 1);
}

/// A finger and nothing else: Playwright's own tap looks in the page, while it taps, at what it hits, and on a slow
/// processor that takes as long as what is measured. Where to tap is found out before. The browser makes the touch of a
/// mouse's press: the touch that DevTools dispatches itself is stamped, and then waits for a frame before the page has it.
async function finger_on(devtools, locator) {
  await locator.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await locator.boundingBox();
  const at = { x: Math.round(x + width / 2), y: Math.round(y + height / 2), button: 'left', clickCount: 1 };
  return async () => {
    await devtools.send('Input.emulateTouchFromMouseEvent', { type: 'mousePressed', ...at });
    await pause(next_rest());
    await devtools.send('Input.emulateTouchFromMouseEvent', { type: 'mouseReleased', ...at });
  };
}

/// The next question, or the review after the last. `tap`: what does it.
async function go_next(page, tap = (button) => button.tap()) {
  const item = await page.locator('[data-item]').getAttribute('data-item');
  await tap(page.getByTestId('next'));
  await page.waitForFunction((id) => document.querySelector('[data-item]')?.dataset.item !== id, item);
}

/// The first question with options, which are then to be taken in turn.
async function at_options(page) {
  while ((await page.locator('[data-option]').count()) === 0) await go_next(page);
  const options = await page.locator('[data-option]').count();
  return (i) => page.locator('[data-option]').nth(i % options);
}

/// The scripts that the service worker has put away, by their paths.
const kept_scripts = (page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    const caches_here = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const kept = (await Promise.all(caches_here.map((cache) => cache.keys()))).flat();
    return kept.map(({ url }) => new URL(url).pathname).filter((path) => path.endsWith('.js'));
  });

/// English, and the language whose words take most.
for (const [i, language] of ['en', 'pl'].entries()) {
  test(`at most ${MOST_SCRIPT_BYTES / 1000} kB of scripts go over the wire to the first operator screen, compressed: ${language}`, () =>
    with_browser(`size-${language}`, async (browser, devtools) => {
      const files = new Map();
      await devtools.send('Network.enable');
      devtools.on('Network.responseReceived', ({ requestId, type, response }) => {
        files.set(requestId, { type, url: response.url, encoding: response.headers['Content-Encoding'] ?? 'none', bytes: 0 });
      });
      devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (files.has(requestId)) files.get(requestId).bytes = encodedDataLength;
      });
      await browser.page.goto(`${box.url}/?lang=${language}`);
      await browser.page.waitForSelector(`html[lang="${language}"]`);
      await operator(browser, i).go_to('work');
      const own = [...files.values()].filter(({ type }) => ['Script', 'Stylesheet', 'Document'].includes(type));
      for (const { type, url, encoding, bytes } of own) console.log(`${type} ${new URL(url).pathname}: ${bytes} bytes (${encoding})`);
      const scripts = own.filter(({ type }) => type === 'Script');
      assert.ok(scripts.length > 0);
      for (const { url, encoding } of scripts) assert.equal(encoding, 'br', url);
      const bytes = scripts.reduce((sum, file) => sum + file.bytes, 0);
      console.log(`scripts, ${language}: ${bytes} bytes`);
      assert.ok(bytes > 10_000, `${bytes} bytes of scripts: they were not counted`);
      assert.ok(bytes <= MOST_SCRIPT_BYTES, `${bytes} bytes of scripts`);
      // For when the box is silent: no screen waits for them.
      const later = (await kept_scripts(browser.page)).filter((path) => !scripts.some(({ url }) => new URL(url).pathname === path));
      assert.ok(later.length > 0, 'the worker keeps nothing more');
      const size = later.reduce((sum, path) => sum + statSync(join(root, 'kiosk', 'dist', `${path}.br`)).size, 0);
      console.log(`beside them the worker fetches ${later.length} scripts to keep, ${language}: ${size} bytes`);
    }));
}

/// A watch on taps from here on: `time(locator)` taps there and tells how long it took from the finger's leaving to the
/// paint, both as the browser itself stamps them, to 8 ms. Nobody asks the page for anything meanwhile: it tells by itself.
async function watch_taps(page, devtools) {
  let heard = () => undefined;
  await page.exposeFunction('millrace_painted', (at, ms) => heard(at, ms));
  await page.evaluate(() => {
    new PerformanceObserver((list) => {
      const click = list.getEntries().find(({ name, interactionId }) => name === 'click' && interactionId > 0);
      if (click) globalThis.millrace_painted(click.startTime, click.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: false });
  });
  const watch = { told: 0 };
  watch.time = async (locator) => {
    const tap = await finger_on(devtools, locator);
    const before = await page.evaluate(
      () => new Promise((resolve) => requestIdleCallback(() => resolve(performance.now()), { timeout: 1_000 })),
    );
    const painted = new Promise((resolve) => {
      heard = (at, ms) => at >= before && resolve(ms);
    });
    await tap();
    const ms = await Promise.race([painted, pause(UNTOLD_AFTER_MS)]);
    if (ms === undefined) return UNTOLD_AFTER_MS;
    watch.told += 1;
    return ms;
  };
  return watch;
}

const tell_taps = (what, times) =>
  console.log(
    `tap to paint, ${SLOWER}× slower, ${what}, ${times.length} taps: median ${median(times).toFixed(0)} ms, ` +
      `95th percentile ${share(times, 0.95).toFixed(0)} ms, most ${Math.max(...times).toFixed(0)} ms`,
  );

test(`from a tap on a choice to its painted response on a processor ${SLOWER} times slower: reported`, () =>
  with_browser('taps', async (browser, devtools) => {
    const { page } = browser;
    await page.goto(box.url);
    await operator(browser, 2).go_to('question');
    const option = await at_options(page);
    const watch = await watch_taps(page, devtools);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const times = [];
    for (let i = 0; i < TAPS; i += 1) times.push(await watch.time(option(i)));
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    assert.ok(watch.told > 0, 'the browser told of no tap at all');
    tell_taps('a choice', times);
  }));

/// Every question of the sample, from the first to the review; `note` takes each tap.
async function through_the_sample(page, note) {
  while ((await page.locator('[data-screen="review"]').count()) === 0) {
    const type = await page.locator('[data-item]').getAttribute('data-type');
    if (type === 'ordering') {
      for (let i = 0; i < 4; i += 1) await note('a step of an order', page.locator('[data-step="down"]').first());
    }
    if (type === 'matching') {
      for (let i = 0; i < 4; i += 1) {
        for (const side of ['left', 'right']) await note('one side of a pair', page.locator(`[data-match^="${side} "]`).nth(i));
      }
    }
    await go_next(page, (button) =>
      note(async () => ((await page.locator('.picture').count()) > 0 ? 'Next, to a picture' : 'Next'), button),
    );
  }
}

test(`from any other tap in a test to its painted response on a processor ${SLOWER} times slower: reported`, () =>
  with_browser('other-taps', async (browser, devtools) => {
    const { page } = browser;
    await page.goto(box.url);
    await new Operator({ browser, ...box.sampler, test_id: SAMPLE_ID, answers: SAMPLE_ANSWERS }).go_to('question');
    const watch = await watch_taps(page, devtools);
    const times = new Map();
    // `what`: its name, or what finds the name once it is painted.
    const note = async (what, locator) => {
      const time = await watch.time(locator);
      const name = typeof what === 'function' ? await what() : what;
      times.set(name, [...(times.get(name) ?? []), time]);
    };
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    for (let round = 0; round < ROUNDS; round += 1) {
      await note('the review', page.getByTestId('overview'));
      await on_screen(page, 'review');
      await page.locator('.tile').first().tap();
      await on_screen(page, 'question');
      await through_the_sample(page, note);
      await note('back from the review', page.locator('.tile').first());
      await on_screen(page, 'question');
    }
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    assert.ok(watch.told > 0, 'the browser told of no tap at all');
    for (const what of ['Next, to a picture', 'a step of an order', 'one side of a pair', 'the review']) assert.ok(times.get(what)?.length >= ROUNDS, what);
    for (const [what, all] of times) tell_taps(what, all);
  }));

test('from a tap on a choice until “saved” on loopback: reported', () =>
  with_browser('saved', async (browser, devtools) => {
    const { page } = browser;
    await page.goto(box.url);
    await operator(browser, 3).go_to('question');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    const option = await at_options(page);
    await page.evaluate(() => {
      globalThis.saved_after = [];
      let left = null;
      let is_here = false;
      const leaves = ({ pointerType, timeStamp: stamp }) => {
        left = pointerType === 'touch' ? { stamp, told: performance.now() } : null;
        is_here = false;
      };
      document.addEventListener('pointerup', leaves, { capture: true });
      const look = () => {
        const { mark } = document.querySelector('[data-item]').dataset;
        if (mark === 'here') is_here = true;
        if (left === null || !is_here || mark !== 'saved') return;
        globalThis.saved_after.push({ told: performance.now() - left.told, stamp: performance.now() - left.stamp });
        left = null;
      };
      new MutationObserver(look).observe(document.body, { subtree: true, attributes: true, childList: true });
    });
    for (let i = 0; i < TAPS; i += 1) {
      await (await finger_on(devtools, option(i)))();
      await page.waitForFunction((count) => globalThis.saved_after.length === count, i + 1);
    }
    const times = await page.evaluate(() => globalThis.saved_after);
    const tell = (all) => `median ${median(all).toFixed(1)} ms, 95th percentile ${share(all, 0.95).toFixed(1)} ms`;
    // Only the wire and the box, as the browser measured it.
    const wire = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.includes('/answers/'))
        .map(({ duration, workerFinalSourceType: source }) => ({ duration, source })),
    );
    assert.ok(await page.evaluate(() => navigator.serviceWorker.controller !== null), 'no worker holds the page');
    assert.deepEqual(wire.filter(({ source }) => source !== 'network'), [], 'answers go by way of the worker');
    console.log(`until saved, ${TAPS} times, from when the page is told of the tap: ${tell(times.map(({ told }) => told))}`);
    console.log(`  from when the finger left, as the browser stamps it: ${tell(times.map(({ stamp }) => stamp))}`);
    console.log(`  the request alone: ${tell(wire.map(({ duration }) => duration))}`);
  }));
