// Nothing lies about that nobody uses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { files, root, text_of, with_ending } from './tree.mjs';

test('every .cpp is compiled', () => {
  const commands = JSON.parse(readFileSync(join(process.env.MILLRACE_BUILD, 'compile_commands.json'), 'utf8'));
  const compiled = new Set(commands.map(({ file }) => file));
  const dead = with_ending('.cpp').filter((path) => !compiled.has(normalize(join(root, path))));
  assert.deepEqual(dead, []);
});

test('every .hpp is included', () => {
  const included = new Set();
  for (const path of with_ending('.cpp', '.hpp')) {
    for (const [, name] of text_of(path).matchAll(/#include "([^"]+)"/g)) {
      included.add(name).add(normalize(join(dirname(path), name)));
    }
  }
  const dead = with_ending('.hpp').filter((path) => !included.has(path) && !path.startsWith('cmake/'));
  assert.deepEqual(dead, []);
});

/// What a module imports from its own tree, and the scripts beside it that it starts, as paths from the root.
function imports_of(path) {
  const forms = /(?:(?:from|import)\s*\(?\s*['"](?=\.)|join\(here, ')([^'"]+)['"]/g;
  const names = [...text_of(path).matchAll(forms)].map(([, name]) => name);
  return names.flatMap((name) => {
    const target = normalize(join(dirname(path), name));
    return [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`, target.replace(/\.js$/, '.ts')];
  });
}

test('every script is imported, run by CMake, by ./dev, or by a configuration', () => {
  const scripts = with_ending('.ts', '.tsx', '.mjs', '.js');
  const imported = new Set(scripts.flatMap(imports_of));
  const named = files
    .filter((path) => /(CMakeLists\.txt|^dev|\.sh|index\.html|package\.json|tsconfig.*\.json|vite\.config\.ts)$/.test(path))
    .map(text_of)
    .join('\n');
  const used = (path) =>
    imported.has(path) || /\.test\.tsx?$/.test(path) || /\.config\.ts$/.test(path) || path.endsWith('.d.ts') ||
    named.includes(path.split('/').at(-1));
  assert.deepEqual(scripts.filter((path) => !used(path)), []);
});
