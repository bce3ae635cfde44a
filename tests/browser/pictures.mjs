// Makes the pictures of docs/pictures with the demo's content: `./dev pictures`. With a folder, makes them there.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask_socket } from '../support/admin_socket.mjs';
import { root, Stack } from '../support/stack.mjs';
import { launch, open_page, SCREENS } from './browser.mjs';
import { answer_question, on_screen, saved, sign_in, tap_keys } from './journey.mjs';
import { change, refuse_at } from './layout/walk.mjs';

const [folder_asked] = process.argv.slice(2);
const PICTURES = folder_asked ?? join(root, 'docs', 'pictures');
const QUALITY = 82;
const read_json = (...path) => JSON.parse(readFileSync(join(root, 'demo', ...path), 'utf8'));
const operators = read_json('roster.source.json').operators;
const anna = operators.find(({ id }) => id === 'op-1001');
const priya = operators.find(({ id }) => id === 'op-1004');
const sabine = operators.find(({ id }) => id === 'op-2001');
/// In every language of the screens, with every kind of question.
const SAMPLE = 'esd-handling';
const answers = (test_id) => Object.fromEntries(read_json('packages', `${test_id}.json`).items.map(({ id, answer }) => [id, answer]));

/// WebP, which only the debugger makes.
async function picture(page, name) {
  // Pictures in the page, and what measures itself.
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  writeFileSync(join(PICTURES, `${name}.webp`), Buffer.from(data, 'base64'));
}

const open = async (browser, stack, { viewport = 'usual', color_scheme = 'light', query = 'lang=en' } = {}) => {
  const page = await open_page(browser, { viewport: SCREENS[viewport], color_scheme });
  await page.goto(`${stack.url}/?${query}`);
  await page.getByTestId('type-badge').waitFor();
  return page;
};

async function start_test(page, test_id) {
  await page.getByTestId(`open-${test_id}`).tap();
  await on_screen(page, 'brief');
  await picture(page, 'brief');
  await page.getByTestId('practise').tap();
  await on_screen(page, 'practice');
  await answer_question(page);
  await page.getByTestId('check-practice').tap();
  await picture(page, 'practice');
  await page.getByTestId('end-practice').tap();
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
}

/// Answers every question and calls `stands` with its kind.
async function take(page, right, stands) {
  for (;;) {
    const question = page.locator('[data-item]');
    const [item, type] = [await question.getAttribute('data-item'), await question.getAttribute('data-type')];
    const has_picture = (await page.locator('.picture').count()) > 0;
    await answer_question(page, right[item]);
    await saved(page);
    await stands(has_picture && type !== 'hotspot' ? `${type}-picture` : type);
    if ((await page.locator('audio').count()) > 0) await stands('recording');
    const place = await page.locator('h1').textContent();
    await page.getByTestId('next').tap();
    await page.waitForFunction((before) => document.querySelector('h1')?.textContent !== before, place);
    if ((await page.locator('[data-screen="review"]').count()) > 0) return;
  }
}

async function whole_test(browser, stack) {
  const page = await open(browser, stack);
  await picture(page, 'attract');
  await page.getByTestId('type-badge').tap();
  await on_screen(page, 'identify');
  await tap_keys(page, anna.badge);
  await picture(page, 'identify');
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="pin"]');
  await tap_keys(page, anna.pin);
  await picture(page, 'pin');
  await page.getByTestId('pin-enter').tap();
  await on_screen(page, 'confirm');
  await picture(page, 'confirm');
  await page.getByTestId('confirm-me').tap();
  await page.getByTestId('open-loto-basics').waitFor();
  await picture(page, 'work');
  await start_test(page, 'loto-basics');
  const seen = new Set();
  const right = answers('loto-basics');
  await take(page, right, async (kind) => {
    if (!seen.has(kind)) await picture(page, `question-${kind.replaceAll('_', '-')}`);
    seen.add(kind);
    if (seen.size === 3 && (await page.locator('.button-flagged').count()) === 0) await page.getByTestId('flag').tap();
  });
  await picture(page, 'review');
  await page.getByTestId('to-sign').tap();
  await on_screen(page, 'sign');
  await tap_keys(page, anna.badge);
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="own-pin"]');
  await tap_keys(page, anna.pin);
  await picture(page, 'sign');
  await page.getByTestId('pin-enter').tap();
  await on_screen(page, 'result');
  await picture(page, 'result');
  await page.getByTestId('follow').tap();
  await on_screen(page, 'tracker');
  await page.waitForSelector('[data-step="sent"][data-state="done"]', { timeout: 30_000 });
  await picture(page, 'tracker');
  await page.context().close();
  return seen;
}

