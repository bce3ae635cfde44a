// HTTPS by the box's own authority, or by the plant's, in a real browser: nothing opens before the kiosk trusts it, and
// everything after.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FaultBox, HOST, RIGHT_ANSWERS, TEST_ID } from './fault_box.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

let folder;
let box;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-trust-'));
  box = await FaultBox.create({ folder, operators: 1 });
  await box.start();
});

after(async () => {
  await box?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/// Opens the box under this name in a browser that has been told so much; returns what `run` does.
async function with_browser(name, { trust, host = HOST, of = box }, run) {
  const browser = new KioskBrowser({ profile: join(folder, name), url: null, host, trust });
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
