// What the walks have in common: ways to a screen, and ways to make the box answer differently.
import assert from 'node:assert/strict';
import { ApiDocument } from '../../support/api_document.mjs';
import { answer_of_box } from '../browser.mjs';
import { on_screen, sign_again, sign_in } from '../journey.mjs';
import { full_session, PHOTO, problem } from './answers.mjs';

const document = new ApiDocument();
/// The questions of each page's test, in their order.
const orders = new WeakMap();

/// `kiosk`: {url, query, operator, test}: where, in which language, for whom, and which test if it is not the long one.
export const open_kiosk = async (page, { url, query }, more = '') => {
  await page.goto(`${url}/?${[query, more].filter(Boolean).join('&')}`);
  await page.waitForSelector('[data-screen]');
};

/// Signed in, as a team leader with a picture.
export const enter = async (page, kiosk, on_confirm = undefined) => {
  await change(page, '**/api/v1/session', full_session);
  await page.route('**/api/v1/session/photo**', (route) => route.fulfill({ contentType: 'image/png', body: PHOTO }));
  await open_kiosk(page, kiosk);
  await sign_in(page, kiosk.operator, on_confirm);
};

/// Stands before the first question of the test, begun or taken up.
export const begin = async (page, kiosk) => {
  await enter(page, kiosk);
  await page.getByTestId(`open-${kiosk.test ?? 'layout-long'}`).tap();
  await page.waitForSelector('[data-screen="brief"], [data-screen="resume"]');
  const start = page.getByTestId('start-attempt');
  const opened = page.waitForResponse('**/api/v1/attempts');
  if ((await start.count()) > 0) await start.tap();
  else await page.getByTestId('resume-attempt').tap();
  await on_screen(page, 'question');
  const { items } = await (await opened).json();
  orders.set(page, items.map(({ item_id }) => item_id));
  // Whoever comes back stands where they were.
  await show_question(page, 0);
};

/// Goes to the question at the place, by the overview.
export const show_question = async (page, place) => {
  const last = (await page.getByTestId('overview').count()) === 0;
  await page.getByTestId(last ? 'next' : 'overview').tap();
  await on_screen(page, 'review');
  await page.locator('.tile').nth(place).tap();
  await on_screen(page, 'question');
};

/// From a question: signed with badge and PIN.
export const hand_in = async (page, operator) => {
  await page.getByTestId('overview').tap();
  await page.getByTestId('to-sign').tap();
  await on_screen(page, 'sign');
  await sign_again(page, operator);
};

/// Another answer than the question has, whatever walk was here before: the same one again would change nothing.
export const answer_anew = (page) => page.locator('[data-option]:not(:has(:checked))').first().tap();

export const show_item = async (page, id) => {
  await show_question(page, orders.get(page).indexOf(id));
  assert.equal(await page.locator('[data-item]').getAttribute('data-item'), id);
};

/// What the box may never send would show a screen that nobody will see: the page complains of it.
function judge(page, request, { status, type = 'application/json', json }) {
  // Every address below /api/v1 may answer so, as the document says at its beginning.
  if (status === 500 && json.type === 'urn:millrace:problem:internal') return;
  const text = json === undefined ? '' : JSON.stringify(json);
  const path = new URL(request.url()).pathname;
  const faults = document.faults_of({ method: request.method(), path, status, type, text });
  // Once: some are asked for every few seconds.
  const complaints = faults.map((fault) => `made up: ${fault}`).filter((complaint) => !page.complaints.includes(complaint));
  page.complaints.push(...complaints);
}

const made_up = (page, answer) => (route) => {
  judge(page, route.request(), answer);
  return route.fulfill({ status: answer.status, contentType: answer.type, json: answer.json });
};

/// The box's answer, changed on its way; what it refuses passes as it is. `newer`: as a later release of the box may send it.
export const change = (page, address, changed, { newer = false } = {}) =>
  page.route(address, async (route) => {
    const answer = await answer_of_box(route);
    if (!answer.ok() || answer.status() === 204) return route.fulfill({ response: answer });
    const json = changed(await answer.json());
    if (!newer) judge(page, route.request(), { status: answer.status(), json });
    return route.fulfill({ response: answer, json });
  });

/// An answer of a box that has more to say than this one.
export const answer_with = (page, address, json, status = 200) => page.route(address, made_up(page, { status, json }));

/// The box refuses.
export const refuse_at = (page, address, status, code, more = {}) =>
  page.route(address, made_up(page, { status, type: 'application/problem+json', json: problem(status, code, more) }));
export const stop_the_box = (page) => page.route('**/api/v1/**', (route) => route.abort());

/// Stops the box until the screen says so. Returns what lets it answer again. The page looks at once at either, for it is told
/// as by a cable that is pulled or plugged in: else it would be seconds each time.
export const silence_box = async (page) => {
  const address = '**/api/v1/**';
  const say_nothing = (route) => route.abort();
  const banner = page.getByTestId('box-unreachable');
  const tell = (change) => page.evaluate((type) => globalThis.dispatchEvent(new Event(type)), change);
  await page.route(address, say_nothing);
  await tell('offline');
  await banner.waitFor();
  return async () => {
    await page.unroute(address, say_nothing);
    await tell('online');
    await banner.waitFor({ state: 'detached' });
  };
};

/// The screen as it stands, under the banner of a silent box. Every screen but the first one has that banner.
export const look_without_box = async (page, look, name) => {
  const answer_again = await silence_box(page);
  await look(`${name}-no-box`);
  await answer_again();
};
