// docs/operations.md knows every metric, log line and alarm that the daemons have, and no metric or alarm besides.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text_of, with_ending } from './tree.mjs';

const documented = text_of('docs/operations.md');
const sources = with_ending('.cpp', '.hpp')
  .filter((path) => /^(core|edge|relay|emulator)\//.test(path))
  .map(text_of)
  .join('\n');

/// All that the patterns' groups catch, each once.
function all(text, ...patterns) {
  const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups));
  return [...new Set(found.filter(Boolean))].sort();
}

const METRIC = /"(millrace_(?:edge|relay|bus)_[a-z_]+)"/g;
const LOG_LINE = /\blog::(?:debug|info|warn|error)\(\s*(?:[a-z_]+ \? )?"([a-z]+\.[a-z_]+)"(?:\s*:\s*"([a-z]+\.[a-z_]+)")?/g;
const LOG_CALL = /\blog::(?:debug|info|warn|error)\(/g;
const ALARM = [/\b(?:raise|stands)\(\s*"([a-z]+(?:-[a-z]+)+)"/g, /\bk\w*Alarm = "([a-z]+(?:-[a-z]+)+)"/g];

test('every metric stands there, and no other', () => {
  const metrics = all(sources, METRIC);
  assert.ok(metrics.length > 0);
  assert.deepEqual(all(documented, /`(millrace_(?:edge|relay|bus)_[a-z_]+)/g), metrics);
});

test('every log line stands there', () => {
  // A name that this pattern cannot see would be missed: each call must give it literally.
  assert.equal([...sources.matchAll(LOG_LINE)].length, [...sources.matchAll(LOG_CALL)].length);
  assert.deepEqual(all(sources, LOG_LINE).filter((name) => !documented.includes(`\`${name}\``)), []);
});

test('every alarm stands there, and no other', () => {
  const section = documented.slice(documented.indexOf('## Alarms'), documented.indexOf('## Figures'));
  assert.deepEqual(all(section, /^\| `([a-z-]+)`/gm), all(sources, ...ALARM));
});
