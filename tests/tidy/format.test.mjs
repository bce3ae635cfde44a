// All C++ is as clang-format leaves it. TypeScript is checked by Biome: see CMakeLists.txt.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root, with_ending } from './tree.mjs';

test('the sources are formatted (./dev format does it)', () => {
  const sources = with_ending('.cpp', '.hpp');
  assert.ok(sources.length > 0);
  const run = spawnSync('clang-format-19', ['--dry-run', '-Werror', ...sources], { cwd: root, encoding: 'utf8' });
  const wrong = new Set([...run.stderr.matchAll(/^(\S+?):\d+:\d+: error/gm)].map(([, path]) => path));
  assert.equal(run.status, 0, `not formatted:\n${[...wrong].join('\n')}`);
});
