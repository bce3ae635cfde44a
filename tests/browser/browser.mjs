// Debian's Chromium, driven without a window and without a word to the outside.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

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

export const launch = () => chromium.launch({ executablePath: chromium_path(), args: FLAGS });

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
