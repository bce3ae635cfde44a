// What the walks have in common: ways to a screen, and ways to make the box answer differently.
import { on_screen, sign_in } from '../journey.mjs';
import { full_session, refuse } from './answers.mjs';

/// `kiosk`: {url, query, operator}: where, in which language, and for whom.
export const open_kiosk = async (page, { url, query }, more = '') => {
  await page.goto(`${url}/?${[query, more].filter(Boolean).join('&')}`);
  await page.waitForSelector('[data-screen]');
};

/// Signed in, as a team leader with a picture.
export const enter = async (page, kiosk, on_confirm = undefined) => {
  await change(page, '**/api/v1/session', full_session);
  await open_kiosk(page, kiosk);
  await sign_in(page, kiosk.operator, on_confirm);
};

/// Stands before the first question of the long test, begun or taken up.
export const begin = async (page, kiosk) => {
  await enter(page, kiosk);
  await page.getByTestId('open-layout-long').tap();
  await page.waitForSelector('[data-screen="brief"], [data-screen="resume"]');
  const start = page.getByTestId('start-attempt');
  if ((await start.count()) > 0) await start.tap();
  else await page.getByTestId('resume-attempt').tap();
  await on_screen(page, 'question');
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

export const show_item = async (page, id) => {
  const places = await page.locator('.segment').count();
  for (let place = 0; place < places; place += 1) {
    await show_question(page, place);
    if ((await page.locator('[data-item]').getAttribute('data-item')) === id) return;
  }
  throw new Error(`no question ${id} in this test`);
};

/// The box's answer, changed on its way; what it refuses passes as it is.
export const change = (page, address, changed) =>
  page.route(address, async (route) => {
    const answer = await route.fetch();
    if (!answer.ok() || answer.status() === 204) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: changed(await answer.json()) });
  });

/// An answer of a box that has more to say than this one.
export const answer_with = (page, address, json, status = 200) => page.route(address, (route) => route.fulfill({ status, json }));

export const refuse_at = (page, address, status, code, more) => page.route(address, refuse(status, code, more));
export const stop_the_box = (page) => page.route('**/api/v1/**', (route) => route.abort());
