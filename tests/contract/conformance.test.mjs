// Every behaviour holds; each is at home in the document; and the suite says what it would do before it does it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { certificate, run_over, run_suite, start_bus, suite_process } from './local_bus.mjs';

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

test('what is left under the prefix fails a run by its name, until it is cleaned up', async () => {
  const bus = await start_bus(tls, {}, { queues: { 'mine-left': {}, 'not-mine': {} }, topics: { 'Mine-Topic': {} } });
  const under_mine = (...options) => run_over(bus, tls, options, { MILLRACE_CONTRACT_PREFIX: 'mine-' });
  try {
    const dirty = await under_mine('--only', 'send.one');
    assert.equal(dirty.code, 1);
    assert.match(dirty.out, /^1 of 1 behaviours hold$/m);
    assert.match(dirty.out, /^left in the namespace; --clean deletes it: mine-left mine-topic$/im);
    assert.match((await under_mine('--clean')).out, /^nothing begins with mine-$/m);
    const tidy = await under_mine('--only', 'send.one');
    assert.equal(tidy.code, 0, tidy.out);
    const theirs = await run_over(bus, tls, ['--only', 'send.one'], { MILLRACE_CONTRACT_PREFIX: 'not-' });
    assert.match(theirs.out, /: not-mine$/m, 'what begins otherwise is still there');
  } finally {
    await bus.close();
  }
});

test('a run that is stopped by hand leaves nothing', async () => {
  const bus = await start_bus(tls);
  try {
    let is_told = false;
    const stopped = await run_over(bus, tls, [], {}, (child) => {
      if (!is_told) is_told = child.kill('SIGINT');
    });
    assert.equal(stopped.code, 1, stopped.out);
    assert.match(stopped.out, /^stopped: /m);
    assert.match((await run_over(bus, tls, ['--only', 'send.one'])).out, /^1 of 1 behaviours hold\n$/m);
  } finally {
    await bus.close();
  }
});
