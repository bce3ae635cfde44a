// Every behaviour holds; each is at home in the document; and the suite says what it would do before it does it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { certificate, run_suite, suite_process } from './local_bus.mjs';

const BEHAVIOURS_LEAST = 120;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tls = certificate();
after(() => tls.remove());

test('every behaviour holds', async () => {
  const { code, out } = await run_suite({ tls });
  console.log(out.split('\n').filter((line) => !line.startsWith('ok')).join('\n'));
  assert.equal(code, 0);
  assert.ok(Number(/(\d+) of \d+ behaviours hold/.exec(out)[1]) >= BEHAVIOURS_LEAST);
});

test('a dry run needs no namespace, and lists each behaviour once with its section', async () => {
  const { code, out } = await suite_process({ MILLRACE_CONTRACT_CONNECTION: '' }, ['--dry-run']);
  assert.equal(code, 0);
  const listed = [...out.matchAll(/^(\S+) §(\d+) \[(.+?)\] /gm)].map(([, id, section]) => ({ id, section }));
  assert.equal(new Set(listed.map(({ id }) => id)).size, listed.length);
  assert.ok(listed.length >= BEHAVIOURS_LEAST);
  const sections = new Set([...readFileSync(join(root, 'docs', 'dialect.md'), 'utf8').matchAll(/^## (\d+)\. /gm)].map(([, n]) => n));
  for (const { id, section } of listed) assert.ok(sections.has(section), `${id}: section ${section}`);
});
