// Debian's Chromium, driven without a window and without a word to the outside.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { trust_authority } from './trust.mjs';

const CANDIDATES = [process.env.MILLRACE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const chromium_path = () => {
  const path = CANDIDATES.find((candidate) => candidate && existsSync(candidate));
  if (!path) throw new Error('no Chromium found: install the package chromium, or set MILLRACE_CHROMIUM');
  return path;
};

/// `box`: a Stack with a name of its own, which this browser knows, and whose authority it trusts.
export function launch(box = null) {
  if (box === null) return chromium.launch({ executablePath: chromium_path(), args: FLAGS });
  const home = join(box.folder, 'home');
  mkdirSync(home);
  trust_authority(home, box.trust);
  const args = [...FLAGS, `--host-resolver-rules=MAP ${box.host} 127.0.0.1`];
  return chromium.launch({ executablePath: chromium_path(), args, env: { ...process.env, HOME: home } });
}

/// The box's own answer to a request of the page's. Playwright asks for it by itself, past the browser, which alone knows
/// the box's name and authority.
export async function answer_of_box(route, more = {}) {
  const request = route.request();
  const url = new URL(request.url());
  const cookies = await request.frame().page().context().cookies(request.url());
  const headers = { ...request.headers(), host: url.host, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
  url.hostname = '127.0.0.1';
  return route.fetch({ url: url.href, headers, ignoreHTTPSErrors: true, ...more });
}

/// The box gets what the page sends next, or what `change` makes of it, and its answer goes astray.
export const lose_answer = (page, pattern, change = (asked) => asked) =>
  page.route(
    pattern,
    async (route) => {
      await answer_of_box(route, { postData: JSON.stringify(change(route.request().postDataJSON())) });
      await route.abort();
    },
    { times: 1 },
  );

/// The screens that plants have: the old ones, the usual ones, the large ones, and one hung upright.
export const SCREENS = {
  small: { width: 1024, height: 768 },
  usual: { width: 1280, height: 800 },
  large: { width: 1920, height: 1080 },
  upright: { width: 1080, height: 1920 },
};

/// A page as a kiosk has it. Everything that the page complains about lands in `page.complaints`.
export const open_page = async (browser, { viewport = SCREENS.usual, color_scheme = 'light', motion = 'reduce', workers = 'allow' } = {}) => {
  const context = await browser.newContext({
    viewport,
    hasTouch: true,
    locale: 'en-GB',
    colorScheme: color_scheme,
    reducedMotion: motion,
    serviceWorkers: workers,
  });
  const page = await context.newPage();
  page.complaints = [];
  watch_complaints(page, page.complaints);
  return page;
};

/// Gathers in `complaints` what the page complains about, but for the messages that `expected` names.
export function watch_complaints(page, complaints, expected = []) {
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused or failed request is an outcome that the screens show; the rest would be a fault of the page.
    const known = message.text().startsWith('Failed to load resource') || expected.includes(message.text());
    if (message.type() === 'error' && !known) complaints.push(message.text());
  });
}
