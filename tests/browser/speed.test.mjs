// What the first operator screen costs over the wire, and how long a tap and a saving take. Sizes are asserted; times
// depend on the machine and are printed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FaultBox, HOST, RIGHT_ANSWERS, TEST_ID } from './fault_box.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

const MOST_SCRIPT_BYTES = 60_000;
const SLOWER = 4;
const TAPS = 30;

let folder;
let box;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-speed-'));
  box = await FaultBox.create({ folder, operators: 3 });
  await box.start();
});

after(async () => {
  await box?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function with_browser(name, run) {
  const browser = new KioskBrowser({ profile: join(folder, name), url: null, host: HOST, trust: box.trust });
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

test(`at most ${MOST_SCRIPT_BYTES / 1000} kB of scripts go over the wire to the first operator screen, compressed`, () =>
  with_browser('size', async (browser, devtools) => {
    const files = new Map();
    await devtools.send('Network.enable');
    devtools.on('Network.responseReceived', ({ requestId, type, response }) => {
      files.set(requestId, { type, url: response.url, encoding: response.headers['Content-Encoding'] ?? 'none', bytes: 0 });
    });
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (files.has(requestId)) files.get(requestId).bytes = encodedDataLength;
    });
    await browser.page.goto(box.url);
    await operator(browser, 0).go_to('work');
    const own = [...files.values()].filter(({ type }) => ['Script', 'Stylesheet', 'Document'].includes(type));
    for (const { type, url, encoding, bytes } of own) console.log(`${type} ${new URL(url).pathname}: ${bytes} bytes (${encoding})`);
    const scripts = own.filter(({ type }) => type === 'Script');
    assert.ok(scripts.length > 0);
    for (const { url, encoding } of scripts) assert.equal(encoding, 'br', url);
    const bytes = scripts.reduce((sum, file) => sum + file.bytes, 0);
    assert.ok(bytes > 10_000, `${bytes} bytes of scripts: they were not counted`);
    assert.ok(bytes <= MOST_SCRIPT_BYTES, `${bytes} bytes of scripts`);
  }));

test(`from a tap to its painted response on a processor ${SLOWER} times slower: reported`, () =>
  with_browser('taps', async (browser, devtools) => {
    const { page } = browser;
    await page.goto(box.url);
    await operator(browser, 1).go_to('question');
    // Of the first question with options.
    while ((await page.locator('[data-option]').count()) === 0) {
      await page.getByTestId('next').tap();
      await page.waitForTimeout(100);
    }
    await page.evaluate(() => {
      globalThis.taps = [];
      new PerformanceObserver((list) => {
        for (const { interactionId, duration } of list.getEntries()) {
          if (interactionId > 0) globalThis.taps.push({ interactionId, duration });
        }
      }).observe({ type: 'event', durationThreshold: 16, buffered: false });
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const options = await page.locator('[data-option]').count();
    for (let i = 0; i < TAPS; i += 1) {
      await page.locator('[data-option]').nth(i % options).tap();
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))));
    }
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    const taps = await page.evaluate(() => globalThis.taps);
    const longest = new Map();
    for (const { interactionId, duration } of taps) longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0));
    const times = [...longest.values()];
    assert.ok(times.length > 0, 'the browser told of no tap at all');
    // A tap that was painted within one frame is not told of.
    while (times.length < TAPS) times.push(16);
    console.log(`tap to paint, ${SLOWER}× slower, ${TAPS} taps: median ${median(times)} ms, 95th percentile ${share(times, 0.95)} ms, most ${Math.max(...times)} ms`);
  }));

test('from a tap to “saved” on loopback: reported', () =>
  with_browser('saved', async (browser) => {
    const { page } = browser;
    await page.goto(box.url);
    await operator(browser, 2).go_to('question');
    while ((await page.locator('[data-option]').count()) === 0) {
      await page.getByTestId('next').tap();
      await page.waitForTimeout(100);
    }
    const times = await page.evaluate(async (taps) => {
      const marked = (mark) =>
        new Promise((resolve) => {
          const look = () => {
            if (document.querySelector('[data-item]').dataset.mark !== mark) return false;
            resolve();
            return true;
          };
          if (look()) return;
          const observer = new MutationObserver(() => look() && observer.disconnect());
          observer.observe(document.body, { subtree: true, attributes: true, childList: true });
        });
      const out = [];
      for (let i = 0; i < taps; i += 1) {
        const inputs = [...document.querySelectorAll('[data-option] input')];
        const from = performance.now();
        inputs[i % inputs.length].click();
        await marked('here');
        await marked('saved');
        out.push(performance.now() - from);
      }
      return out;
    }, TAPS);
    // Only the wire and the box, as the browser measured it.
    const wire = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.includes('/answers/'))
        .map(({ duration }) => duration),
    );
    console.log(
      `tap to saved, ${TAPS} taps: median ${median(times).toFixed(1)} ms, 95th percentile ${share(times, 0.95).toFixed(1)} ms; ` +
        `the request alone: median ${median(wire).toFixed(1)} ms`,
    );
  }));
