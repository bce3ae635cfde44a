// What the browser is asked for when an answer is given: a write that is on the disk before it counts, and storage that is
// not cleared for want of room. What a power cut then leaves is the browser's word; that it was asked can be seen.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FaultBox, HOST, RIGHT_ANSWERS, TEST_ID } from './fault_box.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

let folder;
let box;
let browser;

/// In the page: notes every write into the outbox as the browser took it, and how often storage was to be kept.
function note_what_is_asked() {
  globalThis.asked = { writes: [], persist: 0 };
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...args) {
    const begun = transaction.apply(this, args);
    if (begun.mode === 'readwrite') globalThis.asked.writes.push({ stores: [...begun.objectStoreNames], durability: begun.durability });
    return begun;
  };
  const { persist } = StorageManager.prototype;
  StorageManager.prototype.persist = function () {
    globalThis.asked.persist += 1;
    return persist.call(this);
  };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-durability-'));
  box = await FaultBox.create({ folder, operators: 1 });
  await box.start();
  const scripts = [[note_what_is_asked]];
  browser = new KioskBrowser({ profile: join(folder, 'kiosk'), url: box.url, host: HOST, trust: box.trust, scripts });
  await browser.start();
});

after(async () => {
  await browser?.stop();
  await box?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('every answer is written with the strictest durability, and the browser is asked to keep it', async () => {
  await new Operator({ browser, ...box.people[0], test_id: TEST_ID, answers: RIGHT_ANSWERS }).go_to('review');
  const { writes, persist } = await browser.page.evaluate(() => globalThis.asked);
  const answers = writes.filter(({ stores }) => stores.includes('waiting'));
  assert.ok(answers.length >= Object.keys(RIGHT_ANSWERS).length, `only ${answers.length} writes`);
  assert.deepEqual(writes.filter(({ durability }) => durability !== 'strict'), []);
  assert.ok(persist > 0, 'navigator.storage.persist() was never called');
});
