// A file is one idea, and the pages point at what is there.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root, text_of, with_ending } from './tree.mjs';

const LINES_MOST = 400;
const CODE = ['.cpp', '.hpp', '.ts', '.tsx', '.mjs', '.css', '.proto', '.sh'];

test(`no source is longer than ${LINES_MOST} lines`, () => {
  const long = with_ending(...CODE)
    .map((path) => ({ path, lines: text_of(path).split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES_MOST);
  assert.deepEqual(long, []);
});

/// What the sources' unnamed namespaces hold: constants, types, and functions with what they take.
const UNNAMED = /^namespace \{\n(.*?)^\}  \/\/ namespace$/gms;
const DEFINED = [
  /^[A-Za-z_][\w:<>,&*\s[\]]*?\b(k[A-Z]\w+)\s*(?:=|\{|\[)/gm,
  /^(?:struct|class|enum(?: class)?) (\w+)[^;\n]*\{/gm,
  /^[A-Za-z_][\w:<>,&*[\] ]*? [&*]?(\w+\([^()]*\))[^;()]*\{$/gm,
];

test('no two sources of a module give one name to two things, for the sanitizers’ builds compile several as one', () => {
  const sources = with_ending('.cpp').filter((path) => !path.startsWith('tests/') && !path.endsWith('/main.cpp'));
  const named = new Map();
  for (const path of sources) {
    for (const [, unnamed] of text_of(path).matchAll(UNNAMED)) {
      for (const [, name] of DEFINED.flatMap((pattern) => [...unnamed.matchAll(pattern)])) {
        const key = `${dirname(path)}: ${name.replace(/\s+/g, ' ')}`;
        named.set(key, (named.get(key) ?? new Set()).add(path));
      }
    }
  }
  assert.ok(named.size > 500, `only ${named.size} names were seen`);
  const twice = [...named].filter(([, paths]) => paths.size > 1).map(([key, paths]) => `${key} in ${[...paths].join(', ')}`);
  assert.deepEqual(twice, []);
});

test('spaces and sizes of type are decided in tokens.css alone', () => {
  const sheets = with_ending('.css').filter((path) => path.startsWith('kiosk/src/') && !path.endsWith('/tokens.css'));
  assert.ok(sheets.length > 10);
  const own = sheets.flatMap((path) =>
    // The root's size follows the screen, and what is in em its own text.
    [...text_of(path).matchAll(/^ +(padding|margin|gap|row-gap|column-gap|font-size)[a-z-]*: ([^;]+);/gm)]
      .filter(([, , value]) => /\d(rem|px|vw|vh|vmin)/.test(value) && !value.includes('var(--text-scale)'))
      .map(([line]) => `${path}: ${line.trim()}`),
  );
  assert.deepEqual(own, []);
});

test('every link in a page leads somewhere', () => {
  const broken = [];
  for (const page of with_ending('.md')) {
    const text = text_of(page).replace(/```[\s\S]*?```/g, '');
    for (const [, target] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(join(root, dirname(page), target))) broken.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('every picture is shown in a page', () => {
  const pages = with_ending('.md').map(text_of).join('\n');
  const pictures = with_ending('.webp').filter((path) => path.startsWith('docs/pictures/'));
  assert.ok(pictures.length > 30);
  assert.deepEqual(pictures.filter((path) => !pages.includes(path.replace('docs/', ''))), []);
});

test('every path that README and ARCHITECTURE name is there', () => {
  const tops = /^(?:core|edge|relay|emulator|proto|kiosk|systemd|tests|demo|docs|cmake|tools)\//;
  const wrong = [];
  for (const page of ['README.md', 'ARCHITECTURE.md']) {
    for (const [, name] of text_of(page).matchAll(/`([\w./{},*-]+)`/g)) {
      if (!tops.test(name) || name.includes('*')) continue;
      const [, head, choices] = name.match(/^([^{]*)(?:\{([^}]*)\})?/);
      const names = choices ? choices.split(',').map((choice) => head + choice) : [name];
      for (const one of names) {
        const at = join(root, one);
        if (![at, `${at}.hpp`, `${at}.cpp`].some(existsSync)) wrong.push(`${page}: ${one}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});
