// The kiosk's colours are decided in tokens.css alone, and every text there may be has a contrast of 7:1, light and dark.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text_of, with_ending } from './tree.mjs';

const TOKENS = 'kiosk/src/styles/tokens.css';
/// What lies on a drawing that was made for paper is as light in the dark as the drawing.
const ON_PAPER = 'kiosk/src/styles/picture.css';
const CONTRAST_LEAST = 7;

/// Text, and what it may stand on: each of these on each of those.
const INKS = ['ink', 'ink-soft', 'act', 'good', 'warn', 'bad'];
const GROUNDS = ['ground', 'surface', 'surface-sunk', 'act-wash', 'good-wash', 'warn-wash', 'bad-wash'];
/// What is dark in the light: it bears this ink alone.
const DEEP_GROUNDS = {
  act: 'act-ink',
  'act-press': 'act-ink',
  ink: 'surface',
  ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`pair-${i + 1}`, 'surface'])),
};
/// Deep, and without a word: marks, bars, a button whose ink is that of the button at rest.
const WORDLESS = [
  '.button-primary:active',
  '.choice:has(:checked) .choice-mark',
  '.dot-full',
  '.language-grid .language-choice[aria-pressed="true"]',
  '.segment-answered',
  '.sound-time progress::-webkit-progress-value',
];

const without_comments = (path) => text_of(path).replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '));
const sheets = with_ending('.css').filter((path) => path.startsWith('kiosk/src/') && path !== TOKENS);
const tokens = Object.fromEntries(
  [...text_of(TOKENS).matchAll(/--([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g)].map(([, name, ...both]) => [name, both]),
);

/// Each rule's selectors with its own text colour and ground, by token; undefined where it has none.
const rules = sheets.flatMap((path) =>
  [...without_comments(path).matchAll(/([^{};]+)\{([^{}]*)\}/g)].map(([, selector, body]) => ({
    path,
    selector: selector.trim().replaceAll(/\s+/g, ' '),
    ink: body.match(/(?:^|[;\s])color: var\(--([\w-]+)\)/)?.[1],
    ground: body.match(/background(?:-color)?: var\(--([\w-]+)\)/)?.[1],
  })),
);

/// By WCAG 2.2, of two colours as #rrggbb.
function contrast(one, other) {
  const luminance = (colour) => {
    const [r, g, b] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((share) => (share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test('colours are decided in tokens.css alone', () => {
  assert.ok(sheets.length > 10);
  const own = /#[\da-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\(|: [^;]*\b(?:white|black|gray|grey|red|green|blue|yellow|orange)\b/i;
  const found = sheets
    .filter((path) => path !== ON_PAPER)
    .flatMap((path) => without_comments(path).split('\n').map((line, i) => ({ at: `${path}:${i + 1}`, line })))
    .filter(({ line }) => own.test(line) && !/^[^:]*[.#][\w-]+[^;]*\{$/.test(line));
  assert.deepEqual(found, []);
});

test(`every ink has ${CONTRAST_LEAST}:1 on every ground that it may stand on`, () => {
  const pairs = [
    ...INKS.flatMap((ink) => GROUNDS.map((ground) => [ink, ground])),
    ...Object.entries(DEEP_GROUNDS).map(([ground, ink]) => [ink, ground]),
  ];
  const weak = pairs.flatMap(([ink, ground]) =>
    ['light', 'dark']
      .map((theme, i) => ({ text: `${ink} on ${ground}, ${theme}`, ratio: contrast(tokens[ink][i], tokens[ground][i]) }))
      .filter(({ ratio }) => ratio < CONTRAST_LEAST),
  );
  assert.deepEqual(weak, []);
});

test('the sheets write in those inks, and on those grounds', () => {
  assert.ok(rules.length > 200, `${rules.length} rules`);
  const wrong = rules.filter(({ selector, ink, ground }) => {
    if (ground !== undefined && ground in DEEP_GROUNDS) return ink !== DEEP_GROUNDS[ground] && !WORDLESS.includes(selector);
    // A pair's colour is one of eight, which the rule does not know.
    if (ground === 'pair') return ink !== DEEP_GROUNDS['pair-1'];
    return ink !== undefined && !INKS.includes(ink);
  });
  assert.deepEqual(wrong, []);
  const grounds = new Set(rules.map(({ ground }) => ground).filter(Boolean));
  for (const known of [...GROUNDS, ...Object.keys(DEEP_GROUNDS), 'pair', 'veil']) grounds.delete(known);
  assert.deepEqual([...grounds], ['act-ink'], 'which is a check mark, and bears nothing');
});
