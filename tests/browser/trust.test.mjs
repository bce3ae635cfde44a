// HTTPS by the box's own authority, or by the plant's, in a real browser: nothing opens before the kiosk trusts it, and
// everything after; and the kiosk's command line as plant IT is told to write it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/stack.mjs';
import { FaultBox, HOST, RIGHT_ANSWERS, TEST_ID } from './fault_box.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

let folder;
let box;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-trust-'));
  box = await FaultBox.create({ folder, operators: 2 });
  await box.start();
});

after(async () => {
  await box?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/// Opens the box under this name in a browser that has been told so much; returns what `run` does.
async function with_browser(name, { trust, host = HOST, of = box, as_plant = null }, run) {
  const browser = new KioskBrowser({ profile: join(folder, name), url: null, host, trust, as_plant });
  await browser.start();
  try {
    return await run(browser, `https://${host}:${of.link.port}/`);
  } finally {
    await browser.stop();
  }
}

test('a kiosk that was told nothing opens nothing', () =>
  with_browser('stranger', { trust: null }, (browser, url) =>
    assert.rejects(browser.page.goto(url), /ERR_CERT_AUTHORITY_INVALID/),
  ));

test('a kiosk that trusts the box opens it by the names that it was given, and by no other', () =>
  with_browser('other-name', { trust: box.trust, host: 'bank.plant.test' }, (browser, url) =>
    assert.rejects(browser.page.goto(url), /ERR_CERT_COMMON_NAME_INVALID/),
  ));

const a_test_is_taken = (operator) => async (browser, url) => {
  browser.url = url;
  await browser.page.goto(url);
  assert.equal(await browser.page.evaluate(() => globalThis.isSecureContext), true);
  await browser.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
  const result = await new Operator({ browser, ...operator, test_id: TEST_ID, answers: RIGHT_ANSWERS }).take_test();
  assert.equal(result.score_bp, 10_000);
  assert.deepEqual(browser.complaints, []);
};

test('once the printed commands have been run, an operator takes a test, and nothing warns', () =>
  with_browser('kiosk', { trust: box.trust }, a_test_is_taken(box.people[0])));

/// Of a plant's screen; Chromium without a window believes that it has it.
const SCREEN = { width: 1920, height: 1080 };

test('started as docs/operations.md says, the page has the whole screen, and a test is begun', async () => {
  const [, flags, search] = readFileSync(join(root, 'docs', 'operations.md'), 'utf8').match(
    /^ExecStart=\/usr\/bin\/chromium (--.+) --user-data-dir=\S+ "https:\/\/[^?]+(\?\S+)"$/m,
  );
  const as_plant = [...flags.split(' '), `--screen-info={${SCREEN.width}x${SCREEN.height}}`];
  assert.ok(as_plant.includes('--kiosk'));
  const [, someone] = box.people;
  await with_browser('whole-screen', { trust: box.trust, as_plant }, async (browser, url) => {
    browser.url = `${url}${search}`;
    await browser.page.goto(browser.url);
    const operator = new Operator({ browser, ...someone, test_id: TEST_ID, answers: RIGHT_ANSWERS });
    const fills = async (name) => {
      const { inner, screen, inside, scrolls } = await browser.page.evaluate(() => {
        const { clientWidth, clientHeight, scrollWidth, scrollHeight } = document.documentElement;
        return {
          inner: { width: innerWidth, height: innerHeight },
          screen: { width: screen.width, height: screen.height },
          inside: { width: clientWidth, height: clientHeight },
          scrolls: scrollWidth > clientWidth || scrollHeight > clientHeight,
        };
      });
      assert.deepEqual([inner, screen, inside], [SCREEN, SCREEN, SCREEN], name);
      assert.equal(scrolls, false, name);
    };
    await browser.page.locator('[data-screen="attract"]').waitFor();
    await fills('the first screen');
    assert.equal(await browser.page.evaluate(() => document.documentElement.lang), new URLSearchParams(search).get('lang'));
    await operator.go_to('question');
    await fills('a question');
  });
});

test("with the plant's certificate, whoever trusts the plant takes a test, and whoever does not opens nothing", async () => {
  const own = join(folder, 'plant');
  mkdirSync(own);
  const of = await FaultBox.create({ folder: own, operators: 1, plant: true });
  await of.start();
  try {
    await with_browser('plant-kiosk', { trust: of.trust, of }, a_test_is_taken(of.people[0]));
    await with_browser('plant-stranger', { trust: box.trust, of }, (browser, url) =>
      assert.rejects(browser.page.goto(url), /ERR_CERT_AUTHORITY_INVALID/),
    );
  } finally {
    await of.stop();
  }
});
