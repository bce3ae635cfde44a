// The files of the project: what git tracks, and what it would.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});

/// Paths from the root, ascending.
export const files = [...new Set(listed.split('\0'))].filter((path) => path && existsSync(join(root, path))).sort();

export const with_ending = (...endings) => files.filter((path) => endings.some((ending) => path.endsWith(ending)));

export const text_of = (path) => readFileSync(join(root, path), 'utf8');
