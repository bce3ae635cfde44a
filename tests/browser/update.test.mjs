// The app's releases: it opens while the box is away, changes only on its first screen, and works one release apart
// from the box. Over HTTPS from another origin than localhost, for a service worker wants a secure context.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { as_the_former_box, FORMER_API, refused_by_former } from '../support/former_box.mjs';
import { until } from '../support/process.mjs';
import { root } from '../support/stack.mjs';
import { DeskPerson } from './desk_person.mjs';
import { FaultBox, HOST, RIGHT_ANSWERS, TEST_ID } from './fault_box.mjs';
import { on_screen } from './journey.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';
import { Operator } from './operator.mjs';

const RELOADED_WITHIN_MS = 20_000;

let folder;
let box;
let app;
let built;
let next_person = 0;

/// The whole release under another version, with other names for its files, as another build has them.
function serve_release(version) {
  rmSync(app, { recursive: true, force: true });
  cpSync(join(root, 'kiosk', 'dist'), app, { recursive: true, filter: (name) => !/\.(br|gz)$/.test(name) });
  const assets = readdirSync(join(app, 'assets'));
  const renamed = (name) => name.replace(/(\.[a-z0-9]+)$/, `-${version.replaceAll(/[^a-z0-9]/g, '')}$1`);
  for (const name of ['index.html', 'version.json', 'service_worker.js', ...assets.map((asset) => `assets/${asset}`)]) {
    const file = join(app, name);
    const text = readFileSync(file, 'utf8').replaceAll(built, version);
    writeFileSync(file, assets.reduce((whole, asset) => whole.replaceAll(asset, renamed(asset)), text));
  }
  for (const asset of assets) renameSync(join(app, 'assets', asset), join(app, 'assets', renamed(asset)));
  serve_release.last = version;
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-update-'));
  app = join(folder, 'app');
  built = JSON.parse(readFileSync(join(root, 'kiosk', 'dist', 'version.json'), 'utf8')).version;
  serve_release('1.0.0+former');
  // So many that a leader finds people by letters, as DeskPerson does.
  box = await FaultBox.create({ folder, operators: 16, leaders: 1, steps: ['op-0'], kiosk: app });
  await box.start();
});

after(async () => {
  await box?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function with_browser(name, run, more = {}) {
  const url = `${box.url}/?kiosk=gate-3`;
  const browser = new KioskBrowser({ profile: join(folder, name), url, host: HOST, trust: box.trust, ...more });
  await browser.start();
  try {
    await browser.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    await until('the worker has taken the page', () => browser.page.evaluate(() => navigator.serviceWorker.controller !== null));
    return await run(browser);
  } finally {
    await browser.stop();
    await box.link.accept();
  }
}

function next_operator(browser) {
  next_person += 1;
  return new Operator({ browser, ...box.people[next_person - 1], test_id: TEST_ID, answers: RIGHT_ANSWERS });
}

/// The release of each request from now on, as its header says.
function releases_asked(page) {
  const asked = [];
  page.on('request', (request) => {
    const version = request.headers()['x-millrace-app'];
    if (version) asked.push(version);
  });
  return asked;
}

const caches_of = (browser) => browser.page.evaluate(() => caches.keys());

test('the app opens while the box is away, and nothing of the API is kept', () =>
  with_browser('opens', async (browser) => {
    const operator = next_operator(browser);
    await operator.go_to('question');
    await box.link.stop();
    await browser.page.reload();
    await browser.page.waitForSelector('[data-service="no_box"]');
    const kept = await browser.page.evaluate(async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
      return all.flat();
    });
    assert.ok(kept.includes('/index.html'));
    assert.deepEqual(kept.filter((path) => path.startsWith('/api/')), []);
    assert.deepEqual(browser.complaints, []);
  }));

test('a new release waits for the first screen, and the former one takes its test to the end against the present box', () =>
  with_browser('waits', async (browser) => {
    const operator = next_operator(browser);
    const asked = releases_asked(browser.page);
    await operator.go_to('question');
    serve_release('1.1.0+present');
    // The browser may look for a new worker at any time; here it is made to.
    await browser.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration.update();
    });
    await until('the new release is there', () => browser.page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).waiting !== null));
    const result = await operator.take_test();
    assert.equal(result.score_bp, 10_000);
    assert.deepEqual([...new Set(asked)], ['1.0.0+former']);

    const reloaded = browser.page.waitForEvent('load', { timeout: RELOADED_WITHIN_MS });
    await browser.page.getByTestId('sign-out').tap();
    await reloaded;
    await on_screen(browser.page, 'attract');
    await until('the new release asks', () => asked.includes('1.1.0+present'));
    await until('the former release is gone', async () => (await caches_of(browser)).join() === 'millrace-app-1.1.0+present');
    assert.deepEqual(browser.complaints, []);
  }));