async function by_name(browser, stack) {
  const page = await open(browser, stack);
  await page.getByTestId('type-badge').tap();
  await page.getByTestId('by-name').tap();
  await page.locator('.letter-keys .key:not(:disabled)').first().tap();
  await page.locator('[data-testid^="person-"]').first().waitFor();
  await picture(page, 'identify-name');
  await page.context().close();
}

/// Kinds of question that the draw has left out.
async function sample(browser, stack, seen) {
  const page = await open(browser, stack);
  await sign_in(page, priya);
  await page.getByTestId(`open-${SAMPLE}`).tap();
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
  await page.getByTestId('languages').tap();
  await picture(page, 'languages');
  await page.getByTestId('pick-language-en').tap();
  await take(page, answers(SAMPLE), async (kind) => {
    if (!seen.has(kind)) await picture(page, `question-${kind.replaceAll('_', '-')}`);
    seen.add(kind);
  });
  await page.context().close();
}

async function silent_box(browser, stack) {
  const page = await open(browser, stack, { viewport: 'small', color_scheme: 'dark' });
  await sign_in(page, priya);
  await page.getByTestId('open-press-safety').tap();
  await page.getByTestId('start-attempt').tap();
  await on_screen(page, 'question');
  await page.context().setOffline(true);
  await answer_question(page);
  await page.getByTestId('box-unreachable').waitFor();
  await picture(page, 'box-silent');
  await page.getByTestId('sign-out').tap();
  await page.waitForSelector('[data-dialog="leave"]');
  await picture(page, 'leave');
  await page.getByTestId('leave-not').tap();
  await page.context().setOffline(false);
  await saved(page);
  await refuse_at(page, '**/answers/*', 409, 'key-reused', { reference: 'KC-12' });
  await page.getByTestId('flag').tap();
  await on_screen(page, 'attention');
  await picture(page, 'attention');
  await page.context().close();
}

async function resume_and_witness(browser, stack) {
  const page = await open(browser, stack);
  await sign_in(page, priya);
  await page.getByTestId('open-press-safety').tap();
  await on_screen(page, 'resume');
  await picture(page, 'resume');
  await change(page, '**/api/v1/attempts', (attempt) => ({ ...attempt, witness_required: true }));
  await page.getByTestId('resume-attempt').tap();
  await on_screen(page, 'question');
  await page.getByTestId('overview').or(page.getByTestId('next')).first().tap();
  await page.getByTestId('to-sign').tap();
  await tap_keys(page, priya.badge);
  await page.getByTestId('badge-enter').tap();
  await page.waitForSelector('[data-stage="own-pin"]');
  await tap_keys(page, priya.pin);
  await page.getByTestId('pin-enter').tap();
  await page.waitForSelector('[data-stage="witness-badge"]');
  await tap_keys(page, sabine.badge);
  await picture(page, 'witness');
  await page.context().close();
}

/// The same test at two screens, the second of which is then left alone.
async function elsewhere_and_idle(browser, stack) {
  const sit = async (page) => {
    await sign_in(page, priya);
    await page.getByTestId('open-press-safety').tap();
    await page.getByTestId('resume-attempt').tap();
    await on_screen(page, 'question');
  };
  const first = await open(browser, stack);
  await sit(first);
  const second = await open_page(browser);
  await second.clock.install();
  await second.goto(`${stack.url}/?lang=en`);
  await sit(second);
  await first.waitForSelector('[data-dialog="elsewhere"]');
  await picture(first, 'elsewhere');
  await first.context().close();
  await second.clock.runFor(61_000);
  await second.waitForSelector('[data-dialog="idle"]');
  await picture(second, 'idle');
  await second.clock.runFor(30_000);
  await second.waitForSelector('[data-stage="pin"]');
  await picture(second, 'locked');
  await second.context().close();
}

async function other_ways(browser, stack) {
  const arabic = await open(browser, stack, { query: 'lang=ar' });
  await sign_in(arabic, priya);
  await arabic.getByTestId(`open-${SAMPLE}`).tap();
  const resumed = arabic.waitForResponse((response) => response.url().endsWith('/api/v1/attempts'));
  await arabic.getByTestId('resume-attempt').tap();
  await on_screen(arabic, 'question');
  const place = (await (await resumed).json()).items.findIndex(({ item_id }) => item_id === 'q1');
  await arabic.getByTestId('overview').or(arabic.getByTestId('next')).first().tap();
  await on_screen(arabic, 'review');
  await arabic.locator('.tile').nth(place).tap();
  await on_screen(arabic, 'question');
  await answer_question(arabic);
  await saved(arabic);
  await picture(arabic, 'right-to-left');
  await arabic.context().close();

  const large = await open(browser, stack, { query: 'lang=en&text=200' });
  await picture(large, 'large-text');
  await large.getByTestId('display').tap();
  await large.getByTestId('text-100').tap();
  await picture(large, 'display');
  await large.goto(`${stack.url}/?lang=en&calibrate=1`);
  await on_screen(large, 'calibrate');
  await picture(large, 'calibrate');
  await large.context().close();

  const upright = await open(browser, stack, { viewport: 'upright', color_scheme: 'dark', query: 'lang=de' });
  await picture(upright, 'upright');
  await upright.context().close();

  const full = await open_page(browser);
  await change(full, '**/api/v1/status', (status) => ({ ...status, storage: 'full' }));
  await full.goto(`${stack.url}/?lang=en`);
  await full.waitForSelector('[data-service="out_of_service"]');
  await picture(full, 'out-of-service');
  await full.context().close();
}