test('a newer app works with a box that has gone back to the former release, until it has fetched that', () =>
  with_browser('back', async (browser) => {
    const asked = releases_asked(browser.page);
    const operator = next_operator(browser);
    await operator.go_to('question');
    serve_release('1.0.0+former');
    assert.equal((await operator.take_test()).score_bp, 10_000);
    assert.deepEqual([...new Set(asked)], ['1.1.0+present']);
  }));

/// What a box has come to tell since kiosks could take a test: the app does without any of it.
const TOLD_SINCE = [
  'help', 'app', 'roster_sign_in', 'roles', 'photo', 'approved_languages', 'layout_sample', 'witness_required', 'sections',
  'section', 'image_alt', 'audio', 'assignments_as_of', 'requests', 'reference', 'critical_item_failed', 'sits_at', 'parked', 'shown_item', 'answer_times',
  'catalogue_as_of',
];

/// In the page: every answer of the box, without the members `told_since`, or, where that is null, as a later release would give it.
function as_another_release_answers([told_since]) {
  const change = (value) => {
    if (Array.isArray(value)) return [...value.map(change), ...(value[0]?.state && value[0]?.name ? [{ name: 'audited', state: 'unknown' }] : [])];
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).filter(([name]) => !told_since?.includes(name));
    const known = Object.fromEntries(members.map(([name, inner]) => [name, change(inner)]));
    // Texts have a language for each name: no place for more.
    const may_grow = Object.values(value).some((inner) => typeof inner !== 'string');
    return may_grow && told_since === null ? { ...known, told_later: { to: ['come'] } } : known;
  };
  const real = globalThis.fetch;
  globalThis.changed_answers = 0;
  globalThis.fetch = async (...asked) => {
    const answer = await real(...asked);
    if (!/json/.test(answer.headers.get('content-type') ?? '')) return answer;
    globalThis.changed_answers += 1;
    return new Response(JSON.stringify(change(await answer.json())), { status: answer.status, headers: answer.headers });
  };
}

for (const [age, script] of [
  ['older, which takes and tells less', [as_the_former_box, [FORMER_API]]],
  ['earliest, which tells least', [as_another_release_answers, [TOLD_SINCE]]],
  ['newer, which tells more, in steps too', [as_another_release_answers, [null]]],
]) {
  test(`a whole test before a box of a release that is ${age}`, () =>
    with_browser(
      age,
      async (browser) => {
        const operator = next_operator(browser);
        assert.equal((await operator.take_test()).score_bp, 10_000);
        await browser.page.getByTestId('follow').tap();
        await on_screen(browser.page, 'tracker');
        await browser.page.waitForSelector('[data-step="saved"][data-state="done"]');
        assert.ok((await browser.page.evaluate(() => globalThis.changed_answers)) > 10);
        assert.deepEqual(await refused_by_former(browser.page), []);
        await browser.page.getByTestId('finish').tap();
        await on_screen(browser.page, 'attract');
        assert.deepEqual(browser.complaints, []);
      },
      { scripts: [script] },
    ));
}

test('requests and a decision before a box that is a release older', () =>
  with_browser(
    'older-desk',
    async (browser) => {
      const [leader] = box.leaders;
      const team = box.people.slice(0, 2);
      for (const [person, does] of [[team[0], {}], [leader, { asks_for: team }], [leader, { decides: box.steps[0].step_id }]]) {
        const events = await new DeskPerson({ browser, ...person, ...does }).get_it_through();
        assert.equal(events.length, does.asks_for?.length ?? 1);
        // Each page has a list of its own.
        assert.deepEqual(await refused_by_former(browser.page), []);
        await browser.page.getByTestId('sign-out').tap();
        await on_screen(browser.page, 'attract');
      }
      assert.deepEqual(browser.complaints, []);
    },
    { scripts: [[as_the_former_box, [FORMER_API]]] },
  ));

test('a worker whose files are gone asks the box, and the app opens', () =>
  with_browser('broken', async (browser) => {
    await browser.page.evaluate(async () => {
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await browser.page.reload();
    await browser.page.getByTestId('type-badge').waitFor();
  }));

test('a release that changes while it is fetched is not taken', () =>
  with_browser('mixture', async (browser) => {
    const version = join(app, 'version.json');
    const worker = join(app, 'service_worker.js');
    const last = serve_release.last;
    // The worker of one release, the files of another.
    writeFileSync(worker, readFileSync(worker, 'utf8').replaceAll(last, '9.9.9+mixed'));
    assert.ok(!readFileSync(version, 'utf8').includes('9.9.9'));
    const state = await browser.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const found = new Promise((resolve) => registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true }));
      await registration.update().catch(() => null);
      const fresh = await found;
      while (fresh.state === 'installing') await new Promise((resolve) => fresh.addEventListener('statechange', resolve, { once: true }));
      return fresh.state;
    });
    assert.equal(state, 'redundant');
    await browser.page.reload();
    await browser.page.getByTestId('type-badge').waitFor();
    serve_release(last);
  }));