async function leader(browser, stack) {
  const page = await open(browser, stack);
  await sign_in(page, sabine);
  await page.getByTestId('to-leader').tap();
  await page.locator('[data-step-id]').first().waitFor();
  await picture(page, 'leader');
  await page.getByTestId('to-unlock').tap();
  await on_screen(page, 'unlock');
  await tap_keys(page, priya.badge);
  await picture(page, 'unlock');
  await page.getByTestId('leave-unlock').tap();
  await page.locator('[data-testid^="decide-"]').first().tap();
  await on_screen(page, 'decide');
  await page.locator('[data-option="approve"]').tap();
  await picture(page, 'decide');
  await page.locator('.acts .button').first().tap();
  await on_screen(page, 'leader');
  await page.getByTestId('to-request-for').tap();
  await page.locator('[data-option]').first().waitFor();
  for (const place of [0, 2]) await page.locator('[data-option]').nth(place).tap();
  await page.getByTestId('request-next').tap();
  await page.waitForSelector('[data-part="kind"]');
  await page.locator('[data-option]').first().tap();
  await picture(page, 'request');
  const next_part = async (part) => {
    await page.getByTestId('request-next').tap();
    await page.waitForSelector(`[data-part="${part}"]`);
  };
  for (const part of ['skill', 'reason']) {
    await next_part(part);
    await page.locator('[data-option]').first().tap();
  }
  for (const part of ['when', 'comment', 'check']) await next_part(part);
  await tap_keys(page, sabine.pin);
  await page.getByTestId('pin-enter').tap();
  await on_screen(page, 'batch');
  await picture(page, 'batch');
  await page.context().close();
}

/// A working day at the box, as its API tells of one: Service Bus was away for an hour in the morning.
function a_day() {
  const steps = 144;
  const now = Date.now();
  const from = now - steps * 600_000;
  const day = { recorded: [], received: [], waiting: [], oldest_s: [] };
  for (let i = 0, waiting = 0, oldest_s = 0; i < steps; i += 1) {
    const hour = new Date(from + i * 600_000).getHours();
    const recorded = hour >= 6 && hour < 22 ? 4 + ((i * 7) % 5) : 0;
    const received = hour === 9 ? 0 : Math.min(waiting + recorded, 30);
    waiting += recorded - received;
    oldest_s = received === 0 && waiting > 0 ? oldest_s + 600 : 0;
    for (const [name, value] of Object.entries({ recorded, received, waiting, oldest_s })) day[name].push(value);
  }
  const iso = (ms) => new Date(ms).toISOString();
  return { from: iso(from), to: iso(now), step_s: 600, complete_from: iso(from), ...day };
}

async function plant_it(browser, stack) {
  const { json } = await ask_socket(join(stack.folder, 'edge', 'data'), 'POST', '/admin/v1/passes', { for: 'anna' });
  const page = await open_page(browser, { viewport: SCREENS.large });
  await page.route('**/admin/v1/history?hours=24', (route) => route.fulfill({ json: a_day() }));
  await page.goto(`${json.addresses[0]}#${json.code}`);
  await page.getByTestId('scrub').waitFor();
  await picture(page, 'console');
  await page.context().close();
}

const folder = mkdtempSync(join(tmpdir(), 'millrace-pictures-'));
const stack = await Stack.create({
  folder,
  operators,
  assignments: read_json('assignments.json').assignments,
  packages: join(root, 'demo', 'packages'),
  catalogue: join(root, 'demo', 'catalogue.json'),
  workflows: join(root, 'demo', 'workflows.json'),
  screens: { help: 'Plant IT, extension 4711', roster_sign_in: true },
  kiosk: join(root, 'kiosk', 'dist'),
});
let browser;
try {
  if (folder_asked === undefined) rmSync(PICTURES, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
  await stack.start();
  browser = await launch();
  await sample(browser, stack, await whole_test(browser, stack));
  await by_name(browser, stack);
  await silent_box(browser, stack);
  await resume_and_witness(browser, stack);
  await elsewhere_and_idle(browser, stack);
  await other_ways(browser, stack);
  await leader(browser, stack);
  await plant_it(browser, stack);
} finally {
  await browser?.close();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}
